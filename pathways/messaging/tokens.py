"""The signed ends of links. A token holds a purpose and a number, never a name or an address.

Nothing is stored and nothing runs out here; whether a link is too old is the page's decision.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

from pathways.messaging.envelope import Links

_SALT = "letter-link"
_SIGNATURE = 16  # octets of HMAC-SHA256; 128 bits
_NUMBER = 8  # octets
LONGEST_ID = 2**63 - 1


class LinkPurpose(StrEnum):
    """What the page behind a link does; also the first part of its address."""

    CALL = "c"
    STOP = "s"
    WHEN = "w"


class BadToken(ValueError):
    """Damaged, cut short, or not ours. It says no more, so it tells a stranger nothing."""


def make(purpose: LinkPurpose, message_id: int) -> str:
    """Return the token for one purpose of one message: 33 letters, fit for an address."""
    if not 0 < message_id <= LONGEST_ID:
        raise ValueError("A link needs the number of a saved message.")
    payload = purpose.value.encode("ascii") + message_id.to_bytes(_NUMBER, "big")
    return urlsafe_b64encode(payload + _sign(payload, _key(_secret()))).rstrip(b"=").decode("ascii")


def read(token: str) -> tuple[LinkPurpose, int]:
    """Return purpose and message number, or raise BadToken. Older keys are tried too."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise BadToken from None
    payload, signature = raw[: 1 + _NUMBER], raw[1 + _NUMBER :]
    # Compared as made, too: other spellings of the same octets are not our link.
    if len(signature) != _SIGNATURE or urlsafe_b64encode(raw).rstrip(b"=") != token.encode("ascii"):
        raise BadToken
    secrets = (_secret(), *settings.LINK_KEY_FALLBACKS)
    if not any(hmac.compare_digest(signature, _sign(payload, _key(one))) for one in secrets):
        raise BadToken
    try:
        purpose = LinkPurpose(payload[:1].decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        raise BadToken from None
    return purpose, int.from_bytes(payload[1:], "big")


def links_for(message_id: int, *, link_base: str) -> Links:
    """Return all links of one message. Set a field to None where its page is switched off."""
    stop = make(LinkPurpose.STOP, message_id)
    return Links(
        call_me=f"{link_base}/c/{make(LinkPurpose.CALL, message_id)}",
        stop=f"{link_base}/s/{stop}",
        one_click_stop=f"{link_base}/u/{stop}",
        when_to_call=f"{link_base}/w/{make(LinkPurpose.WHEN, message_id)}",
    )


def _secret() -> str:
    return str(getattr(settings, "LINK_KEY", "") or settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    """Derive the signing key once: Django's signer derives it anew each time, 6 x slower."""
    return salted_hmac(_SALT, "links", secret=secret, algorithm="sha256").digest()


def _sign(payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, payload, "sha256")[:_SIGNATURE]
