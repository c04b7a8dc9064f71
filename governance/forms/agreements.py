"""The founding agreement and its signatories."""

from django import forms

from governance.models import Agreement, Signatory


class AgreementForm(forms.ModelForm):
    """A founding agreement."""

    class Meta:
        model = Agreement
        fields = ("title", "start", "end", "tacit_renewal", "reference")
        labels = {
            "title": "Intitulé",
            "start": "Prend effet le",
            "end": "Jusqu’au",
            "tacit_renewal": "Reconduite tacitement à son terme",
            "reference": "Référence du document",
        }
        help_texts = {
            "end": "Vide si elle n’a pas de terme.",
            "reference": "Où l’original est classé : délibération, cote, service. Le document "
            "lui-même n’est pas déposé ici.",
        }


class SignatoryForm(forms.ModelForm):
    """An institution that signs the agreement."""

    class Meta:
        model = Signatory
        fields = ("institution", "represented_by", "signed_on", "reference")
        labels = {
            "institution": "Institution",
            "represented_by": "Représentée par",
            "signed_on": "Signée le",
            "reference": "Délibération ou pouvoir de signature",
        }
        help_texts = {
            "represented_by": "Fonction, ou prénom et nom de qui signe.",
            "signed_on": "Vide tant que la signature est attendue.",
        }
