"""Writing down what clinicians say of the disease: diagnosis, a feature, a response."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.catalogue import load_features, load_responses
from pathways.forms.base import ClinicForm, Day, Reason
from pathways.rules.disease_words import (
    RESPONSES,
    FeatureState,
    NeuropathyType,
    ResponseDomain,
)

SOURCE_HELP = "Letter, report or clinic note, with its day"
STATES = {
    FeatureState.PRESENT: "Present",
    FeatureState.ABSENT: "Absent: it was looked for and not found",
    FeatureState.UNCERTAIN: "Uncertain: the finding says why",
    FeatureState.NOT_ASSESSED: "Not assessed: nobody has looked yet",
}
NEUROPATHIES = {
    NeuropathyType.DEMYELINATING: "Chronic demyelinating",
    NeuropathyType.AXONAL: "Mainly axonal",
    NeuropathyType.SUBACUTE: "Subacute, over weeks",
    NeuropathyType.MULTIFOCAL: "Focal or multifocal",
}


def source_field() -> forms.CharField:
    """Return the field that says where a fact stands."""
    return forms.CharField(
        label="Source",
        max_length=200,
        help_text=SOURCE_HELP,
        widget=forms.TextInput(attrs={"class": "width-full"}),
        error_messages={"required": "Say where it stands"},
    )


def note_field(label: str = "Note") -> forms.CharField:
    """Return a field for a sentence or two that need not be written."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"class": "width-full", "rows": 2}),
    )


class DiagnosisForm(ClinicForm):
    """The day of diagnosis, the list of criteria, the type of neuropathy and where it stands."""

    diagnosed_on = Day(label="Diagnosed on")
    criteria = forms.ChoiceField(
        label="List of criteria",
        help_text="Older notes follow the list of 2003, which ranks the features otherwise",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the list that the source follows"},
    )
    neuropathy = forms.ChoiceField(
        label="Type of neuropathy",
        required=False,
        choices=[("", "Not recorded")]
        + [(key.value, words) for key, words in NEUROPATHIES.items()],
        widget=forms.RadioSelect,
    )
    source = source_field()
    note = note_field()
    reason = Reason("Why it replaces the diagnosis on record")

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (version.value, entry.label) for version, entry in load_features().criteria.items()
        ]
        if not replaces:
            del self.fields["reason"]


class FeatureForm(ClinicForm):
    """What was found of one feature on one day."""

    state = forms.ChoiceField(
        label="State",
        choices=[(state.value, words) for state, words in STATES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one"},
    )
    found_on = Day(label="Day", help_text="Of the examination, test or letter")
    finding = forms.CharField(
        label="Finding",
        required=False,
        max_length=200,
        help_text="In the clinician’s words",
        widget=forms.TextInput(attrs={"class": "width-full"}),
    )
    source = source_field()


class ResponseForm(ClinicForm):
    """The response in one domain, in the words of that domain alone."""

    category = forms.ChoiceField(
        label="Response",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the word that you judge to fit"},
    )
    assessed_on = Day(label="Judged on")
    assessed_by = forms.CharField(
        label="Judged by",
        max_length=120,
        widget=forms.TextInput(attrs={"class": "width-full"}),
        error_messages={"required": "Name the clinician"},
    )
    note = note_field()

    def __init__(self, *args: Any, domain: ResponseDomain, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meanings = load_responses()
        choices = []
        for word in RESPONSES[domain]:
            entry = meanings[domain, word]
            doubt = "" if entry.checked else " (to be checked)"
            choices.append((word.value, f"{word.capitalize()}. {entry.words}{doubt}"))
        self.fields["category"].choices = choices  # type: ignore[attr-defined]
