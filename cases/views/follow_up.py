"""Action leads and feedback: who does what until when, what came of it, who told the person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import policies
from cases.forms.follow_up import FeedbackForm, LeadAssignForm, LeadMoveForm
from cases.forms.meetings import LeadForm
from cases.leads import lead_lines
from cases.rows import Chip, Row, day_in_words
from cases.selectors import (
    lead_owners,
    list_feedback,
    list_leads,
    open_council_of_meetings,
    open_feedback,
    open_lead,
    open_situation,
)
from cases.services import follow_up
from cases.views.rereading import reread
from governance.models import Council
from governance.selectors import meeting_title, open_council_as_coordinator
from governance.viewer import ViewerRequest
from governance.views import refusals
from governance.views.once import once

PER_PAGE = 25


@require_safe
def leads(request: ViewerRequest, council: str) -> HttpResponse:
    """The open leads, the overdue ones first, and the feedback to give: the council's for the
    coordination, one's own for a partner."""
    opened = open_council_of_meetings(request.viewer, council)
    page = Paginator(list_leads(request.viewer, opened), PER_PAGE).get_page(request.GET.get("page"))
    due = Paginator(list_feedback(request.viewer, opened), PER_PAGE).get_page(
        request.GET.get("restitutions")
    )
    context = {
        "page_obj": page,
        "leads": [
            Row(
                code=line.code,
                title=line.kind,
                url=reverse("lead_move", args=[opened.code, line.key]),
                facts=(line.owner or "Sans porteur", *_due(line)),
                chips=line.chips,
            )
            for line in lead_lines(request.viewer, opened, page)
        ],
        "due": due,
        "feedback": [_feedback_row(opened, feedback) for feedback in due],
    }
    return render(request, "cases/follow_up/leads.html", context)


def _due(line: Any) -> tuple[str, ...]:
    return (f"échéance {day_in_words(line.due_on)}",) if line.due_on else ()


def _feedback_row(council: Council, feedback: Any) -> Row:
    late = feedback.due_on < timezone.localdate()
    return Row(
        code=feedback.hearing.situation.code,
        title="Restitution à la personne",
        url=reverse("feedback", args=[council.code, feedback.pk]),
        facts=(str(feedback.given_by), f"prévue {day_in_words(feedback.due_on)}"),
        chips=(Chip("late", "En retard"),) if late else (),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def lead_new(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Propose a lead for a situation, between two meetings."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = open_situation(request.viewer, opened, code)
    form = LeadForm(request.POST or None, council=opened, owners=lead_owners(situation))
    if reread(request, opened, form, about=situation.alerts.all()):
        with refusals.as_form_error(form):
            follow_up.propose_lead(request.viewer, situation, **form.cleaned_data)
            messages.success(request, "La piste est proposée.")
            return redirect(situation)
    return render(request, "cases/follow_up/lead_new.html", {"form": form, "situation": situation})


@require_http_methods(["GET", "HEAD", "POST"])
def lead_move(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """A lead, and what can be done with it now, by its owner or the coordination."""
    opened = open_council_of_meetings(request.viewer, council)
    lead = open_lead(request.viewer, opened, key)
    form = LeadMoveForm(request.POST or None, status=lead.status)
    if reread(request, opened, form, about=lead.situation.alerts.all()):
        with refusals.as_form_error(form):
            follow_up.move_lead(request.viewer, lead, **form.cleaned_data)
            messages.success(request, "La piste est à jour.")
            return redirect("leads", opened.code)
    return _lead_page(request, opened, lead, move_form=form)


@require_POST
def lead_assign(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Give a lead its owner and its date."""
    opened = open_council_as_coordinator(request.viewer, council)
    lead = open_lead(request.viewer, opened, key)
    form = LeadAssignForm(request.POST, owners=lead_owners(lead.situation))
    if form.is_valid():
        with refusals.as_form_error(form):
            follow_up.assign_lead(request.viewer, lead, **form.cleaned_data)
            messages.success(request, "Le porteur est désigné.")
            return redirect("lead_move", opened.code, key)
    return _lead_page(request, opened, lead, assign_form=form)


def _lead_page(request: ViewerRequest, council: Council, lead: Any, **bound: Any) -> HttpResponse:
    """The page of a lead; `bound`: a form that was filled."""
    (line,) = lead_lines(request.viewer, council, [lead])
    context: dict[str, Any] = {
        "line": line,
        "lead": lead,
        "situation": lead.situation,
        "move_form": LeadMoveForm(status=lead.status),
        "assign_form": None,
    }
    if lead.is_open and policies.coordinates(request.viewer, council):
        context["assign_form"] = LeadAssignForm(
            owners=lead_owners(lead.situation),
            initial={"owner": str(lead.owner_id or ""), "due_on": lead.due_on},
        )
    return render(request, "cases/follow_up/lead.html", context | bound)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def feedback(request: ViewerRequest, council: str, key: UUID) -> HttpResponse:
    """Note that the person was told what came of the meeting."""
    opened = open_council_of_meetings(request.viewer, council)
    due = open_feedback(request.viewer, opened, key)
    form = FeedbackForm(
        request.POST or None,
        initial={"given_on": due.given_on or timezone.localdate(), "reaction": due.reaction},
    )
    if reread(request, opened, form, about=due.hearing.situation.alerts.all()):
        with refusals.as_form_error(form):
            follow_up.give_feedback(request.viewer, due, **form.cleaned_data)
            messages.success(request, "La restitution est notée.")
            return redirect("leads", opened.code)
    context = {
        "form": form,
        "feedback": due,
        "situation": due.hearing.situation,
        "title": meeting_title(opened, due.hearing.meeting),
    }
    return render(request, "cases/follow_up/feedback.html", context)
