"""A whole alert as a browser would send it, step by step."""

from django.http import HttpResponse
from django.test import Client

from cases.models import AlertDraft
from governance.models import Council

STEPS = ("vous", "accord", "personne", "observations", "demarches", "attentes")


def typed(council: Council, **changes: object) -> dict[str, dict[str, object]]:
    """Valid answers of every step under a *named* agreement; `changes`: step=dict of answers."""
    answers: dict[str, dict[str, object]] = {
        "danger": {"immediate_danger": "no"},
        "vous": {
            "requester_name": "Louis Bailleur",
            "requester_role": "Chargé de tranquillité",
            "requester_contact": "03 20 00 00 00",
        },
        "accord": {
            "information_state": "informed",
            "information_date": "2026-01-05",
            "consent_state": "named",
            "consent_given_by": "person",
            "consent_date": "À l’oral, chez elle, le 05/01/2026",
            "presence_wish": "absent_feedback",
            "person_words": "Elle veut rester chez elle.",
        },
        "personne": {
            "last_name": "Zyzzyva",
            "first_name": "Quirine",
            "birth_date": "1970-01-02",
            "sex": "female",
            "age_band": "a51_60",
            "town": str(council.towns.get(name="Lille").pk),
            "minor_children": "no",
            "income": ["aah", "other"],
            "housing_status": "social_tenant",
        },
        "observations": {
            "situation_type": "housing_mental_health",
            "alert_subject": ["neighbourhood_disturbance", "unsanitary_hoarding"],
            "facts": "Crie la nuit depuis mai.",
            "already_known": "unknown",
            "criteria_home": ["hoarding"],
            "suicidal_concern": "none_known",
        },
        "demarches": {
            "tried-0-step": "home_visit",
            "tried-0-done_on": "2026-01-02",
            "tried-0-result": "refused",
            "tried-0-comment": "Porte close",
            "adhesion": "refuses",
        },
        "attentes": {"expectations": "Un regard croisé."},
    }
    for step, change in changes.items():
        answers[step] = {**answers[step], **change}  # type: ignore[dict-item]
    return answers


def start(client: Client, council: Council) -> str:
    """A new draft; the address under which its steps stand."""
    answers = {"immediate_danger": "no", "go": "steps"}
    response = client.post(f"/clsm/{council.code}/alertes/nouvelle/", answers)
    return response["Location"].removesuffix("vous/")


def write(client: Client, council: Council, **changes: object) -> str:
    """A draft with every step kept, `changes` applied; its address."""
    draft = start(client, council)
    for step, answers in typed(council, **changes).items():
        client.post(f"{draft}{step}/", {**answers, "go": "recap"})
    return draft


def saved(address: str) -> AlertDraft:
    """The draft of that address, as the database has it."""
    return AlertDraft.objects.get(pk=address.strip("/").split("/")[-1])


def errors(response: HttpResponse) -> set[str]:
    """The fields that the page of a step says to be wrong."""
    parts = response.context["form"].parts  # type: ignore[attr-defined]
    return {name for part in parts for name in part.errors}
