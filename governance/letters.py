"""The letters of the program: what each may say, why it is sent; their text, written as they leave.

A letter declares its facts, each with its form: a code, a day, one of a few words. A name fits none
of them. What comes from elsewhere is refused before it is stored.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from governance import calendars
from governance.models import OutgoingMessage, Role
from governance.terms import DISABLED_MONTHS

Kind = OutgoingMessage.Kind
Fact = re.Pattern[str]

PATH = re.compile(r"/(?!/)[\w/#?=&.-]*", re.ASCII)
CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}-\d{4}-A?\d{3,6}")
LETTER = re.compile(r"[A-Z]{1,2}")  # of a situation at one séance
DAY = re.compile(r"\d\d/\d\d/\d{4}")
MOMENT = re.compile(r"\d\d/\d\d/\d{4} à \d{1,2}\u00a0h\u00a0\d\d")
# What the coordination wrote for everybody it invites: the name of a body, a room, a link.
NOTICE = re.compile(r"[^\r\n]{0,200}")
KEY = re.compile(r"[0-9a-f-]{36}")
NUMBER = re.compile(r"\d{1,9}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")


def day(on: datetime.date) -> str:
    """A day as letters write it (DAY)."""
    return f"{on:%d/%m/%Y}"


def moment(at: datetime.datetime) -> str:
    """An instant as letters write it (MOMENT)."""
    here = timezone.localtime(at)
    return f"{here:%d/%m/%Y} à {here.hour}\u00a0h\u00a0{here:%M}"


def notice(text: str) -> str:
    """A free text as letters write it (NOTICE): on one line."""
    return " ".join(text.split())[:200]


def one_of(*words: str) -> Fact:
    """A fact that is one of these words."""
    return re.compile("|".join(map(re.escape, words)))


@dataclass(frozen=True)
class Letter:
    """A message that the program sends: its title in lists, why it is sent, its facts, and what
    it does to calendars."""

    kind: Kind
    title: str
    why: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    # What it does to the recipient's calendar: REQUEST, CANCEL (RFC 5546); nothing when empty.
    calendar: str = ""
    # The fact that nobody reads again once the message left, empty when there is none.
    forgotten: str = ""

    @property
    def urgency(self) -> int:
        """2 before 1 before 0: what is compulsory goes first, reminders last."""
        return {Kind.COMPULSORY: 2, Kind.RECEIPT: 1, Kind.NEWS: 1}.get(self.kind, 0)

    def kept(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The facts that stay in the outbox after the message left."""
        return {name: fact for name, fact in context.items() if name != self.forgotten}

    def require(self, context: Mapping[str, Any]) -> None:
        """ValueError unless `context` is made of exactly the facts of the letter, in their form."""
        if set(context) != set(self.facts):
            raise ValueError(f"{self.title} : les faits attendus sont {sorted(self.facts)}.")
        for name, form in self.facts.items():
            if not isinstance(context[name], str) or not form.fullmatch(context[name]):
                raise ValueError(f"{self.title} : « {name} » n’a pas la forme attendue.")


# The one that the program tells itself: allauth does not.
RECOVERY_CODE_USED = "mfa/email/recovery_code_used"
# What allauth tells of a change of the account -> the sentence of the mail.
ACCOUNT_CHANGES = {
    "account/email/email_changed": "L’adresse de votre compte a changé : les messages arrivent "
    "désormais à la nouvelle.",
    "account/email/email_deleted": "Une adresse a été retirée de votre compte.",
    "account/email/password_changed": "Le mot de passe de votre compte a changé.",
    "account/email/password_reset": "Le mot de passe de votre compte a été remplacé.",
    "account/email/password_set": "Un mot de passe a été choisi pour votre compte.",
    RECOVERY_CODE_USED: "Un code de secours a servi à ouvrir votre compte, et ne servira plus.",
    "mfa/email/recovery_codes_generated": "De nouveaux codes de secours ont remplacé les anciens.",
    "mfa/email/totp_activated": "Une application à codes a été ajoutée à votre compte.",
    "mfa/email/totp_deactivated": "L’application à codes a été retirée de votre compte.",
    "mfa/email/webauthn_added": "Une clé de sécurité a été ajoutée à votre compte.",
    "mfa/email/webauthn_removed": "Une clé de sécurité a été retirée de votre compte.",
    "socialaccount/email/account_connected": "ProConnect ouvre désormais votre compte.",
    "socialaccount/email/account_disconnected": "ProConnect n’ouvre plus votre compte.",
}

_CODE = {"code": CODE}
_RECEIVED = {**_CODE, "received": MOMENT, "due": DAY}
_AUTHOR = "vous avez transmis cette alerte"
_PARTNER = "vous prenez part à cette situation"
_MEETING = {
    **dict.fromkeys(("meeting", "day", "hours", "place"), NOTICE),
    "key": KEY,
    "sequence": NUMBER,
    "starts_at": INSTANT,
    "ends_at": INSTANT,
}
LETTERS: dict[str, Letter] = {
    "invitation": Letter(
        Kind.COMPULSORY,
        "Invitation",
        "quelqu’un vous a invité à ce conseil",
        {"role": one_of(*Role.labels), "until": DAY},
    ),
    "agreement_lowered": Letter(
        Kind.COMPULSORY,
        "Refus ou retrait de l’accord",
        "vous êtes tenu au secret sur cette situation",
        {
            **_CODE,
            "answer": one_of("refused", "withdrawn"),
            "off": re.compile(rf"|{DAY.pattern}"),  # the séance it leaves, if there is one
        },
    ),
    "derogation_granted": Letter(
        Kind.COMPULSORY,
        "Dérogation au secret",
        "vous êtes seul destinataire de cette dérogation",
        {**_CODE, "until": MOMENT},
    ),
    "meeting_cancelled": Letter(
        Kind.COMPULSORY, "Séance annulée", "vous étiez invité à cette séance", _MEETING, "CANCEL"
    ),
    "meeting_changed": Letter(
        Kind.COMPULSORY, "Séance modifiée", "vous êtes invité à cette séance", _MEETING, "REQUEST"
    ),
    "meeting_taken_off": Letter(
        Kind.COMPULSORY,
        "Invitation retirée",
        "vous étiez invité à cette séance",
        _MEETING,
        "CANCEL",
    ),
    "assembly_cancelled": Letter(
        Kind.COMPULSORY,
        "Réunion d’instance annulée",
        "vous siégez dans cette instance",
        _MEETING,
        "CANCEL",
    ),
    "assembly_changed": Letter(
        Kind.COMPULSORY,
        "Réunion d’instance modifiée",
        "vous siégez dans cette instance",
        _MEETING,
        "REQUEST",
    ),
    "account_changed": Letter(
        Kind.COMPULSORY,
        "Changement du compte",
        "votre compte a changé",
        {"what": one_of(*ACCOUNT_CHANGES.values()), "at": MOMENT},
    ),
    "factors_reset": Letter(
        Kind.COMPULSORY, "Second facteur réinitialisé", "votre compte a changé"
    ),
    "council_deletion": Letter(
        Kind.COMPULSORY,
        "Suppression du conseil",
        "vous coordonnez ou administrez ce conseil",
        {"state": one_of("asked", "kept"), "on": DAY},
    ),
    "account_reopened": Letter(Kind.COMPULSORY, "Compte rouvert", "votre compte a changé"),
    "account_unused": Letter(
        Kind.COMPULSORY,
        "Compte inutilisé",
        "votre compte va être désactivé",
        {"on": DAY, "months": one_of(str(DISABLED_MONTHS))},
    ),
    "alert_received": Letter(Kind.RECEIPT, "Accusé de réception", _AUTHOR, _RECEIVED),
    "alert_received_outside": Letter(
        Kind.RECEIPT,
        "Accusé de réception d’une alerte saisie par la coordination",
        "la coordination a enregistré cette alerte pour vous",
        _RECEIVED,
    ),
    "mailed_code": Letter(
        Kind.COMPULSORY,
        "Code de vérification",
        "quelqu’un a donné cette adresse pour transmettre ou suivre une alerte",
        {"number": re.compile(r"\d{6}"), "minutes": re.compile(r"\d{1,2}")},
        forgotten="number",
    ),
    "alert_question": Letter(Kind.NEWS, "Question sur une alerte", _AUTHOR, _CODE),
    "alert_settled": Letter(Kind.NEWS, "Réponse à une alerte", _AUTHOR, _CODE),
    "message_received": Letter(
        Kind.NEWS, "Message à lire", "vous prenez part à cet échange", _CODE
    ),
    "participation_sought": Letter(
        Kind.NEWS, "Participation sollicitée", "la coordination vous sollicite", _CODE
    ),
    "conclusions_ready": Letter(
        Kind.NEWS,
        "Relevé à lire",
        _PARTNER,
        {"letter": LETTER, "heard_on": DAY, "corrected": one_of("oui", "non")},
    ),
    "report_published": Letter(
        Kind.NEWS,
        "Bilan à lire",
        "vous êtes membre du COPIL de ce conseil",
        {"years": re.compile(r"\d{4}(-\d{4})?"), "number": NUMBER},
    ),
    "minutes_published": Letter(
        Kind.NEWS,
        "Compte rendu à lire",
        "vous siégez dans cette instance",
        {"meeting": NOTICE, "held_on": DAY, "corrected": one_of("oui", "non")},
    ),
    "lead_proposed": Letter(Kind.NEWS, "Piste proposée", _PARTNER, _CODE),
    "meeting_invitation": Letter(
        Kind.NEWS,
        "Invitation à une séance",
        "la coordination vous invite à cette séance",
        _MEETING,
        "REQUEST",
    ),
    "assembly_convened": Letter(
        Kind.NEWS,
        "Convocation à une instance",
        "vous siégez dans cette instance",
        _MEETING,
        "REQUEST",
    ),
    "participation_waiting": Letter(
        Kind.REMINDER,
        "Participation sans réponse",
        "vous n’avez pas encore répondu à cette sollicitation",
        {**_CODE, "since": DAY},
    ),
    "question_waiting": Letter(
        Kind.REMINDER,
        "Question sans réponse",
        "l’étude de votre alerte attend votre réponse",
        {**_CODE, "since": DAY},
    ),
    "lead_due": Letter(
        Kind.REMINDER,
        "Échéance d’une piste",
        "vous portez cette piste d’action, et elle est encore ouverte",
        {**_CODE, "due": DAY, "late": one_of("oui", "non")},
    ),
    "information_due": Letter(
        Kind.REMINDER,
        "Information de la personne",
        "vous deviez informer la personne, et ce n’est pas encore noté",
        {**_CODE, "due": DAY},
    ),
    "agreement_due": Letter(
        Kind.REMINDER,
        "Accord à revoir",
        "vous coordonnez ce conseil, et cet accord n’a pas été revu",
        {**_CODE, "due": DAY},
    ),
    "draft_expiring": Letter(
        Kind.REMINDER,
        "Brouillon bientôt effacé",
        "vous avez commencé cette alerte sans la transmettre",
        {"until": DAY},
    ),
    "digest": Letter(
        Kind.DIGEST, "Récapitulatif du jour", "vous avez choisi un seul courrier par jour"
    ),
}


class Void(Exception):
    """Nothing is to be said any more: the account is closed, the invitation used or expired."""


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return settings.SITE_URL.rstrip("/") + path


def host() -> str:
    """The name of this site."""
    return urlsplit(settings.SITE_URL).hostname or ""


def message_id(message: OutgoingMessage) -> str:
    """The same at every attempt: a server that got it twice can tell."""
    return f"<{message.pk}@{host()}>"


def compose(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The message as it leaves now: text and HTML, one link. Void when it has lost its object."""
    letter = LETTERS[message.template]
    content = {
        **message.context,
        "council": message.council,
        "link": absolute(_path(message)),
        "why": letter.why,
        "compulsory": letter.kind == Kind.COMPULSORY,
        "preferences": absolute(reverse("my_account")) + "#courriers" if message.user else "",
        "lines": _lines(message) if letter.kind == Kind.DIGEST else (),
    }
    composed = EmailMultiAlternatives(
        subject=message.subject,
        body=render_to_string(f"emails/{message.template}.txt", content),
        to=[message.recipient],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": message_id(message)},
    )
    html = render_to_string(f"emails/{message.template}.html", content)
    composed.attach_alternative(html, "text/html")
    if letter.calendar:
        # Among the alternatives, where Outlook and Zimbra look for what they offer to accept. A
        # copy as a file would be shown beside it, and taken for another meeting.
        composed.attach_alternative(_calendar(message), f"text/calendar; method={letter.calendar}")
    for gathered in _gathered(message):
        if LETTERS[gathered.template].calendar:
            name = f"seance-{gathered.context['key']}.ics"
            composed.attach(name, _calendar(gathered), "text/calendar")
    return composed


def _path(message: OutgoingMessage) -> str:
    if message.user is not None and not message.user.is_active:
        raise Void
    if message.invitation is None:
        return str(message.context["path"])
    if not message.invitation.is_open:
        raise Void
    # The token is born here and is stored nowhere but in the message that leaves.
    return reverse("invitation", args=[message.invitation.renew_token()])


def _calendar(message: OutgoingMessage) -> str:
    """What a letter about a meeting says to the recipient's calendar."""
    facts, council = message.context, message.council
    entry = calendars.Entry(
        key=facts["key"],
        title=f"{council.code} : {facts['meeting']}" if council else facts["meeting"],
        starts_at=datetime.datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.datetime.fromisoformat(facts["ends_at"]),
        url=absolute(facts["path"]),
        place=facts["place"],
        sequence=int(facts["sequence"]),
    )
    return calendars.invitation(
        LETTERS[message.template].calendar,
        entry,
        host=host(),
        organiser=(council and council.contact_email) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        recipient=message.recipient,
    )


def _gathered(digest: OutgoingMessage) -> QuerySet[OutgoingMessage]:
    """The messages that a daily summary carries, the most urgent first; of another, none."""
    gathered = digest.gathered.order_by("-urgency", "template", "queued_at")
    return gathered.select_related("council", "user")


def _lines(digest: OutgoingMessage) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title of the letters, their subjects and links), the most urgent first."""
    return [
        (LETTERS[template].title, [(m.subject, absolute(m.context["path"])) for m in several])
        for template, several in groupby(_gathered(digest), lambda m: m.template)
    ]
