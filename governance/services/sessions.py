"""The sessions of a user: where they are signed in, and how to sign out there."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import salted_hmac

from governance.models import User

# (what the User-Agent holds, what its owner calls it), the first found holds: Edge says Chrome too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OpenSession:
    """One session, as its owner may read it. `mark` names it without opening it."""

    mark: str
    browser: str
    opened_at: datetime.datetime
    seen_at: datetime.datetime
    current: bool


def list_sessions(user: User, current_key: str | None) -> list[OpenSession]:
    """The sessions where `user` is signed in: the one of `current_key`, then the newest first."""
    found = [
        OpenSession(
            mark=_mark(session),
            browser=_browser(data.get("browser", "")),
            opened_at=_moment(data.get("opened_at", 0)),
            seen_at=_moment(data.get("seen_at", 0)),
            current=session.session_key == current_key,
        )
        for session, data in _sessions(user)
    ]
    return sorted(found, key=lambda each: (each.current, each.opened_at), reverse=True)


def end_session(user: User, mark: str) -> bool:
    """Sign `user` out of the session of that mark; False where they have none of that mark."""
    for session, _ in _sessions(user):
        if _mark(session) == mark:
            session.delete()
            return True
    return False


def end_sessions(user: User, *, but: str | None = None) -> None:
    """Sign `user` out everywhere, or everywhere but in the session of the key `but`."""
    for session, _ in _sessions(user):
        if session.session_key != but:
            session.delete()


def _sessions(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The open sessions of `user`; the table does not say whose they are, so all are read."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            yield session, data


def _browser(user_agent: str) -> str:
    """The browser and its system, in two words; "" for what is neither."""
    names = (
        next((name for sign, name in known if sign in user_agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in names if name)


def _mark(session: Session) -> str:
    return salted_hmac("governance.sessions", session.session_key).hexdigest()[:16]


def _moment(timestamp: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(timestamp, tz=datetime.UTC)
