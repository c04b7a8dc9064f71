"""The server's log in production: one JSON object a line, without personal data.

Neither bodies nor query strings are ever formatted; addresses that are keys (invitations, new
passwords) and e-mail addresses are masked; of an exception the kind and the lines of code are
written, not its message, which may quote what somebody typed.
"""

import json
import logging
import re
import traceback
from typing import Any

_MASKS = (
    # These links open an account, a calendar: whoever reads the log must not.
    (
        re.compile(r"(/invitation/|/agenda/|/password/reset/key/|/confirm-email/)[^/\s\"'?]+"),
        r"\1[…]",
    ),
    (re.compile(r"\?[^\s\"']*"), "?[…]"),
    (re.compile(r"[^\s@<>\"'(]+@[^\s@<>\"')]+"), "[courriel]"),
)


def masked(text: str) -> str:
    """The text without query strings, keys of mailed links and e-mail addresses."""
    for pattern, stand_in in _MASKS:
        text = pattern.sub(stand_in, text)
    return text


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message; facts, status, error if any."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked; of what else the record carries (the request), nothing."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        # governance/security_log.py: keys and words of ours, and the path of the request.
        line |= {name: masked(fact) for name, fact in getattr(record, "facts", {}).items()}
        if hasattr(record, "status_code"):
            line["status"] = record.status_code
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _without_words(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _without_words(error: BaseException) -> list[str]:
    """The kind of the error and of those behind it, the first first; where each came from."""
    lines = []
    behind = error.__cause__ or error.__context__
    if behind is not None:
        lines = _without_words(behind)
    lines.append(type(error).__qualname__)
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"{frame.filename}:{frame.lineno} {frame.name}")
    return lines


def configuration(level: str) -> dict[str, Any]:
    """logging's configuration in production: everything to the standard error, as JsonLines.

    Django's own handlers go: they would mail pages of error, with what was typed, to ADMINS.
    """
    bare = {"handlers": [], "propagate": True, "level": level}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "clsm.logs.JsonLines"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": bare,
            "django.server": bare,
            "gunicorn.error": {**bare, "level": "INFO"},
            "gunicorn.access": {**bare, "level": "INFO"},
            "clsm.security": {**bare, "level": "INFO"},
        },
    }
