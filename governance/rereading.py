"""The anonymity guard in the papers of the bodies: those who sit are named, nobody else is.

docs/adr/0011 tells what the guard compares here, and where the reasons go.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from governance.anonymity.review import Knowledge, Passage
from governance.models import Council
from governance.viewer import Viewer
from governance.words import names_in_bodies, names_of_professionals, words_and_contacts


def knowledge(council: Council) -> Knowledge:
    """What a paper of the council is compared with; nothing of the vault, whoever writes."""
    words, contacts = words_and_contacts(council)
    named = (*names_of_professionals(council), *names_in_bodies(council))
    return Knowledge(allowed=words, contacts=contacts, council_code=council.code, named=named)


def note_kept(viewer: Viewer, council: Council, kept: Iterable[tuple[str, Passage]]) -> None:
    """Keep the reason for each (field, passage): settings.KEPT_PASSAGES says where."""
    keep: Callable[..., None] = import_string(settings.KEPT_PASSAGES)
    keep(viewer, council, kept)
