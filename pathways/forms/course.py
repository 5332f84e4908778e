"""A person's course on the pathway: phase, hold, endings and return."""

from __future__ import annotations

from django import forms

from pathways.forms.base import ClinicForm, Day, Reason
from pathways.rules.lifecycles import PHASE_LABELS


class PhaseForm(ClinicForm):
    """The next phase and its first day."""

    phase = forms.ChoiceField(
        label="New phase",
        choices=[(phase.value, words) for phase, words in PHASE_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a phase"},
    )
    since_on = Day(label="Since", help_text="The first day of the new phase")


class TransplantForm(ClinicForm):
    """Day 0 of a transplant."""

    on = Day(label="Day 0", help_text="Fixed milestones, such as day 100, are counted from it")


class HoldForm(ClinicForm):
    """Why nothing is asked of this person for a while, and when somebody looks again."""

    from_on = Day(label="From")
    reason = Reason()
    review_on = Day(label="Look at it again on", help_text="Within 90 days")


class ResumeForm(ClinicForm):
    """The day the hold ends."""

    on = Day(label="Resume on")


class EndForm(ClinicForm):
    """The day an ending takes effect, and why."""

    effective_on = Day(label="Takes effect on")
    reason = Reason()


class DeathForm(ClinicForm):
    """A death is asked twice: it stops everything."""

    died_on = Day(label="Day of death")
    sure = forms.BooleanField(
        label="I have checked that this is the right person",
        error_messages={
            "required": "Check the name, the birth date and the number, then tick this"
        },
    )


class ReturnForm(ClinicForm):
    """Taking a person back, or taking back an ending recorded by mistake."""

    on = Day(label="Back since", help_text="Nothing is due before this day")
    reason = Reason()
