"""The page of one act on a situation: what it does, its form, and back to the situation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from governance.viewer import ViewerRequest
from governance.views import refusals


@dataclass(frozen=True)
class Act:
    """An act in words: the title of its page, what it entails, its button, what is said after."""

    title: str
    text: str
    button: str
    done: str
    is_final: bool = False


def act_page(
    request: ViewerRequest,
    situation: Any,
    words: Act,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    leads_to: str | None = None,
) -> HttpResponse:
    """Do `act` with the answers of a valid form, else show the form with what is wrong.

    `leads_to`: where one goes afterwards, if not to the situation.
    """
    if form.is_valid():
        with refusals.as_form_error(form):
            act(**form.cleaned_data)
            messages.success(request, words.done)
            return redirect(leads_to or situation)
    context = {"situation": situation, "words": words, "form": form}
    return render(request, "cases/situations/act.html", context)
