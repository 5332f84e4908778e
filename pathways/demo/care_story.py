"""What stands beside the courses of the demo's people: transplant, prophylaxis, support. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pathways.demo.course_story import (
    BORTEZOMIB,
    LENALIDOMIDE,
    MEL_DEX,
    RD,
    THALIDOMIDE,
    CourseStory,
)
from pathways.demo.history import History
from pathways.demo.people import Story
from pathways.rules.course_states import EntryKind
from pathways.rules.lifecycles import Phase


@dataclass(frozen=True, slots=True)
class EntryStory:
    """A dated entry of care."""

    kind: EntryKind
    from_on: date
    label: str = ""
    until_on: date | None = None
    detail: str = ""

    @property
    def name(self) -> str:
        """Return the label, or the kind in words."""
        return self.label or self.kind.value.replace("-", " ").capitalize()


def entries_of(
    history: History, courses: Sequence[CourseStory], today: date, chance: Random
) -> Iterator[EntryStory]:
    """Yield everything that began by today."""
    found = [
        *_transplant(history.course.since(Phase.POST_TRANSPLANT)),
        *_prophylaxis(history.person.story, courses),
        *_support(courses[0].planned_on, chance),
        *_happened(history.person.story, today),
    ]
    for entry in found:
        if entry.from_on <= today:
            yield entry


def _transplant(day_0: date | None) -> Iterator[EntryStory]:
    if day_0 is None:
        return

    def after(days: int) -> date:
        return day_0 + timedelta(days=days)

    yield EntryStory(EntryKind.MOBILISATION, after(-32), until_on=after(-28))
    yield EntryStory(EntryKind.APHERESIS, after(-27), until_on=after(-26))
    yield EntryStory(EntryKind.CONDITIONING, after(-2), until_on=after(-1))
    yield EntryStory(EntryKind.DAY_0, day_0, "Transplant, day 0")
    yield EntryStory(EntryKind.ENGRAFTMENT, after(12), detail="Neutrophils and platelets both")
    yield EntryStory(EntryKind.DAY_100, after(100))
    yield EntryStory(EntryKind.ZOSTER_PROPHYLAXIS, after(1), "Aciclovir", after(365))
    yield EntryStory(EntryKind.PJP_PROPHYLAXIS, after(14), "Co-trimoxazole", after(194))


def _prophylaxis(story: Story, courses: Sequence[CourseStory]) -> Iterator[EntryStory]:
    """What is on record against clots, shingles and lung infection, for as long as it is needed."""
    if story is Story.UNPROTECTED:
        return
    for course in courses:
        if course.regimen in (RD, LENALIDOMIDE, THALIDOMIDE):
            yield EntryStory(
                EntryKind.THROMBOSIS_PROPHYLAXIS, course.planned_on, "Aspirin", course.ended_on
            )
        if course.regimen == BORTEZOMIB:
            yield EntryStory(
                EntryKind.ZOSTER_PROPHYLAXIS, course.planned_on, "Aciclovir", course.ended_on
            )
        if course.regimen in (RD, BORTEZOMIB, MEL_DEX):
            yield EntryStory(
                EntryKind.PJP_PROPHYLAXIS, course.planned_on, "Co-trimoxazole", course.ended_on
            )


def _support(began_on: date, chance: Random) -> Iterator[EntryStory]:
    weeks = timedelta(weeks=3)
    if chance.random() < 0.7:
        yield EntryStory(EntryKind.PHYSIOTHERAPY, began_on + weeks, "Walking and balance, weekly")
    if chance.random() < 0.45:
        yield EntryStory(EntryKind.ORTHOTICS, began_on + weeks, "Ankle-foot orthoses, both sides")
    if chance.random() < 0.4:
        yield EntryStory(EntryKind.PAIN_MEDICINE, began_on + weeks, "Gabapentin")
    if chance.random() < 0.4:
        yield EntryStory(EntryKind.SUPPLEMENT, began_on + weeks, "Vitamin D")
    if chance.random() < 0.12:
        yield EntryStory(EntryKind.RADIOTHERAPY, began_on - weeks, "Left iliac bone, one lesion")


def _happened(story: Story, today: date) -> Iterator[EntryStory]:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    if story is Story.INFLUENZA:
        yield EntryStory(
            EntryKind.ILLNESS, ago(16), "Influenza A", ago(10), "Fever; swab at the family doctor’s"
        )
    if story is Story.SHOWPIECE:
        yield EntryStory(EntryKind.ILLNESS, ago(12), "A cold", ago(8), "No fever")
        yield EntryStory(EntryKind.MOBILITY, ago(190), "Walks without a stick, stairs with a rail")
