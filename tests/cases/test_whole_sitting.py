"""A séance of six situations and nine attendees, prepared, held, concluded and followed up, with
Lille's profile and with AISSMC's: every rule of consent and of distribution on its way."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import ActionLead, Conclusions, Delivery, Feedback, Hearing, Situation
from cases.services import consent, participations
from governance.models import Meeting, OutgoingMessage
from tests import factories
from tests.cases.sittings import CANARY, sitting, situation, viewer
from tests.pdf_words import words_of

pytestmark = pytest.mark.django_db
SAID = "Une visite à deux est proposée."
# name: organisation, category, secrecy, permanent member where the council has some
AROUND = {
    "louis": ("social_landlord", "landlord", "charter_only", True),
    "nora": ("public_psychiatry_adult", "health_professional", "law", True),
    "hugo": ("city_hygiene", "town_service", "duty_of_discretion", True),
    "sofia": ("ccas", "social_worker", "law", True),
    "gil": ("users_association", "other", "charter_only", True),
    "paul": ("city_clspd", "police", "duty_of_discretion", False),
    "clio": ("clic", "coordination_scheme", "law", False),
    "milo": ("public_psychiatry_adult", "psychologist", "law", False),
    "rose": ("rehousing_association", "social_establishment", "duty_of_discretion", False),
}
# agreement of each situation, who brought it, who takes part beside them
SIX = {
    "named": ("named", "louis", "nora"),
    "anonymous": ("anonymous", "sofia", "clio"),
    "unknown": ("not_collected", "hugo", "rose"),
    "refused": ("refused", "nora", "milo"),
    "falls": ("anonymous", "paul", "sofia"),
    "last": ("anonymous", "louis", "gil"),
}
EVIDENCE = {"given_by": "person", "means": "à l’oral"}


class Sitting:
    """The council, its people, and the séance as the coordination prepares it in the browser."""

    def __init__(self, profile):
        self.council = getattr(factories, profile)()
        self.coordinator = factories.member(self.council, "camille.c@demo.example", "coordinator")
        self.around = {
            name: factories.member(
                self.council,
                f"{name}.{kind}@demo.example",
                "partner",
                organisation=factories.organisation(self.council, f"Service de {name}", kind),
                profession_category=category,
                secrecy_status=secrecy,
                permanent_member=permanent and self.council.has_permanent_members,
            )
            for name, (kind, category, secrecy, permanent) in AROUND.items()
        }
        self.situations = {}
        for name, (agreement, author, partner) in SIX.items():
            brought = situation(self.around[author], self.coordinator, agreement)
            seek = participations.seek(viewer(self.coordinator), brought, self.around[partner])
            participations.accept(viewer(self.around[partner]), seek)
            brought.participations.filter(membership=self.around[author]).update(knows_person=True)
            self.situations[name] = brought
        consent.record_presence(viewer(self.coordinator), self.situations["named"], "second_part")
        self.meeting = sitting(self.coordinator, days=-0.01)
        self.desk = self.client(self.coordinator)
        for brought in self.situations.values():
            self.desk.post(self.page("point_add"), {"situation": brought.code, "minutes": "20"})

    def client(self, member):
        return factories.sign_in(Client(), member.user)

    def page(self, name, *keys):
        return reverse(name, args=[self.council.code, self.meeting.pk, *keys])

    def point(self, name):
        return Hearing.objects.get(meeting=self.meeting, situation=self.situations[name])

    def refuse(self, name, state):
        by = self.around[SIX[name][1]]
        consent.record_agreement(viewer(by), self.situations[name], state)

    def hear(self, name, **answers):
        """What the coordination types at a point, then concludes."""
        point = self.point(name)
        page = self.page("hearing", point.pk)
        typed = {"act": "conclude", "version": 0, "known": "", "summary": SAID, **answers}
        kept = self.desk.post(page, typed)
        assert kept.status_code == 302, kept.context["in_error"]
        self.desk.post(self.page("hearing_conclude", point.pk))
        return Hearing.objects.get(pk=point.pk)


@pytest.fixture(params=["lille", "aissmc"])
def day(request, db):
    return Sitting(request.param)


def test_a_seance_is_prepared_held_concluded_and_followed_up(day):
    of_lille = day.council.code == "LIL"
    people = set(day.around.values())
    assert {a.membership for a in day.meeting.attendances.all()} == people
    letters = {name: day.point(name).letter for name in SIX}
    assert len(set(letters.values())) == 6

    # Prepared: hours, how each is discussed, whom it is for; the person comes to the second part.
    shown = day.desk.get(day.meeting.get_absolute_url()).context["points"]
    starts = day.meeting.starts_at
    assert [(p.starts_at - starts).seconds // 60 for p in shown] == [0, 20, 40, 60, 80, 100]
    unknown = "Anonyme" if of_lille else "Aide au professionnel : thèmes seulement"
    themes = "Aide au professionnel : thèmes seulement"
    assert [p.naming.label.replace("\u00a0", " ") for p in shown] == [
        "Nominative", "Anonyme", unknown, themes, "Anonyme", "Anonyme"
    ]  # fmt: skip
    assert (shown[0].joined_at - starts).seconds == 600
    assert not any(p.joined_at for p in shown[1:])

    # A guest reads their own points; of the others neither letter nor subject, not even on paper.
    rose = day.client(day.around["rose"])
    lines = rose.get(day.meeting.get_absolute_url()).context["points"]
    assert [bool(line.key) for line in lines] == [False, False, True, False, False, False]
    paper = rose.get(day.page("meeting_agenda"))
    text = words_of(paper.content)
    assert re.findall(r"Situation ([A-Z]{1,2})\b", text) == [letters["unknown"]]
    assert text.count("Point réservé") == 5
    same = day.desk.get(day.page("meeting_agenda_of", _invitation(day, "rose")))
    assert words_of(same.content) == text
    everything = words_of(day.desk.get(day.page("meeting_agenda")).content)
    for name, brought in day.situations.items():
        assert f"Situation {letters[name]}" in everything
        assert brought.code not in everything + text + paper["Content-Disposition"]

    # The agreement falls between the agenda and the séance.
    OutgoingMessage.objects.all().delete()
    day.refuse("falls", "withdrawn")
    shown = day.desk.get(day.meeting.get_absolute_url()).context["points"]
    assert [p.letter for p in shown] == [letters[name] for name in SIX if name != "falls"]
    assert (shown[-1].starts_at - starts).seconds == 80 * 60
    told = OutgoingMessage.objects.filter(template="agreement_lowered")
    assert {m.recipient for m in told} == {
        day.coordinator.user.email, day.around["sofia"].user.email
    }  # fmt: skip
    assert all(m.context["off"] and m.context["code"] in m.subject for m in told)
    assert day.desk.get(day.page("hearing", day.point("falls").pk)).status_code == 410

    # Held: the wall shows letters, nobody's name, and not a way to one.
    wall = [day.desk.get(day.page("meeting_room"))]
    wall += [day.desk.get(day.page("hearing", p.key)) for p in shown]
    for response in wall:
        for brought in day.situations.values():
            assert brought.code not in response.text
        assert CANARY not in response.text
        assert "devoiler" not in response.text
    guests = {f.label.partition(" ")[0] for f in wall[1].context["came"].elsewhere()}
    # Who takes part in other points of the day waits outside, but for the permanent members.
    assert guests == {"Clio", "Milo", "Rose", *(("Hugo", "Sofia", "Gil") if of_lille else ())}

    nora = str(_invitation(day, "nora"))
    held = day.hear(
        "named", steps_taken="Deux courriers.", obstacles=["waiting_time"], **{nora: "absent"}
    )
    assert (held.state, held.naming) == ("held", "named")
    day.desk.post(
        day.page("hearing", day.point("anonymous").pk),
        {"act": "lead", "version": 0, "summary": SAID, "kind": "joint_home_visit",
         "owner": str(day.around["clio"].pk), "due_on": f"{timezone.localdate():%Y-%m-%d}"},
    )  # fmt: skip
    assert day.hear("anonymous", version=1).naming == "anonymous"
    # Nothing collected: with the facts in Lille, for its themes only at the AISSMC.
    assert day.hear("unknown").naming == ("anonymous" if of_lille else "themes")
    assert day.hear("refused").naming == "themes"
    assert not Conclusions.objects.filter(hearing=day.point("refused")).exists()
    assert Conclusions.objects.filter(hearing=day.point("unknown")).exists() is of_lille
    day.hear("last")
    day.meeting.refresh_from_db()
    assert day.meeting.status == Meeting.Status.HELD

    # Concluded: sent to the present and the concerned absent, or only made available.
    record = day.page("conclusions", day.point("named").pk)
    sent = OutgoingMessage.objects.filter(template="conclusions_ready", context__path=record)
    concerned = {day.around["louis"].user.email, day.around["nora"].user.email}
    assert {m.recipient for m in sent} == (concerned if of_lille else set())
    assert Delivery.objects.exists() is of_lille
    for message in sent:
        assert f"Situation {letters['named']} du" in message.subject
        assert day.situations["named"].code not in f"{message.subject} {message.context}"
    reading = {n for n, m in day.around.items() if day.client(m).get(record).status_code == 200}
    assert reading == {"louis", "nora"}
    page = day.client(day.around["nora"]).get(record).text
    assert day.council.record_label in page
    assert SAID in page

    # Followed up: the owner answers, the person is told, where the profile says so.
    lead = ActionLead.objects.get()
    answer = reverse("lead_move", args=[day.council.code, lead.pk])
    for act in ("accept", "complete"):
        day.client(day.around["clio"]).post(answer, {"act": act, "outcome": "Visite faite."})
    lead.refresh_from_db()
    assert lead.status == "done"
    due = {f.hearing.situation for f in Feedback.objects.all()}
    named, anonymous = (
        day.situations["named"],
        {day.situations["anonymous"], day.situations["last"]},
    )
    assert due == ({named} if not day.council.feedback_when_anonymous else {named} | anonymous)
    heard = Situation.objects.filter(status="follow_up")
    assert {s.code for s in heard} == {s.code for n, s in day.situations.items() if n != "falls"}

    # At the next séance: another letter, and the fate of the lead.
    following = sitting(day.coordinator, days=30)
    day.desk.post(
        reverse("point_add", args=[day.council.code, following.pk]),
        {"situation": day.situations["anonymous"].code, "minutes": "20"},
    )
    again = Hearing.objects.get(meeting=following)
    assert again.letter != letters["anonymous"]
    wall = day.desk.get(reverse("hearing", args=[day.council.code, following.pk, again.pk]))
    assert "Visite faite." in wall.text


def _invitation(day, name):
    return day.meeting.attendances.get(membership=day.around[name]).pk
