"""Every verb on a course that is planned already: begun, changed, held, ended, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse

from pathways.forms.base import ReasonForm
from pathways.forms.therapy import (
    ChangeForm,
    HoldCourseForm,
    OnForm,
    ResumeCourseForm,
    StopForm,
)
from pathways.models import TherapyCourse
from pathways.rules.due_phrase import short_date
from pathways.services import therapy
from pathways.services.therapy import DrugPlan
from pathways.views.deeds import Seen, carry_out, sent
from pathways.views.doors import actor_of, find, here, patient_of, worker_required
from pathways.views.therapy import regimen_of, to_therapy
from pathways.worklists.course_rows import course_line


def course_of(request: HttpRequest, patient_id: UUID, course_id: int) -> TherapyCourse:
    """Return a course of a person of the reader's clinic."""
    person = patient_of(request, patient_id)
    rows = TherapyCourse.objects.select_related("patient", "clinic")
    return find(rows, request, pk=course_id, patient=person)


def _on_course(
    request: HttpRequest,
    course: TherapyCourse,
    *,
    form: forms.Form,
    title: str,
    button: str,
    deed: Callable[[Mapping[str, Any]], str],
    note: str = "",
    danger: bool = False,
) -> HttpResponse:
    _, day = here(request)
    word = f"{course.state}:{course.began_on}:{course.ended_on}:{course.drugs.count()}"
    return carry_out(
        request,
        form=form,
        title=title,
        button=button,
        deed=deed,
        then=to_therapy(course.patient),
        patient=course.patient,
        line=f"{course.label}, {course.state}; {course_line(course, day)}",
        note=note,
        seen=Seen(word, course),
        danger=danger,
    )


@worker_required
def begin(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """Write down the first day of a course without cycles."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.begin_course(course=course, on=words["on"], by=actor_of(request))
        return f"{course.label} since {short_date(words['on'], day)}."

    return _on_course(
        request,
        course,
        form=OnForm(sent(request), initial={"on": course.began_on or day}),
        title="First day of the course",
        button="Save the day",
        deed=deed,
    )


@worker_required
def take_back_beginning(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """The first day was written down in error."""
    return _with_reason(
        request,
        course_of(request, patient_id, course_id),
        title="Take back the first day",
        verb=therapy.take_back_beginning,
        said="planned again",
    )


@worker_required
def change(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """Change a course that goes on: dated, with the reason."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)
    entry = regimen_of(course.regimen)
    first = {
        "on": day,
        "cycle_days": course.cycle_days,
        "planned_cycles": course.planned_cycles,
        "dose_note": course.dose_note,
    }
    now = ChangeForm.filled_from(course.drugs.filter(until_on__isnull=True), entry)
    form = ChangeForm(sent(request), regimen=entry, initial=first | now)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.modify_course(
            course=course,
            on=words["on"],
            reason=words["reason"],
            drugs=[DrugPlan(**each) for each in form.plans()],
            cycle_days=words.get("cycle_days"),
            planned_cycles=words.get("planned_cycles"),
            dose_note=words["dose_note"],
            by=actor_of(request),
        )
        return f"{course.label} changed from {short_date(words['on'], day)}."

    return _on_course(
        request,
        course,
        form=form,
        title=f"Change the course: {course.label}",
        button="Change the course",
        deed=deed,
        note="Cycles given stay as they are; planned ones follow the new length.",
    )


@worker_required
def hold(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """Pause a course without a planned day."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.hold_course(
            course=course, from_on=words["from_on"], reason=words["reason"], by=actor_of(request)
        )
        return f"{course.label} on hold. Cycles not begun have no day until it is resumed."

    return _on_course(
        request,
        course,
        form=HoldCourseForm(sent(request), initial={"from_on": day}),
        title="Hold the course",
        button="Hold the course",
        deed=deed,
        note="Where the next day is known, delay the cycle instead. Other due dates stay.",
    )


@worker_required
def resume(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """Go on with a held course."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        therapy.resume_course(
            course=course, on=words["on"], next_on=words.get("next_on"), by=actor_of(request)
        )
        return f"{course.label} goes on from {short_date(words['on'], day)}."

    form = ResumeCourseForm(sent(request), initial={"on": day})
    if course.cycle_days is None:
        del form.fields["next_on"]
    return _on_course(
        request,
        course,
        form=form,
        title="Resume the course",
        button="Resume the course",
        deed=deed,
        note="Later cycles move with the next one.",
    )


def _ending(
    request: HttpRequest,
    course: TherapyCourse,
    *,
    form: forms.Form,
    title: str,
    end: Callable[[Mapping[str, Any]], object],
    said: str,
    note: str,
) -> HttpResponse:
    _, day = here(request)

    def deed(words: Mapping[str, Any]) -> str:
        end(words)
        return f"{course.label} {said} {short_date(words['on'], day)}."

    return _on_course(request, course, form=form, title=title, button=title, deed=deed, note=note)


@worker_required
def complete(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """The course was given to its last day."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)
    return _ending(
        request,
        course,
        form=OnForm(sent(request), initial={"on": day}),
        title="Complete the course",
        end=lambda words: therapy.complete_course(
            course=course, on=words["on"], by=actor_of(request)
        ),
        said="completed",
        note="Cycles not begun fall away. The phase of the pathway does not change by itself.",
    )


@worker_required
def stop(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """The course ends early."""
    course = course_of(request, patient_id, course_id)
    _, day = here(request)
    return _ending(
        request,
        course,
        form=StopForm(sent(request), initial={"on": day}),
        title="Stop the course",
        end=lambda words: therapy.stop_course(
            course=course, on=words["on"], reason=words["reason"], by=actor_of(request)
        ),
        said="stopped",
        note="Cycles not begun are discontinued. Other due dates stay.",
    )


def _with_reason(
    request: HttpRequest,
    course: TherapyCourse,
    *,
    title: str,
    verb: Callable[..., object],
    said: str,
    note: str = "",
    danger: bool = False,
) -> HttpResponse:
    def deed(words: Mapping[str, Any]) -> str:
        verb(course=course, reason=words["reason"], by=actor_of(request))
        return f"{course.label}: {said}. Due dates were computed again."

    return _on_course(
        request,
        course,
        form=ReasonForm(sent(request)),
        title=title,
        button=title,
        deed=deed,
        note=note,
        danger=danger,
    )


@worker_required
def reopen(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """An ending written down in error."""
    return _with_reason(
        request,
        course_of(request, patient_id, course_id),
        title="Take back the ending",
        verb=therapy.reopen_course,
        said="goes on again",
    )


@worker_required
def in_error(request: HttpRequest, patient_id: UUID, course_id: int) -> HttpResponse:
    """A course that never was."""
    return _with_reason(
        request,
        course_of(request, patient_id, course_id),
        title="Course entered in error",
        verb=therapy.enter_course_in_error,
        said="entered in error",
        note="It stays in the record, and every date that hung on it is as it was before.",
        danger=True,
    )
