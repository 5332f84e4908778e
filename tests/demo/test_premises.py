"""Ports of the demo: held from the moment they are chosen."""

from __future__ import annotations

import socket

import pytest

from pathways.demo import premises


def test_a_wanted_port_is_held_at_once() -> None:
    with premises.any_door() as door, pytest.raises(premises.Unusable, match="--port"):
        premises.web_door(premises.port_of(door))


def test_two_doors_are_never_the_same_port() -> None:
    with premises.web_door(None) as one, premises.web_door(None) as other:
        assert premises.port_of(one) != premises.port_of(other)


def test_a_held_door_answers_to_this_machine_only() -> None:
    with premises.any_door() as door, socket.create_connection(door.getsockname(), 5) as caller:
        assert caller.getpeername()[0] == premises.HOST
