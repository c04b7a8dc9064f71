"""Passwords that somebody who knows the council, or the habits of people, would try (ASVS 6.2.11).

Without the network: asking a list of leaked passwords outside would tell who signs in here.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from governance.models import Council, Town, User

# What must be left of a password once everything that is guessed is taken out of it.
LEFT = 8
# As much of it as is looked at: the search of repetitions grows faster than the text.
_LOOKED_AT = 128
_SHORTEST_WORD = 3
# What everybody here has before their eyes.
_WORDS = (
    "clsm", "conseil", "local", "locaux", "sante", "mentale", "psychiatrie", "psychiatrique",
    "situation", "alerte", "partenaire", "coordination", "copil", "ville", "commune", "mairie",
    "motdepasse", "phrasedepasse", "password", "passphrase", "bonjour", "bienvenue",
)  # fmt: skip
# What fingers find by themselves; each is read in both directions.
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "azertyuiop", "qsdfghjklm", "wxcvbn",
    "qwertyuiop", "asdfghjkl", "zxcvbnm",
)  # fmt: skip
_RUN = 4


class GuessableValidator:
    """Refuses a password of which too little is left without the words of the council and of its
    holder, repetitions, sequences of the keyboard, years, and one or two common passwords."""

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError (French) for a password that is guessed."""
        left = what_is_left(password, [*_council_words(), *_own_words(user)])
        if len(left) < LEFT or _is_common(left):
            raise ValidationError(
                "Ce mot de passe se devine : il ne tient qu’à des mots courants, à ceux du conseil "
                "ou à votre nom, à des répétitions ou à des suites. Prenez quatre ou cinq mots "
                "sans rapport entre eux.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return (
            "Quatre ou cinq mots sans rapport entre eux : ni votre nom, ni celui du conseil ou de "
            "ses communes, ni une répétition."
        )


def what_is_left(password: str, words: Iterable[str] = ()) -> str:
    """The letters and digits of the password, without accents, less everything that is guessed."""
    left = _folded(password[:_LOOKED_AT])
    known = {_folded(word) for word in (*_WORDS, *words)}
    for word in sorted(known, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            left = left.replace(word, "")
    left = re.sub(r"(?:19|20)\d\d", "", left)
    left = _without_runs(left)
    # Whatever comes again right after itself counts once: « soleilsoleilsoleil », « aaa ».
    return re.sub(r"(..+?)\1+|(.)\2{2,}", r"\1\2", left)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


def _without_runs(text: str) -> str:
    """Without sequences of four or more: « azerty », « 4321 »."""
    for row in _ROWS:
        for keys in (row, row[::-1]):
            for length in range(len(keys), _RUN - 1, -1):
                for start in range(len(keys) - length + 1):
                    text = text.replace(keys[start : start + length], "")
    return text


def _is_common(text: str) -> bool:
    """Whether the text is a common password, digits after it or not, or two of them in a row."""
    common = _common()
    bare = text.rstrip("0123456789")
    return any(
        text[:cut] in common and (not text[cut:] or text[cut:] in common)
        for text in (text, bare)
        for cut in range(_RUN, len(text) + 1)
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _council_words() -> list[str]:
    """The words of the names and codes of the councils of this site, and of their towns."""
    names = [
        *Council.objects.values_list("name", flat=True),
        *Council.objects.values_list("code", flat=True),
        *Town.objects.values_list("name", flat=True),
    ]
    return [word for name in names for word in (name, *re.split(r"\W+", name))]


def _own_words(user: User | None) -> list[str]:
    if user is None:
        return []
    return [
        word
        for known in (user.first_name, user.last_name, user.email)
        for word in (known, *re.split(r"\W+", known))
    ]
