"""A file nobody reads without its key and nobody shortens or changes unseen: backups, archives.

    CLSMSEAL1\\n | salt, 16 bytes | blocks of at most 1 MiB, each AES-256-GCM (16 bytes of tag)

The key of the file is derived from the salt, by HKDF-SHA256 from a key of the settings or by scrypt
from a passphrase. The nonce of a block is its rank on 11 bytes, then one byte: 1 for the last
block, 0 for the others (the STREAM construction, as in age). All 26 first bytes are authenticated
with each block. Described in docs/backup.md, so that it can be opened without this program.
"""

import base64
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"CLSMSEAL1\n"
SALT = 16
BLOCK = 1024 * 1024
TAG = 16

# The salt of a file -> its key.
Derivation = Callable[[bytes], bytes]


class NotSealed(Exception):
    """The file is not one of ours; the message is French."""


class WrongKey(Exception):
    """None of the keys opens the file; the message is French."""


class Damaged(Exception):
    """The file was shortened or changed; the message is French."""


def under_key(key: str) -> Derivation:
    """The derivation from a key as `manage.py generate_key` writes it."""
    secret = base64.urlsafe_b64decode(key)
    return lambda salt: HKDF(SHA256(), 32, salt, b"clsm sealed file").derive(secret)


def under_passphrase(passphrase: str) -> Derivation:
    """The derivation from a passphrase: slow, so that guessing is."""
    secret = passphrase.encode()
    return lambda salt: Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(secret)


class Sealer(io.RawIOBase):
    """A stream that seals what is written to it into `target`; `close` writes the last block."""

    def __init__(self, target: BinaryIO, derive: Derivation) -> None:
        self._target = target
        self._header = MAGIC + os.urandom(SALT)
        self._cipher = AESGCM(derive(self._header[len(MAGIC) :]))
        self._rank = 0
        self._pending = bytearray()
        target.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Keep `data` until it fills a block; one block is always kept back, as the last."""
        self._pending += data
        while len(self._pending) > BLOCK:
            self._seal(bytes(self._pending[:BLOCK]), last=False)
            del self._pending[:BLOCK]
        return len(data)

    def finish(self) -> None:
        """Write the last block. Without it the file is seen as shortened."""
        self._seal(bytes(self._pending), last=True)

    def _seal(self, block: bytes, *, last: bool) -> None:
        nonce = _nonce(self._rank, last)
        self._target.write(self._cipher.encrypt(nonce, block, self._header))
        self._rank += 1


@contextmanager
def sealed(path: Path, derive: Derivation) -> Iterator[Sealer]:
    """Write the file `path`, sealed: whole on the disk, or not at all. FileExistsError, OSError."""
    if path.exists():
        raise FileExistsError(17, "existe déjà", str(path))
    aside = path.with_name(f"{path.name}.part")
    aside.touch(0o600)
    try:
        with aside.open("wb") as out:
            sealer = Sealer(out, derive)
            yield sealer
            sealer.finish()
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def opened(file: BinaryIO, derivations: Sequence[Derivation]) -> Iterator[bytes]:
    """The blocks of a sealed file, each checked before it is given.

    NotSealed for another kind of file, WrongKey when none of `derivations` opens it, Damaged when
    it was changed or cut, wherever that is: read to the end before you use any of it.
    """
    header = file.read(len(MAGIC) + SALT)
    if not header.startswith(MAGIC) or len(header) < len(MAGIC) + SALT:
        raise NotSealed("Ce fichier n’est pas un fichier scellé par ce programme.")
    salt = header[len(MAGIC) :]
    block, following = file.read(BLOCK + TAG), file.read(BLOCK + TAG)
    cipher = _fitting([AESGCM(derive(salt)) for derive in derivations], header, block)
    rank = 0
    while True:
        try:
            yield cipher.decrypt(_nonce(rank, not following), block, header)
        except InvalidTag:
            raise Damaged("Le fichier est tronqué ou altéré : rien n’en est repris.") from None
        if not following:
            return
        block, following, rank = following, file.read(BLOCK + TAG), rank + 1


def _fitting(ciphers: Sequence[AESGCM], header: bytes, block: bytes) -> AESGCM:
    """The first cipher that opens the first block, whether it was the last one or not."""
    for cipher in ciphers:
        for last in (False, True):
            try:
                cipher.decrypt(_nonce(0, last), block, header)
            except InvalidTag:
                continue
            return cipher
    raise WrongKey("Aucune clé n’ouvre ce fichier, ou son début est altéré.")


def _nonce(rank: int, last: bool) -> bytes:
    return rank.to_bytes(11, "big") + bytes([last])
