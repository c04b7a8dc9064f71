"""Colours that are read on white paper, by everybody (WCAG 2.2, 1.4.3)."""

import re

from django.core.exceptions import ValidationError

DEFAULT_ACCENT = "#0e5a61"
LOWEST_CONTRAST = 4.5
_WRITTEN = re.compile(r"#[0-9a-f]{6}\Z")


def contrast_with_white(colour: str) -> float:
    """How many times lighter white is, from 1 (white) to 21 (black). `colour`: #rrggbb.

    Relative luminance as WCAG 2.2 defines it.
    """
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def legible_on_white(colour: str) -> None:
    """ValidationError (French) unless it is #rrggbb and dark enough for titles on white."""
    if not _WRITTEN.match(colour):
        raise ValidationError("Écrivez la couleur comme #0e5a61, en minuscules.")
    contrast = contrast_with_white(colour)
    if contrast < LOWEST_CONTRAST:
        told = f"{int(contrast * 10) / 10:.1f}".replace(".", ",")
        raise ValidationError(
            "Cette couleur est trop claire pour être lue sur du blanc\N{NO-BREAK SPACE}: son "
            f"contraste est de {told} pour 1, il en faut au moins 4,5. Choisissez-en une plus "
            "foncée."
        )
