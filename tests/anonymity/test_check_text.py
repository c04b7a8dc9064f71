"""manage.py check_text: JSON lines in, JSON lines out, and a clear word on what is wrong."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.once


def check(monkeypatch, text, **options):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("check_text", stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_is_answered_with_its_spans(monkeypatch):
    asked = [
        {"id": "a", "text": "M. Dupont hurle."},
        {"id": 2, "text": "Rien à dire."},
        {"id": "c", "text": "Vu avec rose.", "known_identity": {"first_name": "Rosa"}},
    ]
    answers = check(monkeypatch, "\n".join(map(json.dumps, asked)) + "\n\n")
    assert answers == [
        {"id": "a", "spans": [{"start": 3, "end": 9, "label": "PERSON"}]},
        {"id": 2, "spans": []},
        {"id": "c", "spans": []},
    ]


def test_words_that_name_nobody_may_be_given(monkeypatch):
    line = json.dumps({"id": 1, "text": "Il va au Kastelberg."})
    assert check(monkeypatch, line, allowed=["Kastelberg"]) == [{"id": 1, "spans": []}]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"id": 1}',
        '{"text": "a"}',
        '{"id": 1, "text": 3}',
        '{"id": 1, "text": "a", "known_identity": [1]}',
        json.dumps({"id": 1, "text": "a" * 200_000}),
    ],
)
def test_a_line_that_cannot_be_read_stops_the_command_and_names_its_number(monkeypatch, line):
    good = json.dumps({"id": 1, "text": "a"})
    with pytest.raises(CommandError, match="Ligne 2"):
        check(monkeypatch, f"{good}\n{line}\n")
