"""Scores the guard's output against an annotated corpus (README.md).

Recall counts a span as found when any of its characters is covered; RARE is left out; neutral
passages are ignored.
"""

import json
from collections import defaultdict


def lines(path):
    with open(path, encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def cover(spans):
    return {i for s in spans for i in range(s["start"], s["end"])}


def score(gold, predicted):
    by_id = {p["id"]: p["spans"] for p in predicted}
    found, chars = defaultdict(lambda: [0, 0]), [0, 0]
    right = wrong = clean_words = clean_alarms = whole = with_spans = 0
    subject = [0, 0]
    misses, alarms = [], []
    for g in gold:
        text, pred = g["text"], by_id.get(g["id"], [])
        covered = cover(pred)
        wanted = cover(s for s in g["spans"] if s["label"] != "RARE")
        ignored = cover(g.get("neutral", [])) | cover(s for s in g["spans"] if s["label"] == "RARE")
        complete = True
        for s in g["spans"]:
            if s["label"] == "RARE":
                continue
            span = range(s["start"], s["end"])
            hit = any(i in covered for i in span)
            found[s["label"]][0] += hit
            found[s["label"]][1] += 1
            letters = [i for i in span if text[i].isalnum()]
            chars[0] += sum(i in covered for i in letters)
            chars[1] += len(letters)
            if s.get("role") == "subject" and g.get("known_identity"):
                subject[0] += hit
                subject[1] += 1
            if not hit:
                complete = False
                misses.append((g["id"], s["label"], text[s["start"] : s["end"]]))
        if g["spans"]:
            with_spans += 1
            whole += complete
        else:
            clean_words += len(text.split())
        for p in pred:
            span = set(range(p["start"], p["end"]))
            if span & wanted:
                right += 1
            elif not span & ignored:
                wrong += 1
                alarms.append((g["id"], p["label"], text[p["start"] : p["end"]]))
                clean_alarms += not g["spans"]
    total = [sum(v[i] for v in found.values()) for i in (0, 1)]
    result = {
        "recall": total[0] / max(1, total[1]),
        "char_recall": chars[0] / max(1, chars[1]),
        "precision": right / max(1, right + wrong),
        "false_alarms_per_100_clean_words": 100 * clean_alarms / max(1, clean_words),
        "texts_with_nothing_missed": whole / max(1, with_spans),
        "known_subject": subject,
        "by_label": dict(sorted(found.items())),
    }
    return result, misses, alarms
