"""The papers of a council's bodies: minutes, decisions, roadmap, founding agreement."""

from django.urls import path

from governance.views import agreements, minutes, rereading, resolutions, roadmap

_MEETING = "<uuid:key>/reunions/<uuid:meeting>"
_MINUTES = f"{_MEETING}/compte-rendu/<int:number>"

urlpatterns = [
    path(f"{_MEETING}/compte-rendu/", minutes.minutes_edit, name="minutes_edit"),
    path(f"{_MINUTES}/", minutes.minutes_version, name="minutes_version"),
    path(f"{_MINUTES}/etat/", minutes.minutes_move, name="minutes_move"),
    path(f"{_MINUTES}/corriger/", minutes.minutes_correct, name="minutes_correct"),
    path(f"{_MINUTES}.pdf", minutes.minutes_pdf, name="minutes_pdf"),
    path(f"{_MINUTES}.docx", minutes.minutes_docx_file, name="minutes_docx"),
    path(
        f"{_MEETING}/decisions/nouvelle/",
        resolutions.body_resolution_new,
        name="body_resolution_new",
    ),
    path("decisions/", resolutions.resolutions, name="resolutions"),
    path("decisions/<uuid:key>/", resolutions.resolution, name="resolution"),
    path("decisions/<uuid:key>/modifier/", resolutions.resolution_edit, name="resolution_edit"),
    path("decisions/<uuid:key>/suite/", resolutions.resolution_follow, name="resolution_follow"),
    path("feuille-de-route/", roadmap.roadmap, name="roadmap"),
    path("feuille-de-route/axes/nouveau/", roadmap.roadmap_axis_new, name="roadmap_axis_new"),
    path("feuille-de-route/axes/<uuid:key>/", roadmap.roadmap_axis, name="roadmap_axis"),
    path(
        "feuille-de-route/axes/<uuid:key>/retirer/",
        roadmap.roadmap_axis_strike,
        name="roadmap_axis_strike",
    ),
    path(
        "feuille-de-route/axes/<uuid:key>/objectifs/nouveau/",
        roadmap.roadmap_objective_new,
        name="roadmap_objective_new",
    ),
    path("feuille-de-route/objectifs/<uuid:key>/", roadmap.objective, name="objective"),
    path(
        "feuille-de-route/objectifs/<uuid:key>/retirer/",
        roadmap.objective_strike,
        name="objective_strike",
    ),
    path(
        "feuille-de-route/objectifs/<uuid:key>/actions/nouvelle/",
        roadmap.objective_action_new,
        name="objective_action_new",
    ),
    path("feuille-de-route/actions/<uuid:key>/", roadmap.action, name="action"),
    path("feuille-de-route/actions/<uuid:key>/modifier/", roadmap.action_edit, name="action_edit"),
    path(
        "feuille-de-route/actions/<uuid:key>/bilans/<int:year>/",
        roadmap.action_balance,
        name="action_balance",
    ),
    path(
        "feuille-de-route/bilans/<int:year>/", roadmap.roadmap_synthesis, name="roadmap_synthesis"
    ),
    path(
        "feuille-de-route/bilans/<int:year>.pdf",
        roadmap.roadmap_synthesis_pdf,
        name="roadmap_synthesis_pdf",
    ),
    path("convention/", agreements.agreements, name="agreements"),
    path("convention/nouvelle/", agreements.agreement_new, name="agreement_new"),
    path("convention/<uuid:key>/", agreements.agreement, name="agreement"),
    path("convention/<uuid:key>/modifier/", agreements.agreement_edit, name="agreement_edit"),
    path(
        "convention/<uuid:key>/signataires/nouveau/",
        agreements.agreement_signatory_new,
        name="agreement_signatory_new",
    ),
    path("convention/signataires/<uuid:key>/", agreements.signatory_edit, name="signatory_edit"),
    path(
        "convention/signataires/<uuid:key>/retirer/",
        agreements.signatory_strike,
        name="signatory_strike",
    ),
    path("papiers/relecture/", rereading.paper_reread, name="paper_reread"),
]
