"""The guard on the screens: what others will read is re-read by its writer first."""

import importlib
import pkgutil
import re

import pytest
from django import forms
from django.apps import apps
from django.urls import reverse

import cases.forms
from cases import vault
from cases.alert_options import alert_options
from cases.crypto import EncryptedTextField
from cases.forms.alerts import STEPS
from cases.forms.follow_up import LeadMoveForm
from cases.forms.situations import TextsForm
from cases.forms.steps_what import TriedForm
from cases.models import Alert, KeptPassage, Message, OccasionalAuthor, Situation
from cases.occasional import OccasionalViewer
from cases.privacy import Privacy
from cases.services import intake, rereading
from governance.anonymity.review import Knowledge, replace, review
from governance.forms.guarded import GuardedText
from tests import factories, world

NAMED = "M. Vandenbroucke crie la nuit."


def alert_of(cast, viewer_of, agreement="named", **fields):
    return world.submit(viewer_of(cast.landlord), cast.council, agreement=agreement, **fields)


def key_of(html):
    return re.search(r'name="guard-why-([\w-]+)-([0-9a-f]{16})"', html).groups()


# --- every free text that others read is under the guard ----------------------------------------

# Restricted or shareable, and yet written without the guard.
EXCEPTED = {
    "PointNotes.answers": "typed in the room: the guard reads it when it becomes conclusions",
    "Alert.requester_role": "the function of who writes, from their own account",
}


def free_texts():
    """Where participants read what somebody typed."""
    for model in apps.get_app_config("cases").get_models():
        if model.__name__.startswith("Historical"):
            continue
        for field in model._meta.concrete_fields:
            long = isinstance(field, EncryptedTextField) or (field.max_length or 0) > 40
            read = getattr(field, "privacy", None) in (Privacy.RESTRICTED, Privacy.SHAREABLE)
            if long and read and not field.choices:
                yield f"{model.__name__}.{field.name}"


def fields_of_forms(cast, viewer_of):
    """The fields of every form of cases.forms; those made for one object as the views make them."""
    options = alert_options(viewer_of(cast.landlord), cast.council)
    for module in pkgutil.iter_modules(cases.forms.__path__, "cases.forms."):
        for form in vars(importlib.import_module(module.name)).values():
            if isinstance(form, type) and issubclass(form, forms.Form):
                yield from form.base_fields.values()
    for step in STEPS:
        yield from step(options, {"accord": {"consent_state": "named"}}).fields.values()
    yield from TriedForm(options=options).fields.values()
    yield from TextsForm(situation=Situation()).fields.values()


def test_a_free_text_that_others_read_cannot_be_written_without_the_guard(cast, viewer_of):
    fields = fields_of_forms(cast, viewer_of)
    guarded = {field.stores for field in fields if isinstance(field, GuardedText)}
    assert set(free_texts()) - guarded - set(EXCEPTED) == set()


def test_that_test_sees_the_texts_it_is_about():
    assert {"Alert.facts", "Conclusions.summary", "Message.text"} <= set(free_texts())


def test_a_view_that_forgets_the_guard_cannot_take_a_text():
    form = LeadMoveForm({"act": "", "outcome": "Il va mieux."}, status="proposed")
    with pytest.raises(RuntimeError):
        form.is_valid()


# --- a text is sent -----------------------------------------------------------------------------


@pytest.fixture
def asked(cast, viewer_of, client_of):
    """An alert, and what answers when the coordination asks its author a question."""
    alert = alert_of(cast, viewer_of)
    client = client_of(cast.coordinator)
    url = reverse("alert_question", args=[cast.council.code, alert.code])

    def ask(question, **more):
        return client.post(url, {"question": question, **more})

    return ask


def test_a_name_is_underlined_and_the_text_waits(asked):
    html = asked(NAMED).content.decode()
    assert "<mark>Vandenbroucke</mark>" in html
    assert ">la personne</button>" in html
    assert "Un détail le rend-il reconnaissable" in html
    assert not Message.objects.exists()


def test_one_click_replaces_it_and_the_page_is_shown_again(asked):
    name, key = key_of(asked(NAMED).content.decode())
    html = asked(NAMED, **{"guard-replace": f"{name}:{key}:0"}).content.decode()
    assert "La personne crie la nuit." in html
    assert "Vandenbroucke" not in html
    assert not Message.objects.exists()
    assert asked("La personne crie la nuit.").status_code == 302
    assert Message.objects.get().text == "La personne crie la nuit."


def test_a_reason_is_enough_and_is_kept_without_the_word(asked, cast):
    name, key = key_of(asked(NAMED).content.decode())
    why = {f"guard-why-{name}-{key}": "C’est le nom d’une rue."}
    assert asked(NAMED, **why).status_code == 302
    assert Message.objects.get().text == NAMED
    kept = KeptPassage.objects.get()
    assert (kept.field, kept.label, kept.writer) == (
        "Message.text", "PERSON", cast.coordinator.user,
    )  # fmt: skip
    assert kept.reason == "C’est le nom d’une rue."


@pytest.mark.parametrize("reason", ["ok", "   ", "vandenbroucke, c’est son nom"])
def test_a_reason_says_something_and_does_not_repeat_the_word(asked, reason):
    name, key = key_of(asked(NAMED).content.decode())
    response = asked(NAMED, **{f"guard-why-{name}-{key}": reason})
    assert response.status_code == 200
    assert not KeptPassage.objects.exists()


def test_a_clean_text_goes_at_once(asked):
    assert asked("Depuis quand la personne crie-t-elle ?").status_code == 302
    assert not KeptPassage.objects.exists()


@pytest.mark.parametrize(
    "pressed",
    ["", "x", "question:zz:0", "question:0123456789abcdef:0", "question:0123456789abcdef:99"],
)
def test_a_forged_button_changes_nothing(asked, pressed):
    html = asked(NAMED, **{"guard-replace": pressed}).content.decode()
    assert "<mark>Vandenbroucke</mark>" in html


def test_the_guard_never_calls_a_text_anonymous(asked):
    html = asked(NAMED).content.decode().lower()
    panel = html[html.index('class="guard"') : html.index("guard-question")]
    assert "anonyme" not in panel


def test_the_words_of_the_council_are_not_underlined(asked, cast):
    cast.council.allowed_words = "Vandenbroucke\nsquare Vandenbroucke"
    cast.council.save()
    # After a title even an allowed word is a name.
    assert "<mark>Vandenbroucke</mark>" in asked(NAMED).content.decode()
    assert asked("Il dort square Vandenbroucke.").status_code == 302


def test_hellemmes_and_the_organisations_of_the_council_name_nobody(asked):
    assert asked("Vu à Hellemmes par Habitat du Nord et le CMP du 59G23.").status_code == 302


# --- the identity in the vault ------------------------------------------------------------------


def sealed(cast, viewer_of):
    """An alert whose subject bears a name that is a word."""
    alert = world.submit(viewer_of(cast.landlord), cast.council, agreement="anonymous")
    alert.consent_state = "named"
    alert.save()
    identity = {"last_name": "Marchand", "first_name": "Rose", "phone": "06 11 22 33 44"}
    vault.seal(alert, identity, by=cast.landlord.user)
    return alert


def compared(member, viewer_of, cast, alert):
    known = rereading.knowledge(viewer_of(member), cast.council, about=[alert])
    return [p.words for p in review("Parlé au vieux Marchand, hier.", {}, known).passages]


def test_the_author_and_the_coordination_are_told_of_the_name_in_the_vault(cast, viewer_of):
    alert = sealed(cast, viewer_of)
    for member in (cast.landlord, cast.coordinator):
        assert compared(member, viewer_of, cast, alert) == ["Marchand"]


def test_the_guard_is_no_oracle_for_anybody_else(cast, viewer_of):
    alert = sealed(cast, viewer_of)
    for member in (cast.nurse, cast.police, cast.hygiene, cast.elected, cast.manager):
        assert compared(member, viewer_of, cast, alert) == []


def test_nothing_of_the_vault_is_compared_while_one_writes(cast, viewer_of, client_of):
    sealed(cast, viewer_of)
    url = reverse("text_reread", args=[cast.council.code])
    for member in (cast.landlord, cast.coordinator, cast.nurse):
        answer = client_of(member).post(
            url, {"field": "facts", "text": "Parlé au vieux Marchand, hier."}
        )
        assert answer.content.decode().strip() == ""


# --- while one writes ---------------------------------------------------------------------------


@pytest.fixture
def live(cast, client_of):
    client = client_of(cast.landlord)
    url = reverse("text_reread", args=[cast.council.code])

    def ask(text, **more):
        return client.post(url, {"field": "facts", "text": text, **more})

    return ask


def test_the_fragment_underlines_and_is_not_kept_by_any_cache(live):
    answer = live(NAMED)
    assert "<mark>Vandenbroucke</mark>" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "<html" not in answer.content.decode()


def test_the_fragment_gives_the_better_text_back(live):
    name, key = key_of(live(NAMED).content.decode())
    html = live(NAMED, **{"guard-replace": f"{name}:{key}:0"}).content.decode()
    assert "<template data-guard-text>La personne crie la nuit.</template>" in html


def test_a_text_is_escaped_in_the_fragment(live):
    html = live("<script>alert(1)</script> M. Dupont </template><b>").content.decode()
    assert "<script>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "sent", [{}, {"field": "a b"}, {"field": "x" * 81}, {"text": "a" * 20_001}]
)
def test_what_no_page_sends_gets_nothing(cast, client_of, sent):
    url = reverse("text_reread", args=[cast.council.code])
    body = {"field": "facts", "text": NAMED, **sent} if sent else {"text": NAMED}
    assert client_of(cast.landlord).post(url, body).content == b""


def test_writing_is_logged_nowhere(live, caplog, django_assert_max_num_queries):
    live(NAMED)
    with caplog.at_level("DEBUG"), django_assert_max_num_queries(25):
        live(NAMED)
    assert "Vandenbroucke" not in "".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert not KeptPassage.objects.exists()


# --- the alert ----------------------------------------------------------------------------------


def test_the_draft_is_kept_but_the_alert_waits_for_an_answer(cast, viewer_of, client_of):
    draft = intake.start_draft(viewer_of(cast.landlord), cast.council)
    client = client_of(cast.landlord)
    url = reverse("alert_draft", args=[cast.council.code, draft.pk, "attentes"])
    recap = reverse("alert_recap", args=[cast.council.code, draft.pk])
    shown = client.post(url, {"expectations": NAMED, "go": "next"})
    assert "<mark>Vandenbroucke</mark>" in shown.content.decode()
    # Put aside, it is kept as it is; the recap asks again.
    assert client.post(url, {"expectations": NAMED, "go": "later"}).status_code == 302
    assert "peut faire reconnaître" in client.get(recap).content.decode()
    name, key = key_of(shown.content.decode())
    reason = {f"guard-why-{name}-{key}": "C’est le nom d’une rue."}
    assert client.post(url, {"expectations": NAMED, **reason}).status_code == 302
    assert "peut faire reconnaître" not in client.get(recap).content.decode()
    assert not Alert.objects.exists()


def test_who_has_no_account_is_not_told_who_the_members_are(cast):
    cast.nurse.user.last_name = "Marchand"
    cast.nurse.user.save()
    author = OccasionalAuthor.objects.create(council=cast.council, email_digest="0" * 64)
    known = rereading.knowledge(OccasionalViewer(author), cast.council)
    assert known.directory == ()
    assert review("Vu le vieux Marchand.", {}, known).passages == ()


def test_the_name_typed_in_the_draft_is_found_in_its_facts(cast, viewer_of):
    known = rereading.knowledge(
        viewer_of(cast.landlord), cast.council, typed={"last_name": "Marchand"}
    )
    assert [p.words for p in review("Vu le vieux Marchand.", {}, known).passages] == ["Marchand"]


# --- the words of the council -------------------------------------------------------------------


def test_the_coordination_edits_the_words_and_their_history_is_shown(cast, client_of):
    client = client_of(cast.coordinator)
    url = reverse("allowed_words", args=[cast.council.code])
    assert (
        client.post(url, {"words": " Le  Kastelberg \nzénith\nle kastelberg\n"}).status_code == 302
    )
    cast.council.refresh_from_db()
    assert cast.council.allowed_words == "le kastelberg\nzénith"
    client.post(url, {"words": "zénith"})
    html = client.get(url).content.decode()
    assert "Ajouté" in html
    assert "Retiré" in html
    assert str(cast.coordinator.user) in html


@pytest.mark.parametrize("words", ["a" * 81, "\n".join(str(n) for n in range(2001))])
def test_a_list_beyond_reason_is_refused(cast, client_of, words):
    url = reverse("allowed_words", args=[cast.council.code])
    assert client_of(cast.coordinator).post(url, {"words": words}).status_code == 200
    cast.council.refresh_from_db()
    assert cast.council.allowed_words == ""


def test_what_was_kept_is_shown_to_the_coordination_in_a_constant_number_of_queries(
    cast, client_of, django_assert_max_num_queries
):
    url = reverse("allowed_words", args=[cast.council.code])
    client = client_of(cast.coordinator)
    for _ in range(40):
        KeptPassage.objects.create(
            council=cast.council, writer=cast.nurse.user, field="Alert.facts", label="AGE",
            reason="Son âge est connu de tous.",
        )  # fmt: skip
    client.get(url)
    with django_assert_max_num_queries(20):
        html = client.get(url).content.decode()
    assert "Son âge est connu de tous." in html
    assert "un âge exact" in html


# --- the review itself --------------------------------------------------------------------------


def test_the_same_words_are_asked_about_once_and_replaced_everywhere():
    text = "M. Dupont crie. On a vu M. Dupont hier."
    (passage,) = review(text, {}, Knowledge()).passages
    assert replace(text, passage.key, 0, Knowledge()) == (
        "La personne crie. On a vu la personne hier."
    )


def test_an_unknown_passage_or_choice_leaves_the_text_alone():
    text = "M. Dupont crie."
    (passage,) = review(text, {}, Knowledge()).passages
    assert replace(text, "0" * 16, 0, Knowledge()) == text
    assert replace(text, passage.key, 99, Knowledge()) == text


def test_the_name_of_a_colleague_is_known(council, viewer_of):
    member = factories.member(council, "odile.marchand@demo.example", "coordinator")
    known = rereading.knowledge(viewer_of(member), council)
    (passage,) = review("Vu avec Odile Marchand.", {}, known).passages
    assert passage.choices[0] == "une professionnelle"
