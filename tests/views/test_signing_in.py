"""Signing in: whose wrong passwords are counted, and what the page says of standing still."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from pathways.models import User
from poems_clinic.proxy import client_address

WRONG = {"username": "marit", "password": "a wrong guess"}
RIGHT = {"username": "marit", "password": "correct horse battery"}


def post(words: dict[str, str], forwarded: str) -> int:
    headers = {"X-Forwarded-For": forwarded}
    return Client().post("/sign-in/", words, headers=headers).status_code


def test_behind_a_proxy_wrong_passwords_count_against_the_guesser(
    nurse: User, settings: Any
) -> None:
    settings.AXES_CLIENT_IP_CALLABLE = "poems_clinic.proxy.client_address"
    for number in range(5):
        # The guesser may write any first hop; the last one is the proxy's.
        post(WRONG, f"192.0.2.{number}, 203.0.113.9")
    assert post(RIGHT, "203.0.113.9") == 429
    assert post(RIGHT, "203.0.113.10") == 302


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1,2001:db8::1", "2001:db8::1"),
        ("203.0.113.9, unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_last_hop_is_the_address(rf: RequestFactory, forwarded: str, address: str) -> None:
    assert client_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "words"), [(900, "After 15 minutes without"), (60, "After 1 minute without")]
)
def test_the_page_says_the_minutes_that_count(settings: Any, seconds: int, words: str) -> None:
    settings.SESSION_COOKIE_AGE = seconds
    assert words in Client().get("/sign-in/").content.decode()
