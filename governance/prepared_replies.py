"""The replies that every council starts with: it rewords them, or stops proposing them."""

from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".txt")


def first_replies() -> list[tuple[str, str]]:
    """Titles and texts, as prepared_replies.txt has them: « == title », then the text.

    `[numéro]` and `[ressource]` are filled for each alert; none names anybody.
    """
    replies = _SOURCE.read_text("utf-8").split("== ")[1:]
    return [(title, text.strip()) for title, _, text in (r.partition("\n") for r in replies)]
