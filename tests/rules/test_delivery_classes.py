"""What a mail server's answer means, one line a case (delivery.md, 4.4)."""

from __future__ import annotations

import pytest

from pathways.rules.delivery import SendClass, SmtpPhase, classify

P, S = SmtpPhase, SendClass


@pytest.mark.parametrize(
    ("phase", "code", "enhanced", "expected"),
    [
        # taken
        (P.END_OF_DATA, 250, "2.0.0", S.SENT),
        (P.END_OF_DATA, 250, "", S.SENT),
        # both ends of what a taken message may be answered with
        (P.END_OF_DATA, 199, "", S.UNKNOWN),
        (P.END_OF_DATA, 200, "", S.SENT),
        (P.END_OF_DATA, 299, "", S.SENT),
        (P.END_OF_DATA, 300, "", S.UNKNOWN),
        (P.END_OF_DATA, 399, "", S.UNKNOWN),
        (P.END_OF_DATA, 400, "", S.TEMPORARY),
        (P.END_OF_DATA, 499, "", S.TEMPORARY),
        (P.END_OF_DATA, 500, "", S.QUARANTINE),
        (P.MAIL, 399, "", S.TEMPORARY),
        (P.MAIL, 499, "", S.TEMPORARY),
        (P.MAIL, 500, "", S.POLICY),
        # may pass
        (P.CONNECT, None, "", S.TEMPORARY),
        (P.CONNECT, 421, "", S.TEMPORARY),
        (P.CONNECT, 554, "", S.TEMPORARY),
        (P.AUTH, None, "", S.TEMPORARY),
        (P.AUTH, 454, "4.7.0", S.TEMPORARY),
        (P.MAIL, 451, "4.3.0", S.TEMPORARY),
        (P.RCPT, 450, "4.2.0", S.TEMPORARY),
        (P.RCPT, 452, "4.2.2", S.TEMPORARY),
        (P.RCPT, None, "", S.TEMPORARY),
        (P.DATA, 451, "", S.TEMPORARY),
        (P.DATA, None, "", S.TEMPORARY),
        (P.CONTENT, None, "", S.TEMPORARY),
        (P.END_OF_DATA, 451, "4.3.0", S.TEMPORARY),
        # the address
        (P.RCPT, 550, "", S.BAD_ADDRESS),
        (P.RCPT, 550, "5.1.1", S.BAD_ADDRESS),
        (P.RCPT, 553, "5.1.3", S.BAD_ADDRESS),
        (P.RCPT, 556, "5.1.10", S.BAD_ADDRESS),
        (P.RCPT, 550, "5.2.1", S.BAD_ADDRESS),
        # us
        (P.RCPT, 550, "5.7.1", S.POLICY),
        (P.RCPT, 550, "5.1.8", S.POLICY),
        (P.RCPT, 553, "5.1.7", S.POLICY),
        (P.RCPT, 552, "5.2.2", S.POLICY),
        (P.RCPT, 553, "", S.POLICY),
        (P.RCPT, 554, "", S.POLICY),
        (P.MAIL, 550, "5.7.1", S.POLICY),
        (P.MAIL, 550, "", S.POLICY),
        # this content
        (P.DATA, 554, "", S.QUARANTINE),
        (P.END_OF_DATA, 552, "5.3.4", S.QUARANTINE),
        (P.END_OF_DATA, 554, "5.7.1", S.QUARANTINE),
        (P.END_OF_DATA, 550, "", S.QUARANTINE),
        # our login
        (P.AUTH, 535, "5.7.8", S.AUTH),
        (P.AUTH, 534, "", S.AUTH),
        (P.MAIL, 530, "5.7.0", S.AUTH),
        (P.RCPT, 530, "", S.AUTH),
        (P.MAIL, 535, "", S.AUTH),
        (P.MAIL, 534, "", S.POLICY),
        (P.MAIL, 536, "", S.POLICY),
        (P.END_OF_DATA, 530, "", S.QUARANTINE),
        # may have been taken
        (P.END_OF_DATA, None, "", S.UNKNOWN),
        (P.END_OF_DATA, 354, "", S.UNKNOWN),
    ],
)
def test_an_answer_has_one_class(
    phase: SmtpPhase, code: int | None, enhanced: str, expected: SendClass
) -> None:
    assert classify(phase, code, enhanced) is expected


def test_only_after_the_final_dot_is_anything_sent_or_unknown() -> None:
    early = [phase for phase in SmtpPhase if phase is not SmtpPhase.END_OF_DATA]
    codes = [None, *range(200, 600)]
    classes = {classify(phase, code) for phase in early for code in codes}

    assert classes.isdisjoint({SendClass.SENT, SendClass.UNKNOWN})
