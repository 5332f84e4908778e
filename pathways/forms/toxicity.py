"""Writing down an adverse event: its grade by one named list, its baseline, its cause."""

from __future__ import annotations

from typing import Any

from django import forms

from pathways.catalogue import ToxicityEntry
from pathways.catalogue.toxicity import HIGHEST_GRADE, TEXTS
from pathways.forms.base import ClinicForm, Day
from pathways.forms.disease import note_field
from pathways.rules.disease_words import CtcaeVersion, ToxicityAction, ToxicityCause
from pathways.rules.toxicity import cause_words


class ToxicityForm(ClinicForm):
    """One adverse event. The grades offered are those that the term has in this list."""

    grade = forms.TypedChoiceField(
        label="Grade now",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the grade"},
    )
    baseline = forms.TypedChoiceField(
        label="Baseline grade",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Before treatment, by the same list. What counts is the change from it",
    )
    cause = forms.ChoiceField(
        label="Put down to",
        choices=[(cause.value, cause_words(cause).capitalize()) for cause in ToxicityCause],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one; “not known” is an answer"},
    )
    action = forms.ChoiceField(
        label="What was done",
        choices=[(action.value, action.capitalize()) for action in ToxicityAction],
    )
    began_on = Day(label="Began on")
    ended_on = Day(label="Ended on", required=False, help_text="Empty while it goes on")
    course = forms.TypedChoiceField(
        label="Course of therapy", coerce=int, empty_value=None, required=False
    )
    note = note_field()

    def __init__(
        self,
        *args: Any,
        term: ToxicityEntry,
        version: CtcaeVersion,
        courses: list[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        grades = list(term.grades) if version == TEXTS else list(range(1, HIGHEST_GRADE + 1))
        self._offer("grade", [(grade, _grade(term, version, grade)) for grade in grades])
        before = [("", "Not recorded"), (0, "0: none")]
        self._offer("baseline", [*before, *((grade, str(grade)) for grade in grades)])
        self._offer("course", [("", "None"), *courses])

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class EndedForm(ClinicForm):
    """The last day of something that went on."""

    ended_on = Day(label="Ended on")


def _grade(term: ToxicityEntry, version: CtcaeVersion, grade: int) -> str:
    words = term.words(version, grade)
    return f"{grade}. {words}" if words else str(grade)
