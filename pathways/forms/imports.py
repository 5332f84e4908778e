"""What is asked with an uploaded file: what it holds and how it is written."""

from __future__ import annotations

from django import forms

from pathways.forms.base import ClinicForm
from pathways.rules.import_states import ImportKind

DATE_FORMATS = (
    ("", "2026-12-31"),
    ("%d/%m/%Y", "31/12/2026, day first"),
    ("%m/%d/%Y", "12/31/2026, month first"),
    ("%d.%m.%Y", "31.12.2026"),
    ("%d-%m-%Y", "31-12-2026"),
    ("%Y/%m/%d", "2026/12/31"),
)


class UploadForm(ClinicForm):
    """A CSV file, and everything about it that a machine would otherwise guess."""

    kind = forms.ChoiceField(
        label="What the file holds",
        choices=[
            (ImportKind.PATIENTS, "People"),
            (ImportKind.RESULTS, "Results"),
            (ImportKind.THERAPY, "Therapy"),
        ],
    )
    file = forms.FileField(
        label="CSV file",
        help_text="At most 10 MB. The first line names the columns",
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty. Save it again, or choose another",
        },
    )
    encoding = forms.ChoiceField(
        label="Saved as",
        choices=[
            ("utf-8", "UTF-8"),
            ("cp1252", "Windows (cp1252)"),
            ("latin-1", "Western European (latin-1)"),
        ],
    )
    date_format = forms.ChoiceField(
        label="Days are written like", choices=DATE_FORMATS, required=False
    )
    decimal = forms.ChoiceField(
        label="A comma in a number",
        choices=[
            ("", "Ask where it could mean two things"),
            ("comma", "Is the decimal sign: 1,25"),
            ("point", "Groups thousands: 1,250"),
        ],
        required=False,
    )
