"""A real Chromium (Debian's) on a real server: `page`, `phone` and `page_without_javascript`.

Addresses are relative (`page.goto("/")`). An error on the console, a refusal of the
Content-Security-Policy or an uncaught exception fails the test that met it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from governance.models import User
from tests import factories

# Playwright keeps an event loop in the thread of the test, where Django would refuse its ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m "not browser"` leaves them all out."""
    for test in items:
        if test.path.is_relative_to(Path(__file__).parent):
            test.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the machine's Chromium; without one, skip on a laptop and fail in CI."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("Chromium est absent : apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Where relative addresses lead."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A French reader who asked for no animation."""
    return {**browser_context_args, "locale": "fr-FR", "reduced_motion": "reduce"}


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own; fail the test on what the browser complained of.

    Takes the arguments of Playwright's `Browser.new_context`.
    """
    complaints: list[tuple[str, str]] = []
    documents: set[str] = set()

    def heed(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append((message.location["url"], message.text))

    def remember_document(response: Response) -> None:
        if response.request.is_navigation_request():
            documents.add(response.url)

    def open_one(**context_args: Any) -> Page:
        page = new_context(**context_args).new_page()
        page.set_default_timeout(10_000)
        page.on("console", heed)
        page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
        page.on("response", remember_document)
        return page

    yield open_one
    # A page that answers 403 or 404 is the business of the test that asked for it.
    unexpected = [
        f"{address}: {text}"
        for address, text in complaints
        if not (address in documents and text.startswith("Failed to load resource"))
    ]
    if unexpected:
        pytest.fail("\n".join(unexpected), pytrace=False)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on a desk, 1280 pixels wide."""
    return open_page(**DESK)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a narrow telephone, 360 pixels wide."""
    return open_page(**PHONE)


@pytest.fixture
def page_without_javascript(open_page: Callable[..., Page]) -> Page:
    """A page on a desk whose scripts do not run."""
    return open_page(**DESK, java_script_enabled=False)


@pytest.fixture
def open_session(base_url: str) -> Callable[[Page, User], None]:
    """Sign a user in without the sign-in form: `open_session(page, user)`."""

    def open_one(page: Page, user: User) -> None:
        client = factories.sign_in(Client(), user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}]
        )

    return open_one
