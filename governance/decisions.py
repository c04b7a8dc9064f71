"""A policy's answer, used twice: it disables the button and it raises in the service."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from governance import security_log


class Refused(PermissionDenied):
    """A policy said no; the message is French, for the person who asked."""


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and if not, why, in French."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Do nothing if allowed; otherwise raise Refused with the reason."""
        if not self.allowed:
            security_log.note("act_refused")
            raise Refused(self.reason)


YES = Decision(True)


def no(reason: str) -> Decision:
    """A refusal, with its reason in French."""
    return Decision(False, reason)
