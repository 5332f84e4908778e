"""Whether an email address can be written to, and a clinic's links opened."""

from __future__ import annotations

from django.conf import settings
from django.http.request import split_domain_port, validate_host

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


def is_served(host: str) -> bool:
    """Say whether this installation answers on a host, so that a link to it opens."""
    return validate_host(split_domain_port(host.lower())[0], settings.ALLOWED_HOSTS)


def check_served(host: str) -> None:
    """Refuse a host whose every link this installation would answer with an error."""
    if not is_served(host):
        raise Refused(
            f"This installation does not answer on {host}, so no link in this clinic's mail would "
            f"open. Add it for web, worker and beat, and start them again: "
            f"ALLOWED_HOSTS={','.join([*settings.ALLOWED_HOSTS, host])}",
            field="link_host",
        )
