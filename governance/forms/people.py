"""Inviting somebody, saying what binds them, opening one's account, ending an access."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.db.models import Q

from governance import nomenclatures, policies, selectors
from governance.models import Council, Invitation, Membership, Role, User
from governance.services.accounts import Check
from governance.viewer import Viewer


class StandingForm(forms.ModelForm):
    """What a membership or an invitation says of its holder, in a council."""

    class Meta:
        fields: tuple[str, ...] = (
            "organisation",
            "profession",
            "profession_category",
            "secrecy_status",
            "college",
            "permanent_member",
        )
        labels = {
            "profession": "Fonction",
            "profession_category": "Catégorie professionnelle",
            "college": "Collège",
            "permanent_member": "Membre permanent des séances",
        }
        help_texts = {
            "organisation": "Nécessaire pour un partenaire.",
            "profession": "Par exemple : infirmière au CMP, conseiller social.",
            "profession_category": "Au sens de l’article R. 1110-2 du code de la santé publique. "
            "Elle décide qui peut lire les données de santé d’une situation.",
            "college": "Pour un membre du comité de pilotage (COPIL).",
        }
        widgets = {"secrecy_status": forms.RadioSelect}

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.council = council
        organisation = cast(forms.ModelChoiceField, self.fields["organisation"])
        # The organisation that somebody already has stays on offer when it is no longer active.
        organisation.queryset = council.organisations.filter(
            Q(active=True) | Q(pk=self.instance.organisation_id)
        )
        organisation.empty_label = "Aucun"
        college = cast(forms.ChoiceField, self.fields["college"])
        college.choices = [("", "Aucun"), *nomenclatures.choices("college")]
        if not council.has_permanent_members:
            del self.fields["permanent_member"]

    def clean(self) -> dict[str, Any]:
        """A partner works for somebody; a member of the COPIL sits in a college."""
        cleaned = super().clean() or self.cleaned_data
        role = cleaned.get("role", self.instance.role)
        if role == Role.PARTNER and not cleaned.get("organisation"):
            self.add_error("organisation", "Indiquez l’organisme de ce partenaire.")
        if role == Role.COPIL and not cleaned.get("college"):
            self.add_error("college", "Indiquez le collège de ce membre du COPIL.")
        return cleaned


class MembershipForm(StandingForm):
    """The same for somebody whose role is known: only the COPIL has colleges."""

    class Meta(StandingForm.Meta):
        model = Membership

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, council=council, **kwargs)
        self.fields["organisation"].required = self.instance.role == Role.PARTNER
        if self.instance.role != Role.COPIL:
            del self.fields["college"]


class InvitationForm(StandingForm):
    """An invitation in one of the roles that the viewer may invite to."""

    class Meta(StandingForm.Meta):
        model = Invitation
        fields = ("email", "role", *StandingForm.Meta.fields)
        labels = {"email": "Adresse électronique", **StandingForm.Meta.labels}
        help_texts = {
            "email": "L’adresse professionnelle et personnelle, jamais celle d’un service.",
            **StandingForm.Meta.help_texts,
        }
        widgets = {"role": forms.RadioSelect, **StandingForm.Meta.widgets}

    def __init__(self, *args: Any, council: Council, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, council=council, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = [
            (role.value, role.label) for role in Role if policies.can_invite(viewer, council, role)
        ]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        """One role, one invitation: neither a member of today nor an address already invited."""
        cleaned = super().clean()
        email, role = cleaned.get("email"), cleaned.get("role")
        if selectors.list_members(self.council).filter(user__email=email, role=role).exists():
            self.add_error("email", "Cette personne a déjà ce rôle dans le conseil.")
        elif selectors.list_invitations(self.council).filter(email=email, role=role).exists():
            self.add_error(
                "email", "Cette adresse est déjà invitée : renvoyez l’invitation depuis la liste."
            )
        return cleaned


class AccountForm(SetPasswordMixin, forms.ModelForm):
    """The name and the password of somebody who opens the account they were invited to."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        labels = {"first_name": "Prénom", "last_name": "Nom"}

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.email = email
        for name, autocomplete in (("first_name", "given-name"), ("last_name", "family-name")):
            self.fields[name].required = True
            self.fields[name].widget.attrs["autocomplete"] = autocomplete

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean() or self.cleaned_data

    def _post_clean(self) -> None:
        # The password is compared with the name, which is on the user from here on only.
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance, "password1")


class MailRhythmForm(forms.ModelForm):
    """When news and reminders reach somebody."""

    class Meta:
        model = User
        fields = ("mail_rhythm",)
        labels = {"mail_rhythm": "Nouvelles et rappels"}
        help_texts = {
            "mail_rhythm": "La sécurité de votre compte, le refus ou le retrait de l’accord, une "
            "dérogation au secret et l’annulation d’une séance vous parviennent toujours, aussitôt."
        }
        widgets = {"mail_rhythm": forms.RadioSelect}


class FactorResetForm(forms.Form):
    """How it was made sure who asks, and why."""

    check = forms.ChoiceField(
        label="Comment avez-vous vérifié que c’est bien cette personne ?",
        choices=Check,
        widget=forms.RadioSelect,
        help_text="Un message électronique ou un SMS ne prouve rien : qui a volé le compte peut "
        "l’avoir écrit.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : téléphone perdu. Il est gardé au journal des accès.",
    )


class ReopenForm(forms.Form):
    """Why an account disabled for disuse opens again."""

    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : retour de congé. Il est gardé au journal des accès.",
    )


class MembershipEndForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple : départ du service. Il est gardé au journal des accès.",
    )
