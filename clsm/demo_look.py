"""The demonstration's logos, drawn here: a roof over three people who talk, in one colour."""

from io import BytesIO

from PIL import Image, ImageDraw

from governance.models import Council, User
from governance.pictures import as_logo
from governance.services.looks import change_look

# Drawn large, made small by `as_logo`: smooth edges.
_SIZE, _STROKE = (1800, 900), 56


def dress(council: Council, accent: str, by: User) -> None:
    """Give the council a logo of that colour, and the colour."""
    words = f"Logo de démonstration du {council.name}"
    change_look(council, accent=accent, alternative=words, logo=as_logo(_drawn(accent)), by=by)


def _drawn(accent: str) -> bytes:
    picture = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(picture)
    pen.line(((100, 480), (900, 90), (1700, 480)), accent, _STROKE, joint="curve")
    for middle, raised in ((500, 0), (900, 60), (1300, 0)):
        pen.ellipse((middle - 85, 420 - raised, middle + 85, 590 - raised), accent)
        pen.pieslice((middle - 170, 620 - raised, middle + 170, 1000 - raised), 180, 360, accent)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
