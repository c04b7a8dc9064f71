"""The person's rights: a copy of what is recorded about them, and its erasure (RGPD 15 and 17)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import record, selectors
from cases.forms.rights import EraseForm
from cases.services import erasure
from cases.views.act_page import Act, act_page
from governance import journal, pdf
from governance.selectors import open_council_as_coordinator
from governance.viewer import ViewerRequest

ERASE = Act(
    "Effacer à la demande de la personne",
    "L’identité, les textes, les notes, les relevés et leur historique sont effacés tout de suite, "
    "sans retour possible ; les participants n’y ont plus accès. Restent la ligne statistique "
    "anonyme et, pendant 12 mois, le journal des accès que la loi impose.",
    "Effacer définitivement",
    "La situation est effacée.",
    is_final=True,
)


@require_http_methods(["GET", "HEAD", "POST"])
def situation_record(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Read what is recorded, untick what speaks of somebody else, print the rest."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    recorded = record.about(request.viewer, opened, situation)
    if request.method != "POST":
        context = {"situation": situation, "sections": recorded}
        return render(request, "cases/retention/record.html", context)
    chosen = record.keep(recorded, request.POST.getlist("kept"))
    journal.record(
        request.user, "export", situation, council=opened, reason="Droit d’accès de la personne"
    )
    content = pdf.render(
        "pdf/person_record.html",
        {
            "council": opened,
            "situation": situation,
            "sections": chosen,
            "made_on": timezone.localdate(),
        },
    )
    name = f"{situation.code}-droit-d-acces.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def situation_erase(request: ViewerRequest, council: str, code: str) -> HttpResponse:
    """Erase the situation; its code is typed, so that no other one is erased by mistake."""
    opened = open_council_as_coordinator(request.viewer, council)
    situation = selectors.open_situation(request.viewer, opened, code)
    if situation.status == "purged":
        messages.info(request, "Cette situation est déjà effacée.")
        return redirect(situation)
    return act_page(
        request,
        situation,
        ERASE,
        EraseForm(request.POST or None, situation=situation, council=opened),
        lambda code, **answers: erasure.erase_on_request(request.viewer, situation, **answers),
    )
