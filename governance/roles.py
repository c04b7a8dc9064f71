"""Role -> permissions on the council. Plain constants: read them to know who may what."""

from governance.models import Role

COORDINATE = "coordinate_council"
TAKE_PART = "take_part_council"
READ_REPORTS = "read_reports_council"
MANAGE = "manage_council"

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset({COORDINATE, READ_REPORTS}),
    Role.PARTNER: frozenset({TAKE_PART}),
    Role.COPIL: frozenset({READ_REPORTS}),
    Role.MANAGER: frozenset({MANAGE}),
}

# The permissions that open alerts or situations: the charter is signed before the first act.
UNDER_CHARTER = frozenset({COORDINATE, TAKE_PART})

ROLES_UNDER_CHARTER = tuple(
    role for role, permissions in ROLE_PERMISSIONS.items() if permissions & UNDER_CHARTER
)

# The permissions that open an identity, or accounts that could: a second factor at each sign-in.
UNDER_SECOND_FACTOR = frozenset({COORDINATE, TAKE_PART, MANAGE})
