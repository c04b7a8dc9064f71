"""A picture that somebody deposits, made anew: nothing of the file itself is kept or served."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

MOST_BYTES = 1024 * 1024
MOST_PIXELS_A_SIDE = 2000
# What a logo is kept in: sharp on paper at 50 × 25 mm.
KEPT = (600, 300)
FORMATS = ("PNG", "JPEG")


class PictureRefused(Exception):
    """The file is not taken; the message is French."""


def as_logo(content: bytes) -> bytes:
    """The PNG or JPEG as a small opaque PNG, on white: no metadata, no other frame, no trailer.

    PictureRefused for another format, a file that is too heavy, too large or unreadable. Sizes are
    read in the header, before any pixel is unpacked. Of a file cut short, what can be seen is drawn
    (WeasyPrint asks that of Pillow for the whole process).
    """
    if len(content) > MOST_BYTES:
        raise PictureRefused("Le logo pèse plus de 1 Mo\N{NO-BREAK SPACE}: réduisez-le.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=FORMATS)
            if max(picture.size) > MOST_PIXELS_A_SIDE:
                raise PictureRefused(
                    f"Le logo a plus de {MOST_PIXELS_A_SIDE} pixels de côté\N{NO-BREAK SPACE}: "
                    "réduisez-le."
                )
            return _redrawn(picture)
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as damaged:
        raise PictureRefused("Ce fichier n’est pas une image PNG ou JPEG lisible.") from damaged


def _redrawn(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail(KEPT)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    paper.save(out, "PNG", optimize=True)
    return out.getvalue()
