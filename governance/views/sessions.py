"""Where one is signed in, and signing out there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from governance.services import sessions
from governance.viewer import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def my_sessions(request: ViewerRequest) -> HttpResponse:
    """One's open sessions; POST ends the one of `mark`, or all the others."""
    if request.method == "POST":
        mark = request.POST.get("mark")
        if mark is None:
            sessions.end_sessions(request.user, but=request.session.session_key)
            messages.success(request, "Toutes vos autres sessions sont fermées.")
        elif sessions.end_session(request.user, mark):
            messages.success(request, "Cette session est fermée.")
        return redirect("my_sessions")
    context = {"sessions": sessions.list_sessions(request.user, request.session.session_key)}
    return render(request, "governance/people/my_sessions.html", context)
