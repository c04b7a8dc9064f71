"""A row of a council, whose name is the council's only one."""

from typing import Any

from django import forms

from governance.models import Council


class CouncilRowForm(forms.ModelForm):
    """A row of the given council; `once` is the field that no other row of it repeats, whatever its
    case, and `taken` what is said when one does."""

    once: str
    taken: str

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.council = council

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        others = self._meta.model.objects.filter(council=self.instance.council)
        same = {f"{self.once}__iexact": cleaned.get(self.once) or ""}
        if others.exclude(pk=self.instance.pk).filter(**same).exists():
            self.add_error(self.once, self.taken)
        return cleaned
