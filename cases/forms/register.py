"""The file of a register, as it is uploaded."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cases.services import register
from governance.table_file import MOST_BYTES


class RegisterForm(forms.Form):
    """One CSV, XLSX or ODS; `cleaned_data["register"]` is what was read of it."""

    file = forms.FileField(
        label="Fichier du registre",
        help_text="CSV, XLSX ou ODS, 5 Mo et 50 000 lignes au plus. Rien n’est importé à cette "
        "étape : vous verrez d’abord ce qui le serait.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.cleaned_data["register"] = register.read(
                file.read(MOST_BYTES + 1), file.name or ""
            )
        except register.RegisterRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return file
