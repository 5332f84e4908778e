"""How messages are spoken of on the staff's pages: kinds, states, and the glyph of each group."""

from __future__ import annotations

from pathways.rules.lifecycles import MESSAGE_GROUPS, MessageState

_KINDS = {
    "staff_alert": "alert to staff",
    "staff_digest": "morning digest to staff",
    "when_to_call": "when to call us",
    "cancelled_no_need": "cancelled, not needed",
}
_STATES = {
    MessageState.QUEUED: "waiting",
    MessageState.CLAIMED: "being sent",
    MessageState.HANDED_OVER: "being sent",
    MessageState.SENT: "sent",
    MessageState.DELIVERED: "delivered",
    MessageState.BOUNCED: "came back",
    MessageState.COMPLAINED: "marked as spam",
    MessageState.UNKNOWN: "unsure whether it arrived",
    MessageState.FAILED: "failed",
    MessageState.QUARANTINED: "set aside",
    MessageState.EXPIRED: "too late to be of use",
    MessageState.WITHHELD: "held",
    MessageState.CANCELLED: "stopped",
}
# Group of the post page → key of the status tag that draws it.
_GLYPHS = {"waiting": "waiting", "sent": "sent", "to look at": "failed", "held": "held"}


def kind_words(kind: str) -> str:
    """Return the name of an email in words."""
    return _KINDS.get(kind, kind.replace("_", " "))


def state_words(state: str) -> str:
    """Return the state of a message in words."""
    return _STATES[MessageState(state)]


def group_of(state: str) -> str:
    """Return the group of the post page that a state belongs to."""
    return next(name for name, states in MESSAGE_GROUPS.items() if state in states)


def state_tag(state: str) -> str:
    """Return the key of the status tag that draws a state."""
    if state == MessageState.UNKNOWN:
        return "unsure"
    return _GLYPHS.get(group_of(state), "closed")
