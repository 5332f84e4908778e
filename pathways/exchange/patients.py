"""A clinic's list of people: one line each, loaded again and again as it grows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pathways.exchange import cells
from pathways.exchange.cells import BadCell, Dates
from pathways.exchange.csv_in import Line, Sheet
from pathways.exchange.intake import Ears, Intake, Taken, workers_here
from pathways.exchange.rejects import Rejects
from pathways.models import Clinic, PathwayVersion
from pathways.rules.lifecycles import Phase
from pathways.services import addresses, audit, registration
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.people_update import PersonRow, Report

COLUMNS = (
    "mrn",
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "email",
    "phone",
    "language",
    "email_consent_on",
    "enrolled_on",
    "phase",
    "phase_since",
)
LONGEST = {"mrn": 40, "given_name": 80, "family_name": 80, "phone": 30}
DATE_COLUMNS = ("birth_date", "email_consent_on", "enrolled_on", "phase_since")
SEXES = ("female", "male", "other", "unknown")
SEX_LETTERS = {"f": "female", "m": "male", "o": "other", "u": "unknown"}
WRITTEN_LANGUAGES = frozenset({"en", "es", "fr", "ja"})
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]*")
FEWEST_DIGITS = 5


@dataclass(slots=True)
class PatientImport:
    """One run of the import: its file, its clinic, and what became of the lines."""

    sheet: Sheet
    clinic: Clinic
    version: PathwayVersion
    dates: Dates
    today: date
    by: Actor
    rejects: Rejects
    ears: Ears
    dry_run: bool = False
    report: Report = field(default_factory=Report)
    _first_line: dict[str, int] = field(default_factory=dict)

    def run(self) -> Taken:
        """Load the file; one audit event for the run if it changed anything."""
        intake: Intake[PersonRow, Report] = Intake(
            self.sheet,
            self.rejects,
            self._read,
            self._write,
            self.report,
            self.ears,
            registration.BATCH,
            workers_here(),  # no number stands in two batches: `_read` sees to that
        )
        taken = Taken()
        try:
            taken = intake.run()
        finally:
            # A file that breaks off half-way has written its first half all the same.
            if not self.dry_run:
                self._conclude(taken)
        return taken

    def _conclude(self, taken: Taken) -> None:
        """Hold mail to many new people, and write down that they came."""
        # Two batches on their way at once do not know of each other's new people.
        registration.hold_mail(self.report, self.clinic, by=self.by)
        if self.report.created or self.report.updated:
            audit.record(
                by=self.by,
                verb="imported people",
                subject=self.clinic,
                clinic=self.clinic,
                detail={
                    "created": self.report.created,
                    "updated": self.report.updated,
                    "unchanged": self.report.unchanged,
                    "refused": taken.refused,
                },
            )

    def _read(self, line: Line) -> PersonRow | None:
        mrn = line.cells["mrn"]
        first = self._first_line.setdefault(mrn, line.number) if mrn else line.number
        if first != line.number:
            line.complain(
                "mrn", f"{cells.short(mrn)} stands on line {first} already. Keep one of the two"
            )
            return None
        return read_person(line, dates=self.dates, today=self.today, tell=self._note)

    def _note(self, line: int, column: str, reason: str) -> None:
        self.ears.tell(f"{self.sheet.path}:{line}: note: {column}: {reason}.")

    def _write(self, rows: Sequence[PersonRow]) -> Report:
        return registration.register_all(
            rows,
            clinic=self.clinic,
            version=self.version,
            by=self.by,
            new_before=self.report.created,
            dry_run=self.dry_run,
        )


def read_person(
    line: Line, *, dates: Dates, today: date, tell: Callable[[int, str, str], None]
) -> PersonRow | None:
    """Return the person of a line, or complain about every cell that will not do.

    `tell` hears of what is taken over in another form (a language we have no letters in yet).
    """
    text = line.cells
    if not text["mrn"]:
        line.complain("mrn", "is blank. Every line needs the hospital number")
    for name, longest in LONGEST.items():
        if len(text[name]) > longest:
            line.complain(name, f"{len(text[name])} characters long; at most {longest} are stored")
    days = {name: _day(line, name, dates, today) for name in DATE_COLUMNS}
    born_on = days["birth_date"]
    if born_on:
        for name in DATE_COLUMNS[1:]:
            day = days[name]
            if day and day < born_on:
                line.complain(name, f"{day} is before the birth date {born_on}")
    sex = phase = ""
    try:
        sex = cells.read_word(text["sex"], SEXES, also=SEX_LETTERS) if text["sex"] else ""
    except BadCell as error:
        line.complain("sex", str(error))
    try:
        phase = cells.read_word(text["phase"], list(Phase)) if text["phase"] else ""
    except BadCell as error:
        line.complain("phase", str(error))
    email = _email(line)
    phone = text["phone"]
    digits = sum(sign.isdigit() for sign in phone)
    if phone and (not PHONE.fullmatch(phone) or digits < FEWEST_DIGITS):
        line.complain("phone", "is not a phone number. Write digits, spaces and a leading + only")
    language = _language(line, tell)
    if not line.is_good:
        return None
    return PersonRow(
        line=line.number,
        mrn=text["mrn"],
        given_name=" ".join(text["given_name"].split()),
        family_name=" ".join(text["family_name"].split()),
        birth_date=born_on,
        sex=sex,
        email=email,
        phone=phone,
        language=language,
        email_consent_on=days["email_consent_on"],
        enrolled_on=days["enrolled_on"],
        phase=Phase(phase) if phase else None,
        phase_since=days["phase_since"],
    )


def _day(line: Line, name: str, dates: Dates, today: date) -> date | None:
    try:
        return dates.read(line.cells[name], today=today)
    except BadCell as error:
        line.complain(name, str(error))
        return None


def _email(line: Line) -> str:
    email = line.cells["email"]
    if not email:
        return ""
    try:
        addresses.check(email)
    except Refused as refused:
        line.complain("email", refused.message.rstrip("."))
    return email


def _language(line: Line, tell: Callable[[int, str, str], None]) -> str:
    """Return a two-letter language; one we have no letters in is kept, and mail is in English."""
    text = line.cells["language"]
    if not text:
        return ""
    match = LANGUAGE.fullmatch(text)
    if match is None:
        line.complain(
            "language", f"{cells.short(text)} is not a language code. Write en, es, fr or ja"
        )
        return ""
    language = match[1].lower()
    if language not in WRITTEN_LANGUAGES:
        tell(line.number, "language", f"there are no letters in {language!r} yet; English is sent")
    return language
