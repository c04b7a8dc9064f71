"""The person's rights: what is handed over, what is masked, what is erased; the incident report."""

import datetime
import io

import pdfplumber
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cases.models import AlertStep, InternalNote, Situation
from cases.services import erasure, follow_up, hearings, participations, retention, situations
from governance.decisions import Refused
from governance.models import AccessRecord
from governance.viewer import Viewer
from tests import world as worlds


@pytest.fixture
def client(world):
    return world.client("coordinator")


def address(world, name: str) -> str:
    return worlds.address(world, name, worlds.named_urls()[name])


def text_of(response) -> str:
    """What the PDF says; the reader gives non-breaking spaces back as ordinary ones."""
    with pdfplumber.open(io.BytesIO(response.content)) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages)


def ticked(page) -> list[str]:
    return [
        entry.key for section in page.context["sections"] for entry in section.entries if entry.key
    ]


# --- access -------------------------------------------------------------------------------------


def test_the_person_is_handed_what_is_recorded_with_services_instead_of_names(world, client):
    coordinator = Viewer(world.people["coordinator"].user)
    situations.add_note(coordinator, world.situation, text="Le voisin du dessus se plaint.")
    page = client.get(address(world, "situation_record"))
    response = client.post(address(world, "situation_record"), {"kept": ticked(page)})
    assert response["Content-Type"] == "application/pdf"
    said = text_of(response)
    for expected in (
        "enregistré à votre sujet",
        "Crie la nuit.",
        "Une visite à deux.",
        "Le voisin du dessus se plaint.",
        "Service author",
        "Service knows",
        "Prévenir par un mot.",
        "donné par",
        "Situation ouverte : Coordination",
    ):
        assert expected in said, expected
    for member in world.people.values():
        if member is not None and member.user.last_name:
            assert member.user.get_full_name() not in said
            assert member.user.email not in said
    assert worlds.CANARY_ROOT not in said.lower()


def test_what_the_coordination_unticks_is_not_printed(world, client):
    coordinator = Viewer(world.people["coordinator"].user)
    situations.add_note(coordinator, world.situation, text="Le voisin du dessus se plaint.")
    page = client.get(address(world, "situation_record"))
    note = InternalNote.objects.get(situation=world.situation)
    kept = [key for key in ticked(page) if key != f"note-{note.pk}"]
    said = text_of(client.post(address(world, "situation_record"), {"kept": kept}))
    assert "voisin du dessus" not in said
    assert "Une visite à deux." in said


def test_what_was_written_after_the_preview_is_not_printed_unread(world, client):
    page = client.get(address(world, "situation_record"))
    AlertStep.objects.create(alert=world.alert, step="home_visit", comment="Vu sa sœur.")
    said = text_of(client.post(address(world, "situation_record"), {"kept": ticked(page)}))
    assert "Vu sa sœur." not in said


def test_the_copy_is_journalled_and_the_preview_is_not_an_export(world, client):
    exports = AccessRecord.objects.filter(action="export", target_id=world.situation.pk)
    client.get(address(world, "situation_record"))
    assert not exports.exists()
    client.post(address(world, "situation_record"))
    assert exports.get().actor == world.people["coordinator"].user


def test_the_name_of_the_file_and_the_page_name_nobody(world, client):
    response = client.post(address(world, "situation_record"))
    assert world.situation.code in response["Content-Disposition"]
    assert worlds.CANARY_ROOT not in response["Content-Disposition"].lower()


# --- erasure ------------------------------------------------------------------------------------


def test_the_situation_is_erased_when_its_code_is_typed(world, client):
    answers = {"code": "lil-0000-000", "reason": "Courrier du 3 mars", "closure": "opposed"}
    page = client.post(address(world, "situation_erase"), answers)
    assert "Recopiez le numéro" in page.content.decode()
    assert Situation.objects.get(pk=world.situation.pk).status != "purged"
    answers["code"] = world.situation.code.lower()
    page = client.post(address(world, "situation_erase"), answers, follow=True)
    assert Situation.objects.get(pk=world.situation.pk).status == "purged"
    assert "Situation effacée" in page.content.decode()
    assert "Crie la nuit" not in page.content.decode()
    line = AccessRecord.objects.get(action="erase", target_id=world.situation.pk)
    assert line.reason == "Courrier du 3 mars"


def test_an_open_situation_asks_why_it_closes(world, client):
    answers = {"code": world.situation.code, "reason": "Courrier du 3 mars"}
    client.post(address(world, "situation_erase"), answers)
    assert Situation.objects.get(pk=world.situation.pk).status != "purged"


def test_an_erased_situation_has_a_page_for_the_coordination_and_no_second_erasure(world, client):
    answers = {
        "code": world.situation.code, "reason": "Courrier du 3 mars", "closure": "opposed",
    }  # fmt: skip
    client.post(address(world, "situation_erase"), answers)
    for name in ("situation_erase", "situation_record"):
        assert client.get(address(world, name), follow=True).status_code == 200
    assert client.post(address(world, "situation_record")).status_code == 200
    for url in ("situations", "meetings", "leads", "council_home", "reports", "alerts"):
        assert client.get(address(world, url)).status_code == 200
    assert client.get(world.alert.get_absolute_url()).status_code == 200
    assert client.get(world.meeting.get_absolute_url()).status_code == 200


# --- the page that announces --------------------------------------------------------------------


def test_a_situation_about_to_be_heard_is_not_announced(world, client):
    Situation.objects.update(last_activity=timezone.now() - datetime.timedelta(days=800))
    page = client.get(address(world, "retention")).content.decode()
    assert world.situation.code not in page


def test_the_page_says_what_goes_and_when_by_code(world, client):
    hearings.unschedule(Viewer(world.people["coordinator"].user), world.coming_hearing)
    old = timezone.now() - datetime.timedelta(days=800)
    Situation.objects.filter(pk=world.situation.pk).update(last_activity=old)
    page = client.get(address(world, "retention")).content.decode()
    assert world.situation.code in page
    assert f"{timezone.localdate() + datetime.timedelta(days=60):%d/%m/%Y}" in page
    retention.apply(timezone.localdate() - datetime.timedelta(days=10))
    page = client.get(address(world, "retention")).content.decode()
    assert f"{timezone.localdate() + datetime.timedelta(days=50):%d/%m/%Y}" in page


def test_a_situation_in_follow_up_is_not_announced(world, client):
    page = client.get(address(world, "retention")).content.decode()
    assert world.situation.code not in page
    assert "Rien à effacer" in page


def test_the_page_makes_as_many_queries_for_thirty_situations_as_for_one(
    world, client, django_assert_max_num_queries
):
    old = timezone.now() - datetime.timedelta(days=800)
    Situation.objects.filter(pk=world.situation.pk).update(last_activity=old)
    Situation.objects.bulk_create(
        Situation(
            council=world.council,
            code=f"LIL-2020-{n:03d}",
            status="under_review",
            received_on=old.date(),
            last_activity=old,
        )
        for n in range(30)
    )
    with django_assert_max_num_queries(25):
        page = client.get(address(world, "retention"))
    assert page.content.decode().count("LIL-2020-") >= 30


# --- the incident report ------------------------------------------------------------------------


def said(capsys, **options) -> str:
    day = timezone.localdate()
    call_command("incident_report", first=day, last=day, **options)
    return capsys.readouterr().out


def test_the_report_says_who_did_what_on_which_object_without_content(world, client, capsys):
    client.get(world.situation.get_absolute_url())
    client.post(address(world, "alert_reveal"), {"reason": "Vérifier l’adresse du patient"})
    report = said(capsys)
    assert f"Situation {world.situation.code}" in report
    assert f"Identité affichée  Alert {world.alert.code}" in report
    assert "1 identités affichées" in report
    assert "Vérifier" not in report
    assert worlds.CANARY_ROOT not in report.lower()


def test_the_report_is_narrowed_to_a_council_or_a_person(world, client, capsys):
    client.get(world.situation.get_absolute_url())
    assert "coordinator@demo.example" in said(capsys, council="LIL")
    assert "coordinator@demo.example" not in said(capsys, council="AIS")
    assert "coordinator@demo.example" not in said(capsys, person="author@demo.example")


def test_the_csv_has_a_row_an_act_and_computes_nothing(world, capsys):
    user = world.people["coordinator"].user
    user.first_name, user.last_name = "=1+1", ""
    user.save()
    rows = said(capsys, format="csv").splitlines()
    assert rows[0] == "date;personne;courriel;acte;objet;reference;conseil"
    assert len(rows) > 10
    assert not any(";=" in row for row in rows)


def test_an_object_that_is_gone_goes_by_its_key(world, capsys):
    line = AccessRecord.objects.filter(target_type="Participation").first()
    world.situation.participations.filter(pk=line.target_id).delete()
    assert str(line.target_id) in said(capsys)


def test_the_report_itself_is_journalled_as_an_export(world, capsys):
    said(capsys)
    exports = AccessRecord.objects.filter(action="export", reason="Rapport d’incident")
    assert {line.council.code for line in exports} == {"LIL", "AIS"}


@pytest.mark.parametrize(
    "options", [{"council": "XXX"}, {"person": "nobody@demo.example"}, {"disorder": True}]
)
def test_wrong_options_are_refused_in_words(world, options):
    first = timezone.localdate()
    last = first - datetime.timedelta(days=1) if options.pop("disorder", False) else first
    with pytest.raises(CommandError):
        call_command("incident_report", first=first, last=last, **options)


def test_the_report_may_go_to_a_file(world, tmp_path):
    day = timezone.localdate()
    file = tmp_path / "incident.csv"
    call_command("incident_report", first=day, last=day, format="csv", output=file)
    assert file.read_text("utf-8").startswith("date;")
    with pytest.raises(CommandError):
        call_command("incident_report", first=day, last=day, output=tmp_path / "absent" / "x")


@pytest.mark.parametrize(
    "act",
    [
        lambda by, opened, who: participations.seek(by, opened, who),
        lambda by, opened, who: situations.add_note(by, opened, text="Vue hier."),
        lambda by, opened, who: situations.review_texts(
            by, opened, {"facts": "Crie la nuit."}, version=opened.version
        ),
        lambda by, opened, who: follow_up.propose_lead(
            by, opened, kind="joint_home_visit", description="Un mot.", owner=None
        ),
    ],
    ids=["seek", "note", "review_texts", "lead"],
)
def test_who_opened_a_situation_before_its_erasure_writes_nothing_in_it_after(world, act):
    coordinator = Viewer(world.people["coordinator"].user)
    opened = Situation.objects.select_related("council").get(pk=world.situation.pk)
    erasure.erase_on_request(coordinator, world.situation, reason="Demande écrite", closure="lost")
    with pytest.raises(Refused, match="effacée"):
        act(coordinator, opened, world.people["stranger"])
