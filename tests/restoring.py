"""One person at one moment, made anew for each example of a property."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine
from hypothesis.extra.django import TestCase

from tests.people import enrol, make_clinic, make_patient, signed_version


class OnePerson(TestCase):
    """Each example starts from a person in active treatment, in a transaction of its own."""

    def setup_example(self) -> None:
        """Stop the clock on 21 November 2026 and enrol the person."""
        super().setup_example()
        self._traveller = time_machine.travel(datetime(2026, 11, 21, 9, tzinfo=UTC), tick=False)
        self._traveller.start()
        clinic = make_clinic()
        self.patient = make_patient(clinic)
        self.enrolment = enrol(self.patient, signed_version(clinic))
        self.furnish()

    def furnish(self) -> None:
        """Give the person what every example starts with."""

    def teardown_example(self, example: object) -> None:
        """Let the clock go on and the transaction go."""
        self._traveller.stop()
        super().teardown_example(example)
