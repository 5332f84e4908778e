"""Which addresses we write to (delivery.md, 5, no. 23 and 25)."""

from __future__ import annotations

import pytest

from pathways.messaging.addresses import validate_address
from pathways.messaging.envelope import UnsendableError


@pytest.mark.parametrize(
    "address",
    ["maya@example.org", "o'brien+visits@sub.example.co.uk", "a@b.cd", f"{'a' * 64}@example.org"],
)
def test_a_plain_address_passes_unchanged(address: str) -> None:
    assert validate_address(address) == address


def test_a_domain_in_letters_beyond_ascii_becomes_punycode() -> None:
    assert validate_address("maya@müller.example") == "maya@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("nobody", "no @ sign"),
        ("two@at@example.org", "more than one @"),
        ("maya@example.org.", "ends in a dot"),
        ("maya.@example.org", "stray dot"),
        (".maya@example.org", "stray dot"),
        ("ma..ya@example.org", "stray dot"),
        ("@example.org", "stray dot"),
        ("maya@", "not a host name"),
        ("maya@localhost", "not a host name"),
        ("maya@[127.0.0.1]", "not a host name"),
        ("maya@-bad-.example", "not a host name"),
        ("Doe, Jane <jane@example.org>", "bare address only"),
        ("Maya <maya@example.org>", "bare address only"),
        ("maya@example.org,other@example.org", "bare address only"),
        ("maya @example.org", "a space"),
        ("maya@example.org\r\nBcc: x@example.org", "hidden sign"),
        ("maya\u202e@example.org", "hidden sign"),
        ("mayá@example.org", "cannot carry"),
        (f"{'a' * 65}@example.org", "longer than"),
        (f"maya@{'a.' * 130}org", "longer than"),
        (f"{'x' * 300}@example.org", "longer than"),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(address: str, says: str) -> None:
    with pytest.raises(UnsendableError, match=says):
        validate_address(address)


def test_a_reason_never_repeats_the_address() -> None:
    with pytest.raises(UnsendableError) as refused:
        validate_address("maya.secret@@example.org")

    assert "secret" not in str(refused.value)


def test_the_longest_address_passes_and_one_more_does_not() -> None:
    host = ".".join(["h" * 60] * 3)
    longest = f"{'a' * 64}@{host}.{'o' * (254 - 65 - len(host) - 1)}"

    assert len(longest) == 254
    assert validate_address(longest) == longest
    with pytest.raises(UnsendableError, match="longer than"):
        validate_address(f"{longest}o")


def test_letters_beyond_ascii_pass_where_the_server_offers_to_carry_them() -> None:
    assert validate_address("mayá@example.org", smtputf8=True) == "mayá@example.org"
