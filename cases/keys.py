"""Master keys (Fernet), newest first: from the environment, or from a file with one key a line.

Imports nothing of Django's but an exception, so that the settings may read their keys here.
"""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

Keys = tuple[str, ...]


def from_text(name: str, text: str) -> Keys:
    """The keys of `text`, separated by commas or line ends; lines that begin with # are notes.

    ImproperlyConfigured, naming `name` and the rank of the key but never the key, when there is
    none, when one is no Fernet key, or when one comes twice.
    """
    lines = (line.partition("#")[0] for line in text.splitlines())
    keys = tuple(key.strip() for line in lines for key in line.split(",") if key.strip())
    if not keys:
        raise ImproperlyConfigured(f"{name} : aucune clé.")
    for rank, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} : la clé n° {rank} est mal formée (manage.py generate_key en écrit une)."
            ) from None
    if len(set(keys)) < len(keys):
        raise ImproperlyConfigured(f"{name} : une clé y figure deux fois.")
    return keys


def from_file(name: str, path: str) -> Keys:
    """The keys of the file `path`, as it is now: a change holds at once, in every process.

    ImproperlyConfigured when it cannot be read or holds what `from_text` refuses.
    """
    try:
        state = os.stat(path)
        return _read(name, path, state.st_ino, state.st_mtime_ns)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} : {path} est illisible ({error.strerror}).") from None


@lru_cache(maxsize=4)
def _read(name: str, path: str, inode: int, changed: int) -> Keys:
    return from_text(name, Path(path).read_text("utf-8"))


def keep_newest(name: str, path: str) -> int:
    """Leave the newest key alone in the file `path`; how many were destroyed.

    The file is replaced whole: a power cut leaves the old one or the new one, never a part.
    """
    newest, *older = from_file(name, path)
    # Beside the file itself, or through the link that leads to it.
    target = Path(path).resolve()
    beside = target.with_name(f"{target.name}.new")
    beside.touch(0o600)
    beside.chmod(target.stat().st_mode & 0o777)
    with beside.open("w", encoding="ascii") as written:
        written.write(f"{newest}\n")
        written.flush()
        os.fsync(written.fileno())
    beside.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return len(older)
