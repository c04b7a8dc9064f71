"""A council set up and settled: the hub of settings, the territory, the closed lists."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance import policies, selectors
from governance.closed_lists import CLOSED_LISTS, GROUPS
from governance.forms.councils import (
    ClosedListForm,
    DistrictForm,
    NewCouncilForm,
    NewDistrictForm,
    NewSectorForm,
    SectorForm,
    SettingsForm,
    TownForm,
)
from governance.letters import absolute
from governance.models import Council, District, Sector, Town
from governance.services import councils as services
from governance.setup import setup_steps
from governance.viewer import ViewerRequest
from governance.views.once import once


@require_http_methods(["GET", "POST"])
@once
def council_new(request: ViewerRequest) -> HttpResponse:
    """Set up a council, of which one becomes the technical manager."""
    if not policies.can_create_council(request.viewer):
        raise Http404
    form = NewCouncilForm(request.POST or None)
    if form.is_valid():
        try:
            opened = services.open_council(**form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{opened.name} est créé.")
            return redirect("council_setup", opened.code)
    return render(request, "governance/councils/council_new.html", {"form": form})


@require_safe
def council_setup(request: ViewerRequest, council: str) -> HttpResponse:
    """What the council needs before its first alert, step by step."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    steps = setup_steps(opened)
    context = {"steps": steps, "done_count": sum(step.done for step in steps)}
    return render(request, "governance/councils/council_setup.html", context)


@require_safe
def council_settings(request: ViewerRequest, council: str) -> HttpResponse:
    """Every page on which the council is settled, and what is still to be done first."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    context = {
        "coordinates": bool(policies.can_coordinate(request.viewer, opened)),
        "creates_councils": bool(policies.can_create_council(request.viewer)),
        "steps_left": [step for step in setup_steps(opened) if not step.done],
        "stuck_messages": selectors.count_stuck(opened),
        "public_address": absolute(reverse("occasional_start", args=[opened.code])),
    }
    return render(request, "governance/councils/council_settings.html", context)


@require_http_methods(["GET", "POST"])
def council_edit(request: ViewerRequest, council: str) -> HttpResponse:
    """Change the settings, the contact and the thresholds."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    # A copy: refused values must not show in the page's own header.
    form = SettingsForm(request.POST or None, instance=copy(opened))
    if form.is_valid():
        services.change_settings(opened, form.cleaned_data, by=request.user)
        messages.success(request, "Les réglages sont enregistrés.")
        return redirect("council_settings", opened.code)
    return render(request, "governance/councils/council_edit.html", {"form": form})


# --- territory ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceKind:
    """One of the three kinds of places, as the addresses name them."""

    title: str
    add: str
    model: type[selectors.Place]
    new_form: Callable[..., ModelForm]
    form: Callable[..., ModelForm]


def _new_town(council: Council, answers: Any) -> ModelForm:
    return TownForm(answers, instance=Town(council=council))


def _new_district(council: Council, answers: Any) -> ModelForm:
    return NewDistrictForm(answers, council=council)


def _new_sector(council: Council, answers: Any) -> ModelForm:
    return NewSectorForm(answers, instance=Sector(council=council))


PLACES: Mapping[str, PlaceKind] = {
    "commune": PlaceKind("Commune", "Ajouter une commune", Town, _new_town, TownForm),
    "quartier": PlaceKind("Quartier", "Ajouter un quartier", District, _new_district, DistrictForm),
    "secteur": PlaceKind(
        "Secteur de psychiatrie", "Ajouter un secteur", Sector, _new_sector, SectorForm
    ),
}


def _kind(name: str) -> PlaceKind:
    if name not in PLACES:
        raise Http404
    return PLACES[name]


@require_safe
def territory(request: ViewerRequest, council: str) -> HttpResponse:
    """The towns with their districts, and the sectors."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    context = {
        "towns": opened.towns.prefetch_related("districts"),
        "sectors": opened.sectors.all(),
    }
    return render(request, "governance/councils/territory.html", context)


@require_http_methods(["GET", "POST"])
@once
def territory_add(request: ViewerRequest, council: str, kind: str) -> HttpResponse:
    """Add a town, a district or a sector."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    place_kind = _kind(kind)
    form = place_kind.new_form(opened, request.POST or None)
    if _saved(request, form):
        return redirect("territory", opened.code)
    context = {"form": form, "kind": kind, "title": place_kind.add}
    return render(request, "governance/councils/place.html", context)


@require_http_methods(["GET", "POST"])
def territory_change(request: ViewerRequest, council: str, kind: str, key: UUID) -> HttpResponse:
    """Rename a town, a district or a sector."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    place_kind = _kind(kind)
    place = selectors.open_place(opened, place_kind.model, key)
    name = str(place)
    form = place_kind.form(request.POST or None, instance=place)
    if _saved(request, form):
        return redirect("territory", opened.code)
    context = {
        "form": form,
        "kind": kind,
        "eyebrow": place_kind.title,
        "title": name,
        "place": place,
        "removable": not (isinstance(place, Sector) and place.code == Sector.OUTSIDE),
    }
    return render(request, "governance/councils/place.html", context)


@require_POST
def territory_remove(request: ViewerRequest, council: str, kind: str, key: UUID) -> HttpResponse:
    """Take a place off the territory, if nothing names it."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    place = selectors.open_place(opened, _kind(kind).model, key)
    try:
        services.remove_place(place, by=request.user)
    except services.StillUsed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"« {place} » est retiré du territoire.")
    return redirect("territory", opened.code)


def _saved(request: ViewerRequest, form: ModelForm) -> bool:
    """Whether the place was valid and saved; otherwise the form says why."""
    if not form.is_valid():
        return False
    try:
        services.save_place(form.instance, by=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, f"« {form.instance} » est enregistré.")
    return True


# --- closed lists -------------------------------------------------------------------------------


@require_safe
def closed_lists(request: ViewerRequest, council: str) -> HttpResponse:
    """The lists that the council may word, by subject, with those it changed marked."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    changed = set(opened.list_entries.values_list("list_code", flat=True))
    context = {"groups": GROUPS, "changed": changed}
    return render(request, "governance/councils/closed_lists.html", context)


@require_http_methods(["GET", "POST"])
def closed_list(request: ViewerRequest, council: str, list_code: str) -> HttpResponse:
    """Word, order and choose the answers of a list, or take back the usual ones."""
    opened = selectors.open_council_as_manager(request.viewer, council)
    if list_code not in CLOSED_LISTS:
        raise Http404
    described = CLOSED_LISTS[list_code]
    if "reset" in request.POST:
        services.reset_list(opened, list_code, by=request.user)
        messages.success(request, f"« {described.title} » a repris ses réponses d’origine.")
        return redirect("closed_list", opened.code, list_code)
    form = ClosedListForm(
        request.POST or None,
        entries=selectors.council_entries(opened, list_code),
        fixed=described.fixed,
    )
    if form.is_valid():
        try:
            services.change_list(opened, list_code, form.answers(), by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"« {described.title} » est enregistré.")
            return redirect("closed_lists", opened.code)
    context = {
        "form": form,
        "list": described,
        "changed": opened.list_entries.filter(list_code=list_code).exists(),
    }
    return render(request, "governance/councils/closed_list.html", context)
