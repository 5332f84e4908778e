"""The check-in questions as radios, one question a row; nothing is preselected or taken for "no"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from pathways.catalogue import QuestionEntry
from pathways.catalogue.check_in import NOT_SURE

FIRST = "emergency-signs"
SPOKEN = (("phone", "By phone"), ("visit", "At a visit"))


class CheckInForm(forms.Form):
    """What a person said, question by question, and what else."""

    channel = forms.ChoiceField(
        label="How it was said",
        choices=SPOKEN,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"required": "Say whether it was by phone or at a visit"},
    )
    note = forms.CharField(
        label="What else was said",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "form-control width-full"}),
    )

    def __init__(
        self, *args: Any, questions: Sequence[QuestionEntry], fever: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            answers = [(each.key, each.text.replace("{fever}", fever)) for each in question.answers]
            if question.key != FIRST:
                answers.append((NOT_SURE, "Not sure"))
            self.fields[question.key] = forms.ChoiceField(
                label=question.text,
                required=question.key == FIRST,
                choices=answers,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                error_messages={"required": "Ask this first, and write down what was said"},
            )

    @property
    def first(self) -> BoundField:
        """The question on what cannot wait."""
        return self[FIRST]

    @property
    def others(self) -> list[BoundField]:
        """The other questions, in their order."""
        return [self[each.key] for each in self.questions if each.key != FIRST]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by the keys of question and answer."""
        return {each.key: self.cleaned_data.get(each.key, "") for each in self.questions}
