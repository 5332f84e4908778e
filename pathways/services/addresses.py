"""Whether an email address can be written to at all, said in the words of a service."""

from __future__ import annotations

from pathways.messaging.addresses import validate_address
from pathways.messaging.envelope import UnsendableError
from pathways.services.errors import Refused


def check(address: str) -> str:
    """Return the address as it stands, or raise Refused with what is wrong and the cure."""
    try:
        validate_address(address)
    except UnsendableError as error:
        raise Refused(str(error), field="email") from error
    return address
