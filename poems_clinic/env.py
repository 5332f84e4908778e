"""Typed reading of environment variables that fails loudly.

Every reader names the variable and the cure when a value is missing or malformed, so that a wrong
deployment stops at start-up rather than at the first patient.
"""

from __future__ import annotations

import os
import re
from datetime import date
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")  # as a browser names it


class Environment(StrEnum):
    """Where this copy of the clinic runs; production refuses every convenience of the others."""

    DEMO = "demo"
    TEST = "test"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


def text(name: str, default: str | None = None) -> str:
    """Return the variable's text; without a default an absent or blank value is refused."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it; .env.example shows how.")
    return default


def choice(name: str, allowed: type[Environment], default: Environment) -> Environment:
    """Return one of a fixed set of words."""
    value = text(name, default.value)
    try:
        return allowed(value)
    except ValueError as error:
        words = ", ".join(item.value for item in allowed)
        raise ImproperlyConfigured(f"{name}={value!r} is not one of: {words}.") from error


def flag(name: str, default: bool) -> bool:
    """Return a yes or no; only 1/0, true/false, yes/no and on/off are understood."""
    value = text(name, "true" if default else "false").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is not a yes or no. Write true or false.")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number, at least `least` and at most `most`."""
    value = text(name, str(default))
    try:
        parsed = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from error
    if parsed < least:
        raise ImproperlyConfigured(f"{name}={parsed} is too small. The least is {least}.")
    if most is not None and parsed > most:
        raise ImproperlyConfigured(f"{name}={parsed} is too large. The most is {most}.")
    return parsed


def word(name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return one of the words, written exactly so, or the default."""
    value = text(name, default)
    if value == default or value in allowed:
        return value
    raise ImproperlyConfigured(
        f"{name}={value!r} is not one of: {', '.join(allowed)}. Set one of them, or unset it."
    )


def folder(name: str, default: Path) -> Path:
    """Return a folder, made if it is missing, that nobody else on the machine can read."""
    path = Path(text(name, str(default))).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}={str(path)!r} cannot be made: {error.strerror}. "
            "Name a folder that this user may write to."
        ) from error
    return path


def recipients(name: str, default: tuple[str, ...]) -> list[str]:
    """Return addresses and domains to which mail may go, separated by commas, or * for all."""
    found = words(name, default)
    for one in found:
        if re.fullmatch(r"\*|([^\s@]+@)?([\w-]+\.)+[\w-]+|([^\s@]+@)?localhost", one) is None:
            raise ImproperlyConfigured(
                f"{name} names {one!r}, which is no address, domain or *. "
                "Write it like me@clinic.example,clinic.example."
            )
    return found


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a comma-separated list without blanks."""
    value = text(name, ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def day(name: str) -> date | None:
    """Return a calendar day written as YYYY-MM-DD, or None when the variable is absent."""
    value = text(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r} is not a day like 2026-11-21.") from error


def secret(name: str, environment: Environment) -> str:
    """Return a secret; outside production a fixed, openly worthless one stands in."""
    if environment is not Environment.PRODUCTION:
        return text(name, f"not-a-secret-{name.lower()}-for-{environment}-only")
    return _strong(name, text(name))


def secrets(name: str, environment: Environment) -> list[str]:
    """Return a comma-separated list of secrets, none by default, each as good as a single one."""
    found = words(name)
    return [_strong(name, one) for one in found] if environment is Environment.PRODUCTION else found


def _strong(name: str, value: str, *, least_length: int = 32, least_distinct: int = 10) -> str:
    if len(value) < least_length:
        raise ImproperlyConfigured(
            f"{name} is shorter than {least_length} characters. Make a longer random one."
        )
    if len(set(value)) < least_distinct:
        raise ImproperlyConfigured(
            f"{name} has fewer than {least_distinct} different characters. Make a random one."
        )
    return value


def is_near(host: str) -> bool:
    """Say whether a host is this machine, or a neighbouring container called by a single word."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return re.fullmatch(r"[a-z][a-z0-9_-]*", host, re.IGNORECASE) is not None


def database(name: str, data_folder: Path) -> dict[str, object]:
    """Return Django's description of the database: an address, or SQLite in the data folder."""
    address = text(name, "")
    if not address:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": data_folder / "clinic.sqlite3"}
    if not address.startswith(("postgres://", "postgresql://", "sqlite://")):
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite://.")
    try:
        parsed: dict[str, object] = environ.Env.db_url_config(address)
    except ValueError:
        raise _cannot_be_read(name) from None  # the error itself would quote the password
    database_name = str(parsed["NAME"] or "")
    # A password cut short at its slash leaves the rest of the address in the database's name.
    if parsed["HOST"] and (not database_name or "@" in database_name or "/" in database_name):
        raise _cannot_be_read(name)
    return parsed


def broker(name: str, default: str) -> str:
    """Return the broker's address: redis://, rediss:// or the default."""
    address = text(name, default)
    if address == default:
        return address
    if not address.startswith(("redis://", "rediss://")):
        raise ImproperlyConfigured(f"{name} must begin with redis:// or rediss://.")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise _cannot_be_read(name) from None
    rest = parts.path + parts.query + parts.fragment
    if not parts.hostname or "@" in rest or re.fullmatch(r"/?|/[0-9]+", parts.path) is None:
        raise _cannot_be_read(name)
    return address


def _cannot_be_read(name: str) -> ImproperlyConfigured:
    """Say what is wrong with an address without repeating it, since it can hold a password."""
    return ImproperlyConfigured(
        f"{name} cannot be read as scheme://user:password@host:port/name, with a number for the "
        "port. In user and password write every sign but letters, digits, - _ . ~ as % and two "
        "hexadecimal digits: / as %2F, # as %23, ? as %3F, @ as %40, : as %3A, % as %25."
    )


def site(name: str, default: str) -> str:
    """Return the beginning of a site's addresses, such as https://clinic.example, or a blank."""
    address = text(name, default).rstrip("/")
    return _site(name, address) if address else ""


def sites(name: str) -> list[str]:
    """Return a comma-separated list of such beginnings, none by default."""
    return [_site(name, address.rstrip("/")) for address in words(name)]


def _site(name: str, address: str) -> str:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not address.isascii() or re.search(r"[\s@?#\\]", address):
        raise ImproperlyConfigured(
            f"{name}={address!r} is not the address of a site. Write it like https://clinic.example."
        )
    return address
