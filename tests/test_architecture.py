"""The rules of the house that no linter can state."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cases.privacy import Privacy
from governance import nomenclatures

CASES = [m for m in apps.get_app_config("cases").get_models() if "Historical" not in m.__name__]
# guardian's own rows are described by guardian: who may open what, nothing of the person
OURS = [m for m in CASES if not m.__name__.endswith("Permission")]


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_every_field_of_a_case_declares_its_privacy_class(model):
    undeclared = [
        field.name
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.name != "id" and not isinstance(getattr(field, "privacy", None), Privacy)
    ]
    assert undeclared == []


def test_the_57_fields_of_the_form_are_stored_in_the_class_they_declare():
    from cases.models import Alert
    from cases.vault import IDENTITY_FIELDS

    fields = {f.name: f for f in (*Alert._meta.concrete_fields, *Alert._meta.many_to_many)}
    specs = [spec for section in nomenclatures.alert_form() for spec in section.fields]
    assert len(specs) == 57
    for spec in specs:
        if spec.privacy == "vault":
            assert spec.code in IDENTITY_FIELDS
            assert spec.code not in fields
        elif spec.code != "steps":  # a table of its own: AlertStep
            assert fields[spec.code].privacy == spec.privacy, spec.code


@pytest.mark.parametrize(
    "model",
    [
        m
        for app in ("governance", "cases", "reports")
        for m in apps.get_app_config(app).get_models()
        if not m.__name__.startswith("Historical")
    ],
    ids=lambda m: m.__name__,
)
def test_everything_has_a_history_but_the_vault_the_journal_and_guardians_rows(model):
    without = {
        "AccessRecord",  # the journal is its own history
        "Backup",  # a date and a size
        "Erasure",  # the ledger of what was erased: keys and dates
        "OutgoingMessage",  # gone thirty days after it left
        "OccasionalAuthor",  # goes with their last alert
        "Delivery",  # added, never changed: it is its own history
        "CalendarFeed",  # the digest of a key, and its days; the journal tells who held it
        "AlertDraft",  # what was typed and changed must be gone
        "PointNotes",  # the same, at a séance
        "Fingerprint",  # nor do its fingerprints, once erased
        "SealedIdentity",  # an erased identity leaves nothing
        "NumberSeries",  # a counter
        "Message",  # added, never changed
        "ReportFile",  # made again from the frozen figures
        "SavedView",  # a preference: the filters of a list
        "KeptPassage",  # a reason, written once with the text it is about
        "Submission",  # a digest, for a day
        "RegisterUpload",  # a file waiting for its confirmation, deleted with it
    }
    guardian = model.__name__.endswith("Permission")
    assert hasattr(model, "history") == (model.__name__ not in without and not guardian)


def test_no_module_of_the_program_is_longer_than_400_lines():
    long = {
        str(path.relative_to(settings.BASE_DIR)): lines
        for app in ("clsm", "governance", "cases", "reports")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_templates_have_no_inline_script_nor_style_nor_event_handler():
    offenders = [
        str(path.relative_to(settings.BASE_DIR))
        for path in Path(settings.BASE_DIR / "templates").rglob("*.html")
        if not {"emails", "pdf"} & set(path.parts)
        and re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", path.read_text("utf-8"))
    ]
    assert offenders == []
