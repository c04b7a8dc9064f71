"""Every regular expression of the program, fed with long hostile texts: its time is bounded."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

OURS = ("clsm", "governance", "cases", "reports")
LONGEST = 10_000  # characters: the longest text that a form takes
SECONDS = 0.5  # for the worst of them, on a machine that does other things too
ANCHORED = ("match", "fullmatch")
PIECES = (
    "a", "A", "é", "1", " ", "-", "'", ".", ",", "(", "/", "\n", "_", "@", "?", "aa ", "a-", "a'",
    "1 ", "12/", "Aa ", "A. ", "a@", "abc1", "de la ", "l'a ", " \n", "ee", "0 1 ",
)  # fmt: skip


def compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    """(where, expression) of those that a module of ours keeps, however deep."""
    for package in OURS:
        folder = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(folder, f"{package}."):
            if ".migrations" not in module.name:
                for name, kept in list(vars(importlib.import_module(module.name)).items()):
                    for found in _inside(kept):
                        yield f"{module.name}.{name}", found


def _inside(kept: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(kept, re.Pattern):
        yield kept
    elif depth < 5:
        if isinstance(kept, dict):
            parts = list(kept.values())
        elif isinstance(kept, list | tuple | set | frozenset):
            parts = list(kept)
        elif type(kept).__module__.partition(".")[0] in OURS:
            parts = list(getattr(kept, "__dict__", {}).values())
        else:
            parts = []
        for part in parts:
            yield from _inside(part, depth + 1)


def written_out() -> Iterator[tuple[str, re.Pattern[str]]]:
    """(where, expression) of those given as a text to a function of `re`, in a body."""
    for package in OURS:
        for file in sorted(Path(settings.BASE_DIR, package).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id == "re"
                    and call.args
                    and isinstance(call.args[0], ast.Constant)
                ):
                    if call.func.attr in ANCHORED:
                        continue  # on a few words that another one found
                    where = f"{file.relative_to(settings.BASE_DIR)}:{call.lineno}"
                    yield where, re.compile(str(call.args[0].value))


def hostile(expression: str, length: int) -> list[str]:
    """Texts of that length for that expression: what it looks for, nearly, again and again."""
    words = re.findall(r"[a-zà-ÿ]{2,}", re.sub(r"\\.", " ", expression))
    pieces = (*PIECES, *(f"{word} " for word in words[:8]), " ".join(words))
    return [(piece * (length // len(piece)) + "\0")[-length:] for piece in pieces if piece]


def test_every_regular_expression_takes_bounded_time(size):
    found = {pattern.pattern: (where, pattern) for where, pattern in (*compiled(), *written_out())}
    assert len(found) > 150, "those of the anonymity guard are among them"
    length, slow = size(2_500, LONGEST), []
    for where, pattern in found.values():
        for text in hostile(pattern.pattern, length):
            began = time.process_time()
            for _ in pattern.finditer(text):
                pass
            took = time.process_time() - began
            if took > SECONDS:
                slow.append(f"{where}: {took:.1f} s on {text[:12]!r}, {pattern.pattern[:60]}")
                break
    assert slow == []
