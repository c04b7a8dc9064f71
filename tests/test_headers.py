"""What every answer tells the browser: keep nothing, run nothing but ours, embed nowhere."""

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories
from tests import world as worlds

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
HEADERS = {
    "Cache-Control": "no-store, private",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def wrong(response: HttpResponse) -> list[str]:
    """The headers of `response` that are not as they must be."""
    bad = [name for name, value in HEADERS.items() if response.get(name) != value]
    if {part.strip() for part in response["Content-Security-Policy"].split(";")} != POLICY:
        bad.append("Content-Security-Policy")
    if not {"camera=()", "geolocation=()", "microphone=()"} <= set(
        response["Permissions-Policy"].split(", ")
    ):
        bad.append("Permissions-Policy")
    return bad


@pytest.mark.parametrize("relation", ["anonymous", "coordinator", "knows_person", "manager"])
def test_every_answer_has_the_headers_whatever_its_status(world, relation):
    client = world.client(relation)
    bad, seen = {}, set()
    for name, route in worlds.named_urls().items():
        if name.startswith(worlds.ACCOUNT_PAGES) and "<" in route:
            continue  # a link of a mail about one's own account
        if name == "account_logout":
            continue  # it says more: Clear-Site-Data
        address = worlds.address(world, name, route)
        for method in (client.get, client.put):
            response = method(address)
            seen.add(response.status_code)
            if wrong(response):
                bad[f"{name} {response.status_code}"] = wrong(response)
    assert bad == {}
    assert {302, 404, 405} <= seen


def test_a_view_cannot_allow_a_cache_to_keep_its_answer(rf):
    from clsm.middleware import private_pages

    def lenient(request):
        return HttpResponse("…", headers={"Cache-Control": "public, max-age=3600"})

    assert private_pages(lenient)(rf.get("/"))["Cache-Control"] == "no-store, private"


def test_a_page_is_kept_by_no_cache_after_signing_out(cast, client_of):
    client = client_of(cast.nurse)
    client.post(reverse("account_logout"))
    assert client.get(reverse("my_account"))["Cache-Control"] == "no-store, private"


def test_what_is_no_page_is_a_download(world):
    client = world.client("coordinator")
    shown = []
    for name, route in worlds.named_urls().items():
        if name.startswith(worlds.ACCOUNT_PAGES) or name in ("health", "ready"):
            continue
        response = client.get(worlds.address(world, name, route))
        if response.status_code == 200 and response["Content-Type"] != "text/html; charset=utf-8":
            shown.append(name)
            disposition = response["Content-Disposition"]
            assert disposition.startswith("attachment; filename="), name
            assert worlds.CANARY_ROOT not in disposition.lower()
    assert {"register_model", "report_internal_file"} <= set(shown)


def test_a_page_of_another_site_cannot_post(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["coordinator"].user)
    refused = client.post(reverse("alert_reveal", args=["LIL", world.alert.code]), {"reason": "x"})
    assert refused.status_code == 403
    assert wrong(refused) == []
    assert "Votre envoi n’a pas été pris en compte" in refused.text


def test_a_body_longer_than_any_form_is_refused_before_it_is_read(cast, client_of):
    client = client_of(cast.coordinator)
    huge = SimpleUploadedFile("registre.csv", bytes(configured.FILE_UPLOAD_MAX_MEMORY_SIZE))
    refused = client.post(reverse("register_import", args=["LIL"]), {"file": huge})
    assert refused.status_code == 413
    assert wrong(refused) == []
    assert "trop volumineux" in refused.text


def test_a_file_of_five_megabytes_stays_in_memory_and_is_explained(cast, client_of):
    client = client_of(cast.coordinator)
    big = SimpleUploadedFile("registre.csv", bytes(5 * 1024 * 1024 + 1))
    answer = client.post(reverse("register_import", args=["LIL"]), {"file": big})
    assert "dépasse 5" in str(answer.context["form"].errors["file"])
    assert not hasattr(answer.wsgi_request.FILES["file"], "temporary_file_path")


def test_the_cookies_are_closed_to_scripts_and_to_other_sites(cast, client):
    client.get(reverse("account_login"))
    client.post(
        reverse("account_login"), {"login": cast.nurse.user.email, "password": factories.PASSWORD}
    )
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
        assert cookie["path"] == "/"


def test_a_message_that_names_a_colleague_is_in_no_cookie(cast, client_of):
    client = client_of(cast.coordinator)
    ended = client.post(
        reverse("member_end", args=["LIL", cast.police.pk]), {"reason": "A quitté son poste"}
    )
    assert ended.status_code == 302
    assert "messages" not in client.cookies
    assert "Paul Clspd" in client.get(ended["Location"]).text


def test_password_managers_know_each_field_of_the_way_in(world, client):
    page = client.get(reverse("account_login")).text
    assert 'autocomplete="email"' in page
    assert 'autocomplete="current-password"' in page
    page = client.get(reverse("invitation", args=[worlds.INVITATION_TOKEN])).text
    assert page.count('autocomplete="new-password"') == 2
