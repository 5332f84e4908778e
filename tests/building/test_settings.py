"""A wrong environment stops at start-up, with the variable's name and the cure."""

from __future__ import annotations

import runpy
from pathlib import Path
from traceback import format_exception

import pytest
from django.core.exceptions import ImproperlyConfigured

from pathways.services import crash
from tests.building.reading import ROOT, every_variable, settings_variables, words_in

GOOD = {
    "POEMS_ENV": "production",
    "SECRET_KEY": "a-secret-of-sessions-0123456789-abcdefghijk",
    "LINK_KEY": "a-secret-of-links-0123456789-abcdefghijk",
    "ALLOWED_HOSTS": "clinic.example",
    "DATABASE_URL": "postgres://clinic:clinic@127.0.0.1/clinic",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
}
# Some variables are read only beside real servers.
SERVERS = {name: GOOD[name] for name in ("DATABASE_URL", "CELERY_BROKER_URL")}
BAD_VALUE = {"number": "many", "flag": "perhaps", "day": "31/12/2025", "choice": "elsewhere",
             "database": "mysql://x/y", "broker": "amqp://x", "site": "clinic.example",
             "sites": "clinic.example"}  # fmt: skip


def load(monkeypatch: pytest.MonkeyPatch, folder: Path, **environment: str) -> dict[str, object]:
    """Run the settings file afresh with this environment and no other."""
    for name in settings_variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(folder))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "poems_clinic" / "settings.py"))


def test_an_empty_environment_is_the_embedded_clinic(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = load(monkeypatch, tmp_path)
    assert made["ON_SQLITE"] is True
    assert made["CELERY_BROKER_URL"] == "filesystem://"
    assert made["CELERY_BROKER_TRANSPORT"] == "poems_clinic.folder_broker:Transport"
    assert made["SENDING_ON"] is False


def test_production_with_everything_set_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = load(monkeypatch, tmp_path, **GOOD)
    assert made["IN_PRODUCTION"] is True
    assert made["SESSION_COOKIE_SECURE"] is True
    assert made["DEBUG"] is False


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "LINK_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "CELERY_BROKER_URL"]
)
def test_production_refuses_to_start_without(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(ImproperlyConfigured, match=name):
        load(monkeypatch, tmp_path, **environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("LINK_KEY", "short"),
        ("SECRET_KEY", "abcabcabc" * 6),
        ("LINK_KEY", GOOD["SECRET_KEY"]),
        ("LINK_KEY_FALLBACKS", "short"),
        ("LINK_KEY_FALLBACKS", f"{GOOD['LINK_KEY']},{GOOD['SECRET_KEY']}"),
        ("ALLOWED_HOSTS", "clinic.example,*"),
        ("DEBUG", "true"),
        ("POEMS_TODAY", "2026-11-21"),
        ("CRASH_AT", "claim"),
        ("CRASH_ONCE", "/tmp/once"),
        ("CLOCK_GUARD", "false"),
        ("LINK_SCHEME", "http"),
        ("DATABASE_URL", "sqlite:////tmp/x.sqlite3"),
        ("CELERY_BROKER_URL", "filesystem://"),
    ],
)
def test_production_refuses_every_convenience(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, **{**GOOD, name: value})
    assert name.removesuffix("_FALLBACKS") in str(refusal.value) or name == "DATABASE_URL"


@pytest.mark.parametrize(
    "relay",
    [
        {"SMTP_HOST": "relay.example.org"},
        {"SMTP_HOST": "10.0.0.5"},
        {"SMTP_HOST": "2130706433"},
        {"SMTP_HOST": "mail", "SMTP_USER": "clinic"},
        {"SMTP_HOST": "127.0.0.1", "SMTP_USER": "clinic"},
    ],
)
def test_production_sends_no_letter_or_password_in_plain_text(
    relay: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match="SMTP_SECURITY"):
        load(monkeypatch, tmp_path, **GOOD, **relay)
    assert load(monkeypatch, tmp_path, **GOOD, **relay, SMTP_SECURITY="starttls")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "mail"])
def test_a_relay_beside_the_clinic_needs_no_encryption(
    host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load(monkeypatch, tmp_path, **GOOD, SMTP_HOST=host)["SMTP_SECURITY"] == "none"


def test_keys_that_anybody_can_read_serve_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load(monkeypatch, tmp_path)["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    with pytest.raises(ImproperlyConfigured, match="POEMS_ENV"):
        load(monkeypatch, tmp_path, ALLOWED_HOSTS="clinic.example")


def test_nobody_else_on_the_machine_opens_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load(monkeypatch, tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_forwarded_address_counts_only_behind_a_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "AXES_CLIENT_IP_CALLABLE" not in load(monkeypatch, tmp_path)
    behind = load(monkeypatch, tmp_path, BEHIND_TLS_PROXY="true")
    assert behind["AXES_CLIENT_IP_CALLABLE"] == "poems_clinic.proxy.client_address"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, BAD_VALUE[reader])
        for name, reader in settings_variables().items()
        if reader in BAD_VALUE
    ]
    + [("SMTP_SECURITY", "ssl3"), ("SMTP_PORT", "0"), ("LEASE_SECONDS", "-1")],
)
def test_a_malformed_variable_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, **{**SERVERS, name: value})
    assert name in str(refusal.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "CELERY_BROKER_URL"])
@pytest.mark.parametrize(
    "rest",
    ["a/b@host/0", "5/b@host/0", "5?b@host/0", "a?b@host/0", "a@host:port/0", "a@host:70000/0"],
)
def test_an_address_with_an_unescaped_sign_is_refused_and_not_repeated(
    name: str, rest: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = GOOD[name].partition("://")[0] + f"://clinic:SeCrEt{rest}"
    if rest.startswith("5"):
        address = address.replace("SeCrEt", "")
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, tmp_path, **{**SERVERS, name: address})
    said = "".join(format_exception(refusal.value))
    assert f"{name} cannot be read" in str(refusal.value)
    assert "%2F" in str(refusal.value)
    assert "SeCrEt" not in said


def test_an_escaped_password_is_read_as_it_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = load(monkeypatch, tmp_path, DATABASE_URL="postgres://clinic:a%2Fb%40%23c@postgres/x")
    databases = made["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["PASSWORD"] == "a/b@#c"
    assert databases["default"]["NAME"] == "x"


@pytest.mark.parametrize(
    "address", ["postgres://clinic:x@postgres", "postgres://clinic:x@postgres/"]
)
def test_an_address_without_a_database_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        load(monkeypatch, tmp_path, DATABASE_URL=address)


@pytest.mark.parametrize("name", ["STAFF_URL", "CSRF_TRUSTED_ORIGINS"])
@pytest.mark.parametrize(
    ("address", "sound"),
    [
        ("https://clinic.example", True),
        ("http://10.0.0.5:8000/", True),
        ("clinic.example", False),
        ("ftp://clinic.example", False),
        ("https://", False),
        ("https://clinic.example:port", False),
        ("https://clinic .example", False),
        ("https://[::1", False),
        ("https://ines@clinic.example", False),
    ],
)
def test_the_address_of_a_site_is_checked(
    name: str, address: str, sound: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if sound:
        assert address.rstrip("/") in str(load(monkeypatch, tmp_path, **{name: address})[name])
        return
    with pytest.raises(ImproperlyConfigured, match=name):
        load(monkeypatch, tmp_path, **{name: address})


def test_a_blank_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load(monkeypatch, tmp_path, SMTP_PORT="  ")["SMTP_PORT"] == 1025


def test_every_variable_is_in_the_operators_table() -> None:
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = {name for name in every_variable() if f"`{name}`" not in table}
    assert not missing


def test_the_example_environment_knows_every_variable_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    written = words_in(text, r"(?m)^#?([A-Z][A-Z_]+)=")
    assert written - {"POSTGRES_PASSWORD"} == every_variable()


def test_a_copied_example_holds_no_secret() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "LINK_KEY", "POSTGRES_PASSWORD"):
        assert f"\n{name}=\n" in text


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("LOG_LEVEL", "LOUD", "not one of: DEBUG, INFO"),
        ("DATA_DIR", "/proc/nowhere", "Name a folder"),
        ("SMTP_PORT", "99999", "The most is 65535"),
        ("SMTP_PORT", "65536", "The most is 65535"),
        ("SMTP_SECURITY", "some", "none, starttls, tls"),
        ("LINK_SCHEME", "ftp", "http, https"),
        ("RECIPIENT_ALLOW_LIST", "nobody at all", "me@clinic.example"),
        ("RECIPIENT_ALLOW_LIST", "me@clinic.example,@", "me@clinic.example"),
        ("CRASH_AT", "nonsense", "claim, render"),
    ],
)
def test_a_value_that_will_not_do_is_refused_with_its_cure(
    name: str, value: str, cure: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ImproperlyConfigured, match=cure) as refusal:
        load(monkeypatch, tmp_path, POEMS_ENV="test", **{name: value})
    assert name in str(refusal.value)


def test_the_points_of_the_fault_tests_are_those_that_may_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = load(monkeypatch, tmp_path, POEMS_ENV="test", SMTP_PORT="65535", CRASH_AT="aftercommit")
    assert made["CRASH_POINTS"] == tuple(crash.Point)
    assert load(monkeypatch, tmp_path, RECIPIENT_ALLOW_LIST="a@b.example,c.example")
