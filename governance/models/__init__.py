"""Who may act, and under which rules."""

from governance.models.bodies import Body, Seat
from governance.models.calendars import CalendarFeed
from governance.models.charter import CharterSignature, CharterVersion
from governance.models.councils import (
    Council,
    CouncilPermission,
    District,
    ListEntry,
    NumberSeries,
    Sector,
    Town,
    profile_settings,
)
from governance.models.journal import AccessRecord
from governance.models.ledger import Backup, Erasure
from governance.models.meetings import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingPermission,
    SeatAttendance,
)
from governance.models.outbox import OutgoingMessage
from governance.models.people import Invitation, Membership, Organisation, Role, User
from governance.models.resources import PreparedReply, Resource

__all__ = [
    "AccessRecord",
    "AgendaItem",
    "Attendance",
    "Backup",
    "Body",
    "CalendarFeed",
    "CharterSignature",
    "CharterVersion",
    "Council",
    "CouncilPermission",
    "District",
    "Erasure",
    "Invitation",
    "ListEntry",
    "Meeting",
    "MeetingPermission",
    "Membership",
    "NumberSeries",
    "Organisation",
    "OutgoingMessage",
    "PreparedReply",
    "Resource",
    "Role",
    "Seat",
    "SeatAttendance",
    "Sector",
    "Town",
    "User",
    "profile_settings",
]
