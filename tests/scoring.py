"""Neurological exams for tests: a complete one, and pieces to change it with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pathways.catalogue import load_instruments
from pathways.models import NeuroExam, Patient
from pathways.rules.exam_words import ItemState, ScoringMode, Side
from pathways.services import exams
from pathways.services.exams import ExamAnswer, Findings
from tests.people import SYSTEM

DAY = date(2026, 11, 20)


def score(instrument: str, item: str, value: str, side: Side = Side.NONE) -> ExamAnswer:
    return ExamAnswer(instrument, item, side, value=Decimal(value))


def word(instrument: str, item: str, said: str, side: Side = Side.NONE) -> ExamAnswer:
    return ExamAnswer(instrument, item, side, word=said)


def not_testable(instrument: str, item: str, side: Side = Side.NONE, why: str = "cast") -> Any:
    return ExamAnswer(instrument, item, side, ItemState.NOT_TESTABLE, reason=why)


def onls(arm: str = "1", leg: str = "2") -> tuple[ExamAnswer, ...]:
    return score("onls", "arm", arm), score("onls", "leg", leg)


def mrc(grade: str = "5", variant: str = "mrc-sum-60") -> tuple[ExamAnswer, ...]:
    parts = load_instruments()[variant].parts
    return tuple(score(variant, part.item, grade, part.side) for _, part in parts)


def grip(*tries: str, side: Side = Side.RIGHT, device: str = "grip-kpa") -> tuple[ExamAnswer, ...]:
    return tuple(
        score(device, f"try-{number}", value, side) for number, value in enumerate(tries, start=1)
    )


def findings(*answers: ExamAnswer, **more: Any) -> Findings:
    usual = Findings(DAY, ScoringMode.CLINICIAN, "S. Achterberg", answers)
    return replace(usual, **more)


def examine(patient: Patient, *answers: ExamAnswer, **more: Any) -> NeuroExam:
    return exams.record(patient=patient, findings=findings(*answers, **more), by=SYSTEM)
