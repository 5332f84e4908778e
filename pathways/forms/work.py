"""A deed that somebody owes: done, or put off."""

from __future__ import annotations

from pathways.forms.base import ClinicForm, Day, Reason


class DoneForm(ClinicForm):
    """What came of it."""

    outcome = Reason("What came of it", error_messages={"required": "Say what came of it"})


class PutOffForm(ClinicForm):
    """Until when it leaves the list of today; it stays open."""

    until_on = Day(label="Show it again on", help_text="Within 90 days; it stays open and counted")
    reason = Reason()
