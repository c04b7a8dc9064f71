"""The council's logo and colour."""

from governance.models import Council, Look, User


def look_of(council: Council) -> Look:
    """The look that the council chose, else the program's, which is not saved."""
    try:
        return council.look
    except Look.DoesNotExist:
        return Look(council=council)


def change_look(
    council: Council,
    *,
    accent: str,
    alternative: str,
    logo: bytes | None = None,
    remove: bool = False,
    by: User,
) -> Look:
    """Set the colour and the logo (a PNG of `pictures.as_logo`), or `remove` it; without either,
    the logo stays. ValidationError (French) for a colour that is too light or a logo unsaid."""
    look = look_of(council)
    look.accent = accent
    if logo is not None or remove:
        look.logo = logo
    look.alternative = alternative if look.logo is not None else ""
    look.full_clean()
    look._history_user = by  # type: ignore[attr-defined]
    look.save()
    return look
