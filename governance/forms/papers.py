"""Minutes, decisions and what follows them: written under the guard, two people at a time."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, ModelChoiceFilter

from governance.forms.filters import ListFilters
from governance.forms.guarded import GuardedLine, GuardedText
from governance.forms.versioned import VersionedForm
from governance.models import AgendaItem, Body, Meeting, Minutes, Resolution
from governance.paper_policies import kinds_of
from governance.search import matching, words
from governance.workflow import RESOLUTION

_LONGEST = 20_000
_POINT = "point-"
_SEARCHED = ("title", "text", "owner", "note")


class MinutesForm(VersionedForm):
    """The draft of minutes: how the meeting opened, then what was said of each point.

    `record`: the draft that the form is opened on, Minutes(version=0) for none yet.
    """

    correction = GuardedText(
        "governance.Minutes.correction",
        label="Ce qui est corrigé",
        help_text="Imprimé en tête de la nouvelle version.",
        max_length=2_000,
        required=False,
    )
    opening = GuardedText(
        "governance.Minutes.opening",
        label="Ouverture de la réunion",
        help_text="Qui ouvre, ce qui est rappelé. Les présences s’ajoutent d’elles-mêmes. Les "
        "membres des instances se nomment ; jamais une personne accompagnée.",
        max_length=_LONGEST,
        required=False,
    )

    def __init__(self, data: Any = None, record: Minutes | None = None, *, meeting: Meeting):
        record = record or Minutes(meeting=meeting, version=0)
        initial = {name: getattr(record, name) for name in ("version", "opening", "correction")}
        points = list(meeting.agenda_items.all())
        for point in points:
            initial[_name(point)] = record.texts.get(str(point.pk), "")
        super().__init__(data, initial=initial)
        if record.number == 1:
            del self.fields["correction"]
        for rank, point in enumerate(points, 1):
            self.fields[_name(point)] = GuardedText(
                "governance.Minutes.texts",
                label=f"{rank}. {point.title}",
                help_text=point.presenter and f"Présenté par\u00a0: {point.presenter}.",
                max_length=_LONGEST,
                required=False,
            )

    def written(self, base: Minutes, field: str) -> Any:
        """What `base` holds in that field, or of that point."""
        if field.startswith(_POINT):
            return base.texts.get(field.removeprefix(_POINT), "")
        return getattr(base, field)

    def record(self) -> dict[str, Any]:
        """The answers as services.minutes.write takes them."""
        answers = self.changes()
        points = [name for name in answers if name.startswith(_POINT)]
        texts = {name.removeprefix(_POINT): answers.pop(name) for name in points}
        return {**answers, "texts": {key: text for key, text in texts.items() if text}}


def _name(point: AgendaItem) -> str:
    return f"{_POINT}{point.pk}"


class ResolutionForm(VersionedForm):
    """What a meeting adopted. `record`: the one that the form is opened on, None for a new one."""

    kind = forms.ChoiceField(label="Nature", widget=forms.RadioSelect)
    item = forms.ModelChoiceField(
        label="Point de l’ordre du jour",
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
    )
    title = GuardedLine("governance.Resolution.title", label="Objet", max_length=200)
    text = GuardedText("governance.Resolution.text", label="Texte adopté", max_length=_LONGEST)
    adoption = forms.ChoiceField(
        label="Adoption",
        choices=[("", "Sans vote ni consensus"), *Resolution.Adoption.choices],
        required=False,
    )
    votes_for = forms.IntegerField(label="Voix pour", min_value=0, max_value=999, required=False)
    votes_against = forms.IntegerField(
        label="Voix contre", min_value=0, max_value=999, required=False
    )
    abstentions = forms.IntegerField(
        label="Abstentions", min_value=0, max_value=999, required=False
    )
    owner = forms.CharField(
        label="Qui la porte",
        help_text="Un service ou un membre de l’instance.",
        max_length=160,
        required=False,
    )
    due_on = forms.DateField(label="Échéance", required=False)

    def __init__(self, data: Any = None, record: Resolution | None = None, *, meeting: Meeting):
        super().__init__(data, initial=initial_answers(record, self.base_fields))
        self.fields["item"].queryset = meeting.agenda_items.all()
        kinds = kinds_of(meeting.body) if meeting.body else ()
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        if record is not None:
            del self.fields["kind"]  # its number hangs on it
        else:
            del self.fields["version"]
            self.fields["kind"].initial = kinds[0] if kinds else None

    def clean(self) -> dict[str, Any]:
        """Votes are counted when there was a vote, and forgotten otherwise."""
        answers = self.cleaned_data
        counted = ("votes_for", "votes_against", "abstentions")
        if answers.get("adoption") != Resolution.Adoption.VOTE:
            return {**answers, **dict.fromkeys(counted)}
        for name in ("votes_for", "votes_against"):
            if answers.get(name) is None and name not in self.errors:
                self.add_error(name, "Comptez les voix, zéro compris.")
        return answers


class FollowForm(VersionedForm):
    """What follows a decision, an opinion or a proposal. `record`: what it is opened on."""

    act = forms.ChoiceField(label="Suite", required=False)
    owner = forms.CharField(label="Qui la porte", max_length=160, required=False)
    due_on = forms.DateField(label="Échéance", required=False)
    note = GuardedText(
        "governance.Resolution.note",
        label="Où en est-on",
        help_text="Lu par les membres des instances.",
        max_length=_LONGEST,
        required=False,
    )

    def __init__(self, data: Any = None, record: Any = None):
        super().__init__(data, initial=initial_answers(record, self.base_fields))
        acts = RESOLUTION.acts(record.state)
        labels = {each.name: each.label for each in RESOLUTION.transitions}
        same = f"Reste\u00a0: {record.get_state_display().lower()}"
        self.fields["act"].choices = [("", same), *((act, labels[act]) for act in acts)]

    def changes(self) -> dict[str, Any]:
        """The fields of the object, without the act."""
        return {field: value for field, value in super().changes().items() if field != "act"}


def initial_answers(record: Any, names: Any) -> dict[str, Any]:
    """The initial answers of a form on `record`, choices by their key."""
    if record is None:
        return {}
    found = {name: getattr(record, name) for name in names if hasattr(record, name)}
    return {name: getattr(value, "pk", value) for name, value in found.items()}


class ResolutionFilters(ListFilters):
    """What the list of decisions, opinions and proposals is narrowed by."""

    q = CharFilter(
        label="Chercher",
        help_text="Un numéro (D-2026-03), un mot du texte, qui la porte.",
        method="search",
        widget=forms.SearchInput(attrs={"maxlength": 80, "autocomplete": "off"}),
    )
    kind = ChoiceFilter(label="Nature", choices=Resolution.Kind.choices, empty_label="Toutes")
    state = ChoiceFilter(label="Suite", choices=Resolution.State.choices, empty_label="Toutes")
    body = ModelChoiceFilter(
        label="Instance",
        field_name="meeting__body",
        queryset=Body.objects.none(),
        empty_label="Toutes",
    )
    year = ChoiceFilter(label="Année", empty_label="Toutes")
    late = BooleanFilter(label="Échéance passée", method="only_late", widget=forms.CheckboxInput)

    def __init__(
        self, data: QueryDict, rows: QuerySet[Resolution], *, bodies: QuerySet[Body]
    ) -> None:
        super().__init__(data, rows)
        years = rows.order_by("-year").values_list("year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        self.filters["body"].queryset = bodies

    def search(self, rows: QuerySet[Resolution], name: str, value: str) -> QuerySet[Resolution]:
        """By their number, else by their words."""
        letter, _, rest = value.strip().upper().partition("-")
        year, _, number = rest.partition("-")
        kind = {sign: code for code, sign in Resolution.LETTERS.items()}.get(letter)
        if kind and year.isdecimal() and number.isdecimal() and len(rest) < 12:
            return rows.filter(kind=kind, year=int(year), number=int(number))
        return matching(rows, words(value), _SEARCHED)

    def only_late(self, rows: QuerySet[Resolution], name: str, value: bool) -> QuerySet[Resolution]:
        """Those that are still open after their date."""
        late = Q(due_on__lt=timezone.localdate(), state__in=Resolution.OPEN)
        return rows.filter(late) if value else rows

    def in_words(self) -> list[str]:
        """Each filter that is set, as its label and answer."""
        told = []
        for name, value in self.answers.items():
            field = self.form.fields[name]
            words_of = value if isinstance(value, str) else str(value)
            answer = dict(getattr(field, "choices", ())).get(value, words_of)
            told.append(str(field.label) if value is True else f"{field.label}\u00a0: {answer}")
        return told
