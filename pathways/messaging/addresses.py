"""Which email addresses we are willing to write to. The mail library accepts too much silently."""

from __future__ import annotations

import re

from pathways.messaging.envelope import UnsendableError

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_WIDE = r"[^\s@,;:<>()\[\]\\\".\x00-\x1f\x7f]+"
_PLAIN = re.compile(
    rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])"
)
_LOCAL = re.compile(rf"{_WIDE}(?:\.{_WIDE})*")
LONGEST_ADDRESS = 254
LONGEST_LOCAL = 64


def validate_address(address: str, *, smtputf8: bool = False) -> str:
    """Return the address as the envelope needs it (domain in punycode), or raise UnsendableError.

    `smtputf8`: the server offered SMTPUTF8, so letters beyond ASCII may stand before the @.
    """
    local, at, _ = address.partition("@")
    if (
        _PLAIN.fullmatch(address)
        and len(address) <= LONGEST_ADDRESS
        and len(local) <= LONGEST_LOCAL
    ):
        return address
    if not address.strip():
        raise UnsendableError("The email address is empty. Enter one, or remove the contact.")
    if any(sign in address for sign in ',;<>"()'):
        raise UnsendableError(
            "The email address holds a name, a comma or brackets. Enter the bare address only."
        )
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        raise UnsendableError("The email address holds a space or a hidden sign. Type it again.")
    if not at:
        raise UnsendableError("The email address has no @ sign. Enter it as name@host.")
    if address.count("@") > 1:
        raise UnsendableError("The email address has more than one @ sign. Enter one address.")
    return _long_way(address, smtputf8=smtputf8)


def _long_way(address: str, *, smtputf8: bool) -> str:
    """Check an address that is not plain ASCII, or find what is wrong with it."""
    local, _, domain = address.partition("@")
    if not _LOCAL.fullmatch(local):
        raise UnsendableError("The part before the @ sign has a stray dot or sign. Check it.")
    if not local.isascii() and not smtputf8:
        raise UnsendableError(
            "The part before the @ sign has a letter that the mail server cannot carry. "
            "Ask for an address in plain letters."
        )
    if domain.endswith("."):
        raise UnsendableError("The email address ends in a dot. Remove it.")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    checked = f"{local}@{host}"
    if not _PLAIN.fullmatch(f"a@{host}"):
        raise UnsendableError("The part after the @ sign is not a host name. Check it.")
    if len(checked.encode()) > LONGEST_ADDRESS or len(local.encode()) > LONGEST_LOCAL:
        raise UnsendableError(
            f"The email address is longer than {LONGEST_ADDRESS} characters "
            f"(or {LONGEST_LOCAL} before the @ sign). Check it."
        )
    return checked
