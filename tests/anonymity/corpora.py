"""The corpora, read and examined as they are, in small letters and in capitals."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from governance.anonymity.guard import examine
from tests.anonymity.score import lines, score

HERE = Path(__file__).parent
DIRECTORY = json.loads((HERE / "directory.json").read_text("utf-8"))["professionals"]


def as_written(text: str) -> str:
    return text


def lowered(text: str) -> str:
    """Small letters, every offset kept."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def shouted(text: str) -> str:
    """Capitals, every offset kept."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


@lru_cache
def measured(corpus: str, rewrite: Callable[[str], str] = as_written) -> dict[str, Any]:
    """The figures of tests.anonymity.score, with `misses` and `alarms` added."""
    gold = [{**each, "text": rewrite(each["text"])} for each in lines(HERE / f"{corpus}.jsonl")]
    predicted = []
    for each in gold:
        spans = examine(each["text"], each.get("known_identity"), DIRECTORY)
        found = [{"start": s.start, "end": s.end, "label": s.label} for s in spans]
        predicted.append({"id": each["id"], "spans": found})
    figures, misses, alarms = score(gold, predicted)
    return {**figures, "misses": misses, "alarms": alarms}
