"""Signed link ends: what we made reads back, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from pathways.messaging import tokens
from pathways.messaging.tokens import BadToken, LinkPurpose


@given(purpose=st.sampled_from(LinkPurpose), number=st.integers(1, 2**63 - 1))
def test_a_token_reads_back(purpose: LinkPurpose, number: int) -> None:
    assert tokens.read(tokens.make(purpose, number)) == (purpose, number)


def test_every_changed_letter_is_noticed() -> None:
    token = tokens.make(LinkPurpose.CALL, 42)

    for at, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadToken):
            tokens.read(token[:at] + other + token[at + 1 :])


@pytest.mark.parametrize(
    "token", ["", "x", "ä" * 34, "=" * 34, "A" * 34, "A" * 10_000, "a b", "\0"]
)
def test_what_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        tokens.read(token)


def test_a_token_of_another_key_is_refused(settings: Settings) -> None:
    settings.LINK_KEY = "another key, long enough to be one, 0123456789"
    foreign = tokens.make(LinkPurpose.STOP, 42)
    settings.LINK_KEY = "our own key, long enough to be one, 0123456789"

    with pytest.raises(BadToken):
        tokens.read(foreign)


def test_a_token_of_the_key_before_still_reads(settings: Settings) -> None:
    settings.LINK_KEY = "the old key"
    token = tokens.make(LinkPurpose.STOP, 42)
    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "the new key", ["the old key"]

    assert tokens.read(token) == (LinkPurpose.STOP, 42)


def test_a_number_that_no_row_has_is_refused() -> None:
    with pytest.raises(ValueError, match="saved message"):
        tokens.make(LinkPurpose.CALL, 0)


def test_one_click_stop_carries_the_stop_token_and_all_links_differ() -> None:
    links = tokens.links_for(42, link_base="https://visits.northgate.example")
    assert links.stop is not None
    assert links.one_click_stop is not None

    assert links.stop.rpartition("/")[2] == links.one_click_stop.rpartition("/")[2]
    assert len({links.call_me, links.stop, links.one_click_stop, links.when_to_call}) == 4
    assert tokens.read(links.one_click_stop.rpartition("/")[2]) == (LinkPurpose.STOP, 42)
