"""The views that a coordinator keeps of their lists: one's own, and nobody else's."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from cases.models import SavedView
from governance.models import Council
from governance.roles import COORDINATE
from governance.viewer import Viewer

MOST_VIEWS = 20


def own_views(viewer: Viewer, page: str, council: Council | None) -> QuerySet[SavedView]:
    """The viewer's views of the list `page` of a council, or of all their councils; by name."""
    return SavedView.objects.filter(user=viewer.user, page=page, council=council)


@transaction.atomic
def save(
    viewer: Viewer, page: str, council: Council | None, *, name: str, query: str, is_default: bool
) -> SavedView:
    """Keep `query` (what forms/filters.py says may be kept) under `name`, instead of the view of
    that name if there is one. ValidationError (French) for a bad name, nothing to keep, or too
    many views."""
    if not query:
        raise ValidationError("Choisissez d’abord un filtre ou un ordre : ils font la vue.")
    views = own_views(viewer, page, council)
    view = views.filter(name=name).first()
    if view is None:
        if views.count() >= MOST_VIEWS:
            raise ValidationError(f"Vous avez déjà {MOST_VIEWS} vues ici : supprimez-en une.")
        view = SavedView(user=viewer.user, page=page, council=council, name=name)
    if is_default:
        views.update(is_default=False)
    view.query, view.is_default = query, is_default
    view.full_clean()
    view.save()
    return view


def open_view(viewer: Viewer, key: UUID) -> SavedView:
    """One's own view of that key, of a list that one still coordinates; else 404."""
    view = SavedView.objects.filter(user=viewer.user, pk=key).select_related("council").first()
    councils = viewer.councils_where(COORDINATE)
    if view is None or not (councils if view.council is None else view.council.pk in councils):
        raise Http404
    return view


@transaction.atomic
def set_default(viewer: Viewer, view: SavedView, *, is_default: bool) -> None:
    """The list opens on this view from now on, or on none."""
    own_views(viewer, view.page, view.council).update(is_default=False)
    view.is_default = is_default
    view.save()


def delete(view: SavedView) -> None:
    """Forget the view."""
    view.delete()
