"""A mandate in a body: who holds it, from when to when."""

import datetime
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone

from governance import nomenclatures
from governance.models import Body, Membership, Seat, User
from governance.models.bodies import LAST_DAY
from governance.terms import SEAT_NAME_MONTHS

_LAST = MaxValueValidator(LAST_DAY, "Cette date est trop lointaine.")


class SeatForm(forms.ModelForm):
    """A seat of the given body; the rules between seats are the service's."""

    class Meta:
        model = Seat
        fields = (
            "college",
            "holder",
            "holder_name",
            "organisation",
            "deputy_name",
            "function",
            "permanent",
            "secretary",
            "start",
            "end",
        )
        labels = {
            "holder": "Membre du conseil",
            "holder_name": "Ou une personne sans compte",
            "deputy_name": "Suppléant",
            "function": "Présidence",
            "permanent": "Membre permanent",
            "secretary": "Tient le secrétariat",
            "start": "Premier jour du mandat",
            "end": "Dernier jour du mandat",
        }
        help_texts = {
            "holder_name": "Prénom et nom de qui siège, par exemple un élu sans compte ici. Jamais "
            f"celui d’une personne accompagnée. Effacé {SEAT_NAME_MONTHS // 12} ans après la fin "
            "du mandat.",
            "deputy_name": "Prénom et nom de qui le remplace ; effacé de même.",
            "permanent": "Un membre invité ne compte pas dans le quorum et ne préside pas.",
            "secretary": "Rédige les comptes rendus de cette instance ; il lui faut un compte.",
            "end": "Vide si le mandat n’a pas de terme.",
        }

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.body = body
        council = body.council
        holder = cast(forms.ModelChoiceField, self.fields["holder"])
        # Whoever holds the seat stays on offer when they are no longer a member.
        holder.queryset = User.objects.filter(
            Q(pk__in=Membership.objects.active().filter(council=council).values("user"))
            | Q(pk=self.instance.holder_id)
        )
        holder.empty_label = "Personne sans compte"
        organisation = cast(forms.ModelChoiceField, self.fields["organisation"])
        organisation.queryset = council.organisations.filter(
            Q(active=True) | Q(pk=self.instance.organisation_id)
        )
        organisation.empty_label = "Aucun"
        college = cast(forms.ChoiceField, self.fields["college"])
        college.choices = [("", "Choisissez"), *nomenclatures.choices("college")]
        function = cast(forms.ChoiceField, self.fields["function"])
        function.choices = [("", "Ne préside pas"), *Seat.Function.choices]

    def clean(self) -> dict[str, Any]:
        """One holder, and one only."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("holder") and not cleaned.get("holder_name") and not self.errors:
            self.add_error("holder", "Choisissez un membre du conseil, ou écrivez un nom.")
        return cleaned


class MandateEndForm(forms.Form):
    """The last day of a mandate that ends early."""

    last_day = forms.DateField(
        label="Dernier jour du mandat", initial=timezone.localdate, validators=[_LAST]
    )


class RenewalForm(forms.Form):
    """The dates of the mandate that follows; `cleaned_data`: the arguments of services.seats.renew.

    `seat`: a mandate that has an end.
    """

    start = forms.DateField(label="Premier jour du nouveau mandat", validators=[_LAST])
    end = forms.DateField(
        label="Dernier jour du nouveau mandat",
        help_text="Vide si le mandat n’a pas de terme.",
        required=False,
        validators=[_LAST],
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if seat.end is not None:
            self.fields["start"].initial = seat.end + datetime.timedelta(days=1)
