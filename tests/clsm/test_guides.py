"""The guides of docs/guide/ are pages of the site, each for its role."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from clsm import guides
from governance.models import Role


def test_each_role_reads_its_guide_and_the_coordination_all(world, client):
    readers = {"coordinator": set(Role), "author": {"partner"}, "copil": {"copil"}}
    readers |= {"manager": {"manager"}, "invited": {"partner", "copil"}}  # who has a seat
    for relation, roles in readers.items():
        reader = world.client(relation)
        listed = reader.get(reverse("help")).text
        for role, guide in guides.GUIDES.items():
            assert reader.get(guide.url).status_code == (200 if role in roles else 404), relation
            assert (f'href="{guide.url}"' in listed) == (role in roles)
    assert "/aide/guides/" not in client.get(reverse("help")).text
    assert client.get(guides.GUIDES[Role.PARTNER].url).status_code == 302
    assert world.client("coordinator").get("/aide/guides/README/").status_code == 404


@pytest.mark.parametrize("guide", guides.GUIDES.values(), ids=lambda guide: guide.slug)
def test_a_guide_is_whole_html_with_its_pictures_and_no_way_out_of_the_site(guide):
    source = (guides.FOLDER / f"{guide.slug}.md").read_text("utf-8")
    title, body = guides.page(guide.slug)
    assert source.startswith(f"# {title}\n")
    assert "Tous les guides" not in body
    assert re.findall("<h2>(.*)</h2>", body) == re.findall("^## (.*)$", source, re.MULTILINE)
    pictures = re.findall(r'src="/static/([^"]+)" alt="[^"]{10,}"', body)
    assert len(pictures) == source.count("](images/") > 0
    assert all(finders.find(name) for name in pictures)
    pages = {each.url for each in guides.GUIDES.values()}
    assert set(re.findall(r'href="([^"]*)"', body)) <= pages
    assert not re.search(r"\]\(|\*\*|^\||style=|<script", body, re.MULTILINE)


def test_the_map_of_the_site_leads_where_the_menu_does(world, client):
    for relation in ("coordinator", "author", "copil", "manager"):
        page = world.client(relation).get(reverse("site_map"))
        menu = page.context["menu"]
        assert menu
        for line in menu:
            assert page.text.count(f'href="{line["url"]}"') >= 2, "in the menu, and on the map"
    assert client.get(reverse("site_map")).status_code == 200
