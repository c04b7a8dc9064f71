"""Who may act, and under which rules."""

from governance.models.agreements import Agreement, Signatory
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
from governance.models.looks import Look
from governance.models.meetings import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingPermission,
    SeatAttendance,
)
from governance.models.outbox import OutgoingMessage
from governance.models.papers import Minutes, Resolution
from governance.models.people import Invitation, Membership, Organisation, Role, User
from governance.models.resources import PreparedReply, Resource
from governance.models.roadmap import ActionSheet, Axis, Balance, Objective
from governance.models.submissions import Submission

__all__ = [
    "AccessRecord",
    "ActionSheet",
    "AgendaItem",
    "Agreement",
    "Attendance",
    "Axis",
    "Backup",
    "Balance",
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
    "Look",
    "Meeting",
    "MeetingPermission",
    "Membership",
    "Minutes",
    "NumberSeries",
    "Objective",
    "Organisation",
    "OutgoingMessage",
    "PreparedReply",
    "Resolution",
    "Resource",
    "Role",
    "Seat",
    "SeatAttendance",
    "Sector",
    "Signatory",
    "Submission",
    "Town",
    "User",
    "profile_settings",
]
