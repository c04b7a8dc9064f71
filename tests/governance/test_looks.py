"""The council's logo and colour: what is taken of a picture, what is legible, who sees it."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from governance.colours import contrast_with_white, legible_on_white
from governance.models import Look
from governance.pictures import KEPT, MOST_BYTES, PictureRefused, as_logo
from tests.paper_world import logo

SECRET = "Marie Fictive, 12 rue Inventée"


def drawn(kind, mode="RGB", size=(800, 200), **more):
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **more)
    return out.getvalue()


def chunk(name, content):
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def claimed(width, height):
    """A PNG of a few bytes that says how large it is."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def test_a_picture_is_drawn_again_small_opaque_and_bare():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET)
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, 6  # a description; turned by a quarter
    trailer = b"<script>alert(1)</script>"
    deposited = (
        drawn("PNG", pnginfo=told) + trailer,
        drawn("PNG", "RGBA"),
        drawn("PNG", "P", transparency=0),
        drawn("JPEG", "CMYK"),
        drawn("JPEG", exif=exif) + trailer,
    )
    for content in deposited:
        kept = as_logo(content)
        assert SECRET.encode() not in kept
        assert trailer not in kept
        with Image.open(BytesIO(kept)) as picture:
            assert (picture.format, picture.mode, picture.info) == ("PNG", "RGB", {})
            assert picture.width <= KEPT[0]
            assert picture.height <= KEPT[1]
    turned = Image.open(BytesIO(kept))
    assert turned.width < turned.height
    seen_through = Image.open(BytesIO(as_logo(deposited[1])))
    assert seen_through.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        drawn("GIF"),
        drawn("WEBP"),
        drawn("PNG", size=(2001, 10)),
        claimed(60_000, 60_000),
        logo() + b"\0" * MOST_BYTES,
    ],
)
def test_any_other_file_is_refused_whatever_its_name(cast, client_of, content):
    with pytest.raises(PictureRefused):
        as_logo(content)
    answers = {
        "accent": "#0e5a61",
        "alternative": "Logo",
        "logo": SimpleUploadedFile("logo.png", content, "image/png"),
    }
    page = client_of(cast.manager).post(reverse("council_look", args=["LIL"]), answers)
    assert page.status_code == 200
    assert "logo" in page.context["form"].errors
    assert not Look.objects.exists()


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_a_colour_is_taken_if_and_only_if_titles_in_it_are_legible(colour):
    assert 1 <= contrast_with_white(colour) <= 21
    try:
        legible_on_white(colour)
    except ValidationError:
        assert contrast_with_white(colour) < 4.5
    else:
        assert contrast_with_white(colour) >= 4.5


def test_the_contrast_is_that_of_the_recommendation():
    assert contrast_with_white("#ffffff") == 1
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)
    for light in ("#777777", "#ffff00", "red", "#FFF", "#0e5a61;}", ""):
        with pytest.raises(ValidationError):
            legible_on_white(light)


def test_the_look_is_chosen_seen_by_members_and_taken_off(cast, client_of):
    page, seen = reverse("council_look", args=["LIL"]), reverse("council_logo", args=["LIL"])
    manager, partner = client_of(cast.manager), client_of(cast.nurse)
    assert partner.get(seen).status_code == 404
    assert partner.get(page).status_code == 404

    def choose(**answers):
        return manager.post(page, {"accent": "#7A3B00", "alternative": "", **answers})

    def deposited():
        return SimpleUploadedFile(f"{SECRET}.png", logo(), "image/png")

    light = choose(accent="#ffd200")
    assert "trop claire" in light.context["form"].errors["accent"][0]
    assert "contraste est de 1,4 pour 1" in light.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "alternative" in choose(logo=deposited()).context["form"].errors
    assert choose(logo=deposited(), alternative="Logo de Lille").status_code == 302
    kept = Look.objects.get()
    assert (kept.accent, kept.alternative) == ("#7a3b00", "Logo de Lille")
    last = kept.history.get()
    assert (last.history_user, hasattr(last, "logo")) == (cast.manager.user, False)
    answer = partner.get(seen)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer.content == bytes(kept.logo) == as_logo(logo())
    assert 'alt="Logo de Lille"' in manager.get(page).text
    choose(alternative="Autres mots")  # no file: the logo stays
    assert bytes(Look.objects.get().logo) == as_logo(logo())

    choose(remove="on", alternative="Autres mots")
    bare = Look.objects.get()
    assert (bare.logo, bare.alternative) == (None, "")
