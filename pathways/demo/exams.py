"""The neurological exams behind the demo's totals: who scored, and every item that adds up to them.

The totals are results already (`readings.py`); here each gets the exam it was computed from. I-RODS
is filled in by the patient, so a day's visit is two exams: the clinician's and the self-report.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from pathways.demo.history import Done, History
from pathways.demo.stamps import Pen
from pathways.models import Clinic, ExamItem, NeuroExam, Observation, Patient, User
from pathways.rules.exam_words import THE_PATIENT, Attribution, ItemState, ScoringMode, Side
from pathways.rules.lifecycles import Role
from pathways.services.exam_findings import METHOD_ITEMS

TOTALS = {
    ScoringMode.CLINICIAN: (
        "neuro-exam",
        "onls",
        "mrc-sum-60",
        "grip-kpa-right",
        "grip-kpa-left",
        "walk-10m",
    ),
    ScoringMode.SELF_REPORT: ("i-rods",),
}
LONGEST_LEG, STRONGEST = 7, 5
# The muscles of the sum of six pairs, those farthest from the spine first: they weaken first.
MUSCLES = (
    "ankle-dorsiflexion",
    "wrist-extension",
    "knee-extension",
    "hip-flexion",
    "elbow-flexion",
    "shoulder-abduction",
)
CONVERSION = "2011"  # of I-RODS items into the centile, as the clinic's sheet says
UNSTEADY_FROM, SUPPORT_FROM = 3, 5  # ONLS from which these people walk so

Found = tuple[str, str, str, Decimal | None, str]  # instrument, item, side, value, word


def write(
    histories: list[History], people: dict[str, Patient], clinic: Clinic, team: dict[Role, User]
) -> None:
    """Write one exam for each day on which a person was examined, and tie the totals to it."""
    exams: list[NeuroExam] = []
    items: list[ExamItem] = []
    for history in histories:
        pen = Pen(clinic, people[history.person.mrn], team)
        examined = [done for done in history.days if "neuro-exam" in done.codes]
        for done in examined:
            for mode in TOTALS:
                exam = _exam(pen, done, mode)
                if mode is ScoringMode.CLINICIAN and done is examined[0]:
                    exam.attribution = Attribution.DISEASE
                exams.append(exam)
                items += [_item(exam, found) for found in ITEMS[mode](_totals(done, mode))]
    NeuroExam.objects.bulk_create(exams)
    ExamItem.objects.bulk_create(items)
    for mode, codes in TOTALS.items():
        of_that_day = NeuroExam.objects.filter(
            patient=OuterRef("patient"), performed_on=OuterRef("performed_on"), mode=mode
        )
        Observation.objects.in_clinic(clinic).filter(code__in=codes).update(
            exam=Subquery(of_that_day.values("pk")[:1])
        )
    for code, item in METHOD_ITEMS.items():
        said = ExamItem.objects.filter(exam=OuterRef("exam"), instrument=code, item=item)
        Observation.objects.in_clinic(clinic).filter(code=code, exam__isnull=False).update(
            method=Subquery(said.values("word")[:1])
        )


def _exam(pen: Pen, done: Done, mode: ScoringMode) -> NeuroExam:
    own = mode is ScoringMode.SELF_REPORT
    return NeuroExam(
        patient=pen.patient,
        performed_on=done.on,
        mode=mode,
        scored_by=THE_PATIENT if own else pen.name(Role.NEUROLOGIST),
        **pen.of(done.on, Role.NEUROLOGIST),
    )


def _item(exam: NeuroExam, found: Found) -> ExamItem:
    instrument, item, side, value, word = found
    return ExamItem(
        clinic=exam.clinic,
        exam=exam,
        instrument=instrument,
        item=item,
        side=side,
        state=ItemState.SCORED,
        value=value,
        word=word,
    )


def _totals(done: Done, mode: ScoringMode) -> dict[str, Decimal]:
    return {
        r.code: r.value for r in done.readings if r.code in TOTALS[mode] and r.value is not None
    }


def _examined(totals: dict[str, Decimal]) -> Iterator[Found]:
    onls = int(totals["onls"])
    leg = min(LONGEST_LEG, -(-onls * 3 // 5))
    yield "onls", "arm", Side.NONE, Decimal(onls - leg), ""
    yield "onls", "leg", Side.NONE, Decimal(leg), ""
    yield from _muscles(int(totals["mrc-sum-60"]))
    for side in (Side.RIGHT, Side.LEFT):
        grip = totals[f"grip-kpa-{side}"]
        for number, step in enumerate((-2, 0, 2), start=1):
            yield "grip-kpa", f"try-{number}", side, grip + step, ""
    yield "walk-10m", "seconds", Side.NONE, totals["walk-10m"], ""
    yield "walk-10m", "aid", Side.NONE, None, "one stick" if onls >= SUPPORT_FROM else "no aid"
    yield "romberg", "romberg", Side.NONE, None, "positive" if onls >= UNSTEADY_FROM else "negative"
    yield "gait", "gait", Side.NONE, None, _gait(onls)


def _filled_in(totals: dict[str, Decimal]) -> Iterator[Found]:
    yield "i-rods", "centile", Side.NONE, totals["i-rods"], ""
    yield "i-rods", "version", Side.NONE, None, CONVERSION


def _gait(onls: int) -> str:
    if onls >= SUPPORT_FROM:
        return "with support"
    return "unsteady" if onls >= UNSTEADY_FROM else "looks normal"


def _muscles(total: int) -> Iterator[Found]:
    """Spread what is missing from sixty over the muscles, the farthest first, sides alike."""
    missing = 2 * STRONGEST * len(MUSCLES) - total
    weak = dict.fromkeys(((muscle, side) for muscle in MUSCLES for side in Side if side), 0)
    while missing > 0:
        for place in weak:
            if missing > 0 and weak[place] < STRONGEST:
                weak[place] += 1
                missing -= 1
    for (muscle, side), points in weak.items():
        yield "mrc-sum-60", muscle, side, Decimal(STRONGEST - points), ""


ITEMS = {ScoringMode.CLINICIAN: _examined, ScoringMode.SELF_REPORT: _filled_in}
