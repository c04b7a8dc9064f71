"""What the guard may compare a writer's text with, and the reasons for which passages were kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from cases import vault
from cases.models import Alert, KeptPassage
from governance.anonymity.review import Knowledge, Passage
from governance.models import Council
from governance.viewer import Viewer
from governance.words import names_of_professionals, words_and_contacts


def knowledge(
    viewer: Viewer,
    council: Council,
    *,
    about: Iterable[Alert] = (),
    typed: Mapping[str, Any] | None = None,
) -> Knowledge:
    """What a text of the viewer's is compared with.

    `about`: the alerts it speaks of; their identities count for those who may be told
    (vault.compared). `typed`: the identity that the writer is typing in this very draft.
    """
    identity = vault.as_known(typed) if typed else vault.compared(viewer, about)
    # Who writes without an account is not told who the council's members are.
    directory = names_of_professionals(council) if viewer.user is not None else ()
    words, contacts = words_and_contacts(council)
    return Knowledge(directory, words, identity, contacts, council.code)


def note_kept(viewer: Viewer, council: Council, kept: Iterable[tuple[str, Passage]]) -> None:
    """Keep the reason for each (field, passage), without the words of the passage."""
    KeptPassage.objects.bulk_create(
        KeptPassage(
            council=council,
            writer=viewer.user,
            field=field,
            label=passage.label,
            reason=passage.reason,
        )
        for field, passage in kept
    )
