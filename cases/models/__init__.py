"""What happens to a situation. The identities are not re-exported: see cases/vault.py."""

from cases.models import identities as identities
from cases.models.alerts import Alert, AlertDraft, AlertPermission, AlertStep
from cases.models.authors import OccasionalAuthor
from cases.models.consent import ConsentRecord
from cases.models.derogations import Derogation
from cases.models.hearings import (
    ActionLead,
    Conclusions,
    Delivery,
    Feedback,
    Hearing,
    PointAttendance,
    PointNotes,
)
from cases.models.messages import InternalNote, Message
from cases.models.profile import PROFILE_FIELDS, TEXT_FIELDS, AnonymousProfile
from cases.models.recurrence import Fingerprint, Recurrence
from cases.models.register import RegisterUpload
from cases.models.rereading import KeptPassage
from cases.models.saved_views import SavedView
from cases.models.situations import Participation, Situation, SituationPermission
from cases.models.time import TimeSpent

__all__ = [
    "PROFILE_FIELDS",
    "TEXT_FIELDS",
    "ActionLead",
    "Alert",
    "AlertDraft",
    "AlertPermission",
    "AlertStep",
    "AnonymousProfile",
    "Conclusions",
    "ConsentRecord",
    "Delivery",
    "Derogation",
    "Feedback",
    "Fingerprint",
    "Hearing",
    "InternalNote",
    "KeptPassage",
    "Message",
    "OccasionalAuthor",
    "Participation",
    "PointAttendance",
    "PointNotes",
    "Recurrence",
    "RegisterUpload",
    "SavedView",
    "Situation",
    "SituationPermission",
    "TimeSpent",
]
