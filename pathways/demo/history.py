"""Two years of a person's history up to today: what was done on which day, with what result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pathways.demo.course import Course, course_of, following, on_weekday
from pathways.demo.people import Awkward, Invented, Story
from pathways.demo.readings import Body, Reading, plasma_vegf, read
from pathways.rules.dates import add_months
from pathways.rules.lifecycles import Phase

# Done whenever the person comes.
ROUTINE = (
    "neuro-exam",
    "hematology-review",
    "vegf",
    "m-protein",
    "cbc",
    "metabolic-panel",
    "thrombosis-review",
)
_A, _T, _R = Phase.ACTIVE_TREATMENT, Phase.POST_TRANSPLANT, Phase.REMISSION
# Done when it would fall due before the next visit; months by phase.
NOW_AND_THEN: dict[str, dict[Phase, int]] = {
    "skin-organ-exam": {_A: 6, _T: 6, _R: 12},
    "endocrine-panel": {_A: 6, _T: 6, _R: 12},
    "glucose-hba1c": {_A: 6, _T: 6, _R: 12},
    "vitamin-b12-d": {_A: 6, _T: 12, _R: 12},
    "ncs-emg": {_A: 12, _T: 12},
    "eye-exam": {_T: 6, _R: 12},
    "echo": {_T: 12},
    "lung-function": {_T: 12},
    "pet-ct": {_T: 12},
    "endocrine-review": {_A: 12, _T: 12, _R: 12},
}
ONCE = ("ct-bone-organs", "free-light-chains")
# What a suspected relapse asks for besides the routine; the pictures take some weeks.
AT_RELAPSE = ("skin-organ-exam", "endocrine-panel", "glucose-hba1c", "vitamin-b12-d", *ONCE)
PICTURES = ("ncs-emg", "lung-function", "echo", "eye-exam", "pet-ct")
SEEN_IN_WORK_UP = 0.72
PICTURED_IN_RELAPSE = 0.55
MOVED_TO_PLASMA = 0.75
FEWEST_MONTHS_OF_SERUM = 11
DIAGNOSED_AFTER_DAYS = 10
# The influenza case (tests hold the alert it raises), the latest value first.
FALLING_VEGF = tuple(map(Decimal, (182, 205, 260, 330, 410, 520)))
AFTER_INFLUENZA = Decimal(740)
FADING_M_PROTEIN = ("<0.05", "0.07", "0.1", "0.2")
ELSEWHERE = "Eastmoor Hospital"


@dataclass(frozen=True, slots=True)
class Done:
    """One day on which the person was seen, with the screenings served and what came of them."""

    on: date
    codes: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class History:
    """One person's past."""

    person: Invented
    course: Course
    days: tuple[Done, ...]

    @property
    def diagnosed_on(self) -> date | None:
        """The day of diagnosis; in the work-up there is none yet."""
        if self.course.phase is Phase.WORK_UP:
            return None
        return self.course.enrolled_on + timedelta(days=DIAGNOSED_AFTER_DAYS)


def history_of(person: Invented, today: date) -> History:
    """Return the same history for the same person and day, every time."""
    chance = Random(f"{today.isoformat()}:{person.mrn}")
    course = course_of(person, today, chance)
    plasma_from = add_months(today, -FEWEST_MONTHS_OF_SERUM - chance.randrange(4))
    told = person.story in (Story.SHOWPIECE, Story.INFLUENZA)
    moved = chance.random() < MOVED_TO_PLASMA or told
    body = Body(
        course=course,
        height=chance.uniform(0.75, 1.25),
        plasma_from=plasma_from if moved else None,
    )
    days = [
        Done(
            on,
            codes,
            tuple(reading for code in codes for reading in read(code, body, on, chance)),
        )
        for on, codes in sorted(_codes(course, today, chance).items())
        if codes
    ]
    if person.story is Story.INFLUENZA:
        days = _as_published(days, today)
    days += _extra(person, course, body, today, chance)
    return History(person, course, tuple(sorted(days, key=lambda one: one.on)))


def _as_published(days: list[Done], today: date) -> list[Done]:
    """Give one person the numbers of the published influenza case.

    VEGF falls to 182 and is 740 after influenza; the M-protein came from another hospital, whose
    reports print no unit.
    """
    last_first = sorted(days, key=lambda one: one.on, reverse=True)
    falling, fading = iter(FALLING_VEGF), iter(FADING_M_PROTEIN)

    def one(reading: Reading) -> Reading:
        if reading.code == "vegf" and reading.specimen == "plasma":
            return plasma_vegf(next(falling, reading.value or Decimal(400)))
        if reading.code == "spep" and (printed := next(fading, "")):
            comparator, value = ("<", printed[1:]) if printed[0] == "<" else ("", printed)
            return Reading(
                "spep", Decimal(value), printed, comparator, "", "serum", ELSEWHERE, None, 4
            )
        return reading

    kept = [replace(done, readings=tuple(map(one, done.readings))) for done in last_first]
    after = on_weekday(today - timedelta(days=9))
    return [*kept, Done(after, ("vegf",), (plasma_vegf(AFTER_INFLUENZA),))]


def _codes(course: Course, today: date, chance: Random) -> dict[date, tuple[str, ...]]:
    """Return what was done on each day."""
    if course.phase is Phase.WORK_UP:
        return _in_work_up(course, chance)
    last: dict[str, date] = {}
    upcoming = following(course)
    found: dict[date, tuple[str, ...]] = {}
    for on in course.visits:
        codes = list(ROUTINE)
        first = on == course.visits[0]
        for code, months in NOW_AND_THEN.items():
            every = months.get(course.phase_on(upcoming[on]))
            soon = every is not None and add_months(last.get(code, on), every) < upcoming[on]
            if first or soon:
                codes.append(code)
                last[code] = on
        if first:
            codes += ONCE
        found[on] = tuple(codes)
    _add_day_100(course, found)
    _add_relapse(course, found, today, chance)
    return found


def _in_work_up(course: Course, chance: Random) -> dict[date, tuple[str, ...]]:
    """Some of it is done and some still to come: that is what a work-up looks like."""
    codes = [*ROUTINE, *NOW_AND_THEN, *ONCE]
    found: dict[date, tuple[str, ...]] = {}
    for on in course.visits:
        done = [code for code in codes if chance.random() < SEEN_IN_WORK_UP]
        found[on] = tuple(done)
        codes = [code for code in codes if code not in done]
    return found


def _add_day_100(course: Course, found: dict[date, tuple[str, ...]]) -> None:
    transplant_on = course.since(Phase.POST_TRANSPLANT)
    if transplant_on is None:
        return
    for on in course.visits:
        if 90 <= (on - transplant_on).days <= 110:
            found[on] = (*found[on], "day-100-review")
            return


def _add_relapse(
    course: Course, found: dict[date, tuple[str, ...]], today: date, chance: Random
) -> None:
    since = course.since(Phase.RELAPSE)
    if since is None:
        return
    seen_on = course.visits[-1]
    found[seen_on] = tuple(dict.fromkeys((*found[seen_on], *AT_RELAPSE)))
    for code in PICTURES:
        on = on_weekday(since + timedelta(days=chance.randrange(5, 26)))
        if since <= on < today and chance.random() < PICTURED_IN_RELAPSE:
            found[on] = (*found.get(on, ()), code)


def _extra(person: Invented, course: Course, body: Body, today: date, chance: Random) -> list[Done]:
    """A blood draw of its own a week ago, for the one whose exam is late but whose VEGF is not."""
    if person.awkward is not Awkward.EARLY_RECALL:
        return []
    on = on_weekday(today - timedelta(days=7))
    readings = [reading for code in ("m-protein",) for reading in read(code, body, on, chance)]
    readings += [plasma_vegf(Decimal(131)), Reading("hematology-review", value_text="done")]
    return [Done(on, ("vegf", "m-protein", "hematology-review"), tuple(readings))]
