"""A short explanation at the foot of every page; the newcomer's kit."""

import io

import pdfplumber
import pytest
from django.template.loader import get_template
from django.urls import reverse

from clsm.page_help import TOPICS, topic
from tests.world import named_urls


def test_every_topic_is_written_and_each_text_is_some_page_s():
    for subject in TOPICS.values():
        assert "page-help-title" in get_template(f"help/{subject}.html").render()


def test_every_page_of_a_council_has_a_topic_of_its_own():
    general = {name for name, route in named_urls().items() if "council" in route}
    assert {name for name in general if topic(name) == "public"} == {"newcomer_kit"}


@pytest.mark.parametrize(
    ("name", "subject"),
    [("alert_accept", "alerts"), ("alert", "alert"), ("account_login", "account"), ("", "public")],
)
def test_the_longest_beginning_of_a_page_s_name_decides(name, subject):
    assert topic(name) == subject


def test_the_page_explains_itself(cast, client_of):
    page = client_of(cast.nurse).get(reverse("alert_new", args=["LIL"])).content.decode()
    assert "Aide sur cette page" in page
    assert "le brouillon est gardé sept jours" in page


def test_the_kit_says_what_the_council_s_profile_allows(cast, client_of):
    kit = client_of(cast.nurse).get(reverse("newcomer_kit", args=["LIL"]))
    with pdfplumber.open(io.BytesIO(kit.content)) as document:
        text = " ".join(page.extract_text() for page in document.pages)
        assert len(document.pages) == 3
    assert "évoquée sans nom" in text
    assert "3114" in text
