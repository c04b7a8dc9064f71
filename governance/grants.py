"""The one door to django-guardian: grant, revoke, and what a user was granted.

Every permission is on an object, held by a user: no group, no global permission, no superuser
by-pass. Callers journal the act; they are services, inside a transaction.
"""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import Model, QuerySet
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_user_obj_perms_model

from governance.models import Council, User


def grant(user: User, permission: str, target: Model, **columns: Any) -> None:
    """Give `user` the permission (a codename) on `target`; `columns` go on guardian's row.

    Granting twice changes nothing but the columns.
    """
    assign_perm(permission, user, target)
    if columns:
        granted(user, permission, type(target)).filter(content_object=target).update(**columns)


def revoke(user: User, permission: str, target: Model) -> None:
    """Take the permission back; nothing happens if it was not held."""
    remove_perm(permission, user, target)


def rows(model: type[Model]) -> type[Model]:
    """guardian's direct-FK permission model of `model`."""
    found: type[Model] = get_user_obj_perms_model(model)  # type: ignore[arg-type]
    return found


def holds_permissions(model: type[Model]) -> bool:
    """Whether `model` is one of guardian's own tables: who may open what."""
    return issubclass(model, UserObjectPermissionBase)


def granted(user: User, permission: str, model: type[Model]) -> QuerySet[Any]:
    """guardian's rows by which `user` holds `permission` on objects of `model`."""
    # A value, not a join: PostgreSQL then reads an index that begins with user and permission
    # in its order, and stops at the end of the page.
    named = Permission.objects.filter(
        codename=permission,
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
    ).order_by()
    return rows(model)._default_manager.filter(user=user, permission=named.values("pk")[:1])


def touch(target: Model, **columns: Any) -> None:
    """Set `columns` on every row granted on `target` (a situation's `last_activity`)."""
    rows(type(target))._default_manager.filter(content_object=target).update(**columns)


def holders(permission: str, target: Model) -> QuerySet[User]:
    """The users who hold `permission` on `target`."""
    held = rows(type(target))._default_manager.filter(
        content_object=target, permission__codename=permission
    )
    return User.objects.filter(pk__in=held.values("user"))


def revoke_all(user: User, model: type[Model], council: Council) -> None:
    """Take back every permission of `user` on the objects of `model` in `council`."""
    rows(model)._default_manager.filter(user=user, content_object__council=council).delete()


def revoke_within(user: User, council: Council) -> None:
    """Take back every permission of `user` on the objects of `council`, whatever their floor."""
    for model in apps.get_models():
        if issubclass(model, UserObjectPermissionBase):
            target = model._meta.get_field("content_object").related_model  # type: ignore[misc]
            if hasattr(target, "council"):
                revoke_all(user, target, council)


def revoke_everything(user: User) -> None:
    """Take back every permission of `user`, on whatever object."""
    for model in apps.get_models():
        if issubclass(model, UserObjectPermissionBase):
            model._default_manager.filter(user=user).delete()


def revoke_everyone(target: Model) -> None:
    """Take back everyone's permissions on `target`."""
    rows(type(target))._default_manager.filter(content_object=target).delete()


def council_permissions(user: User) -> dict[UUID, frozenset[str]]:
    """Council key -> codenames that `user` holds on it; one query."""
    held: dict[UUID, set[str]] = {}
    for council_id, codename in (
        rows(Council)
        ._default_manager.filter(user=user)
        .values_list("content_object_id", "permission__codename")
    ):
        held.setdefault(council_id, set()).add(codename)
    return {council_id: frozenset(codenames) for council_id, codenames in held.items()}
