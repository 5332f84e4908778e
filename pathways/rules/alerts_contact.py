"""Alert rules on reaching a person, and on what they answered to the check-in questions.

Source: clinical facts 5, 5a, 5b and 9a. An opt-out never blocks clinical contact: it becomes a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathways.rules import triage
from pathways.rules.findings import (
    Finding,
    Parameters,
    Rule,
    days,
    not_assessable,
    not_met,
    raised,
)
from pathways.rules.person_facts import Address, Answers, Asked, PersonFacts


@dataclass(frozen=True, slots=True)
class Routes:
    """Every address and number in use of a person who is on the pathway."""

    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class OneAddress:
    """One email address in use."""

    address: Address


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What a person was written about."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """One check-in."""

    answers: Answers


def route_cases(facts: PersonFacts) -> Iterable[Routes]:
    """Return the ways to reach a person on the pathway."""
    if facts.pathway is not None:
        yield Routes(facts.addresses)


def no_route(case: Routes, parameters: Parameters) -> Finding:
    """Neither an email address that may be written to nor a telephone number is on record."""
    subject = "route"
    if any(not each.is_email or _writable(each) for each in case.addresses):
        return not_met(subject)
    refs = [f"contact:{each.ref}" for each in case.addresses]
    return raised(subject, *(refs or ["contact:none"]))


def _writable(address: Address) -> bool:
    return address.verified and address.suspended_on is None and address.consent is True


def email_cases(facts: PersonFacts) -> Iterable[OneAddress]:
    """Return the email addresses in use of a person on the pathway."""
    if facts.pathway is not None:
        for each in facts.addresses:
            if each.is_email:
                yield OneAddress(each)


def bounced(case: OneAddress, parameters: Parameters) -> Finding:
    """Mail to an address came back, so nothing more is sent to it."""
    address = case.address
    subject = f"contact:{address.ref}:bounced"
    if address.suspended_on is None:
        return not_met(subject)
    return raised(
        subject,
        f"contact:{address.ref}:{address.suspended_on}",
        on=address.suspended_on,
        why=address.suspended_reason,
    )


def opted_out(case: OneAddress, parameters: Parameters) -> Finding:
    """Emails about visits to this address were stopped, by the person or by their carer."""
    address = case.address
    subject = f"contact:{address.ref}:stopped"
    if address.consent is None:
        return not_assessable(subject, "Nobody asked them about email yet.")
    if address.consent:
        return not_met(subject)
    return raised(
        subject,
        f"contact:{address.ref}:{address.consent_on}",
        who="The carer" if address.of_carer else "The person",
        on=address.consent_on or "an unknown day",
    )


def asked_cases(facts: PersonFacts) -> Iterable[Unanswered]:
    """Return what a person was reminded of."""
    return (Unanswered(each) for each in facts.asked)


def unanswered(case: Unanswered, parameters: Parameters) -> Finding:
    """So many reminders about one screening were sent, and nothing was heard."""
    asked = case.asked
    subject = f"screening:{asked.screening}:asked"
    if asked.answered or asked.reminders < days(parameters, "reminders"):
        return not_met(subject)
    return raised(
        subject,
        f"screening:{asked.screening}:{asked.due_on}",
        screening=asked.label,
        count=asked.reminders,
        last_on=asked.last_on,
        due_on=asked.due_on,
    )


def check_in_cases(facts: PersonFacts) -> Iterable[CheckedIn]:
    """Return the check-ins that stand."""
    return (CheckedIn(each) for each in facts.check_ins)


def check_in(case: CheckedIn, parameters: Parameters) -> Finding:
    """The most urgent level that an answer to the check-in questions reached (5a, 5b)."""
    answers = case.answers
    subject = f"check-in:{answers.ref}"
    result = triage.judge(answers.answers)
    if result.severity is None:
        return not_met(subject)
    return raised(
        subject,
        f"check-in:{answers.ref}",
        wording="reason_face_to_face" if result.face_to_face else "reason",
        severity=result.severity,
        answers="; ".join(f"{each.question} {each.answer}" for each in result.telling)[:300],
        at=f"{answers.at:%Y-%m-%d %H:%M}",
    )


RULES: Sequence[Rule] = (
    Rule("no-route", Routes, route_cases, no_route),
    Rule("address-bounced", OneAddress, email_cases, bounced),
    Rule("opted-out", OneAddress, email_cases, opted_out),
    Rule("reminders-unanswered", Unanswered, asked_cases, unanswered),
    Rule("check-in", CheckedIn, check_in_cases, check_in),
)
