"""A thousand people, real processes, and everything that goes wrong: everyone is told, once."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest
import redis
from django.db import connection

from pathways.models import Message, MessageEvent, WorkItem
from pathways.rules.lifecycles import MESSAGE, MessageState
from pathways.services import reminders
from pathways.services.actors import Actor
from tests.faults.processes import Stage, succeeded, wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
]

Import = Callable[[int], None]


def waiting() -> int:
    """How many messages have not come to an end."""
    return Message.objects.in_group("waiting").count()


def all_sent() -> bool:
    """Whether every message is sent."""
    return not Message.objects.exclude(state=MessageState.SENT).exists()


def check_history() -> None:
    """Every change that was written down is one that the table lists."""
    for was, to in MessageEvent.objects.values_list("from_state", "to_state").distinct():
        assert MessageState(to) in MESSAGE[MessageState(was)], (was, to)


def expected_ids() -> set[str]:
    """The Message-ID of every message, as the mail server sees it."""
    return {f"<{one}>" for one in Message.objects.values_list("message_id", flat=True)}


def test_a_thousand_imported_people_get_one_message_each_whatever_happens(
    stage: Stage, import_people: Import
) -> None:
    """Two beats, two deaths by -9, a Redis that forgets all, and a second sweep."""
    import_people(1000)
    assert Message.objects.count() == 1000
    stage.beat()
    stage.beat()
    doomed = stage.worker(processes=0, CRASH_AT="handover")
    assert doomed.wait(timeout=60) == -signal.SIGKILL
    fell = stage.folder / "crashed"
    stage.worker(processes=2, CRASH_AT="afterdata", CRASH_ONCE=str(fell))
    wait_until(fell.exists, "a child has died after the server's yes")
    wait_until(lambda: sum(stage.taken().values()) >= 100, "the first hundred are sent")
    redis.Redis.from_url(stage.environment["CELERY_BROKER_URL"]).flushall()
    wait_until(all_sent, "everybody's message is sent", seconds=90)
    reminders.plan_all(by=Actor.system("sweep:plan"))
    assert succeeded(stage.manage("drain_outbox"))
    assert Message.objects.count() == 1000
    copies = stage.taken()
    assert set(copies) == expected_ids()
    assert sum(copies.values()) == 1001  # the one death between the server's yes and our mark
    assert max(copies.values()) == 2
    assert Message.objects.values("patient").distinct().count() == 1000
    check_history()


def test_cron_alone_sends_everything_when_redis_is_gone(
    stage: Stage, import_people: Import
) -> None:
    import_people(120)
    drain = stage.manage("drain_outbox", CELERY_BROKER_URL="redis://127.0.0.1:1/0")
    assert succeeded(drain)
    assert all_sent()
    assert set(stage.taken().values()) == {1}
    assert len(stage.taken()) == 120


@pytest.mark.parametrize("point", ["claim", "render", "handover", "afterdata", "aftercommit"])
def test_a_worker_killed_at_this_point_leaves_everyone_told(
    stage: Stage, import_people: Import, point: str
) -> None:
    import_people(60)
    stage.beat()
    doomed = stage.worker(processes=0, CRASH_AT=point)
    assert doomed.wait(timeout=60) == -signal.SIGKILL
    stage.worker(processes=0)
    wait_until(all_sent, "everybody's message is sent")
    copies = stage.taken()
    assert set(copies) == expected_ids()
    extra = sum(copies.values()) - 60
    # Only a death between the server's yes and our mark can cost a second copy.
    assert extra == (1 if point == "afterdata" else 0)
    assert max(copies.values()) <= 2
    check_history()


def test_a_worker_killed_with_four_lanes_leaves_at_most_one_message_a_lane_in_doubt(
    stage: Stage, import_people: Import
) -> None:
    import_people(200)
    lanes = {"SENDING_LANES": "4", "BATCH_SIZE": "20"}
    stage.beat()
    doomed = stage.worker(processes=0, CRASH_AT="afterdata", **lanes)
    assert doomed.wait(timeout=60) == -signal.SIGKILL
    stage.worker(processes=0, **lanes)
    wait_until(all_sent, "everybody's message is sent")
    copies = stage.taken()
    assert set(copies) == expected_ids()
    assert 1 <= sum(copies.values()) - 200 <= 4
    assert max(copies.values()) == 2
    check_history()


@pytest.mark.parametrize("point", ["handover", "afterdata", "render"])
def test_a_killed_child_is_replaced_and_its_message_is_sent(
    stage: Stage, import_people: Import, point: str
) -> None:
    import_people(60)
    stage.beat()
    stage.worker(processes=2, CRASH_AT=point, CRASH_ONCE=str(stage.folder / "crashed"))
    wait_until(lambda: (stage.folder / "crashed").exists(), "a child has died")
    wait_until(all_sent, "everybody's message is sent")
    copies = stage.taken()
    assert set(copies) == expected_ids()
    assert sum(copies.values()) - 60 == (1 if point == "afterdata" else 0)


def test_two_deaths_over_the_same_message_put_it_before_a_person(
    stage: Stage, import_people: Import
) -> None:
    import_people(1)
    for _ in range(2):
        wait_until(lambda: _drained_dead(stage), "a worker has died over it", seconds=30)
    # The third one finds it in doubt for the second time.
    wait_until(lambda: _asked_a_person(stage), "somebody is asked", seconds=30)
    message = Message.objects.get()
    assert message.state == MessageState.UNKNOWN
    assert WorkItem.objects.open().get().message == message
    assert WorkItem.objects.open().get().kind == "send unsure"
    assert list(stage.taken().values()) == [2]
    check_history()


def _drained_dead(stage: Stage) -> bool:
    """Run a drain that dies after the mail server's yes; False if it had nothing to do yet."""
    return stage.manage("drain_outbox", CRASH_AT="afterdata").wait(timeout=30) == -signal.SIGKILL


def _asked_a_person(stage: Stage) -> bool:
    assert succeeded(stage.manage("drain_outbox"))
    return WorkItem.objects.open().exists()


def test_a_worker_paused_past_its_lease_writes_nothing_when_it_wakes(
    stage: Stage, import_people: Import
) -> None:
    import_people(300)
    sleeper = stage.manage("drain_outbox")
    wait_until(lambda: sum(stage.taken().values()) >= 20, "it is in the middle", seconds=30)
    sleeper.send_signal(signal.SIGSTOP)
    wait_until(lambda: _cleared(stage), "another one has sent the rest")
    sleeper.send_signal(signal.SIGCONT)
    sleeper.wait(timeout=60)
    wait_until(all_sent, "everybody's message is sent", seconds=10)
    copies = stage.taken()
    assert set(copies) == expected_ids()
    assert sum(copies.values()) <= 301
    check_history()


def _cleared(stage: Stage) -> bool:
    assert succeeded(stage.manage("drain_outbox"))
    return waiting() == 0


def test_a_lost_database_connection_loses_no_message(stage: Stage, import_people: Import) -> None:
    import_people(300)
    drain = stage.manage("drain_outbox")
    wait_until(lambda: sum(stage.taken().values()) >= 20, "it is in the middle", seconds=30)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    drain.wait(timeout=60)
    wait_until(lambda: _cleared(stage), "the next one has sent the rest")
    copies = stage.taken()
    assert set(copies) == expected_ids()
    assert sum(copies.values()) <= 301
    assert all_sent()


def test_no_name_and_no_address_stands_in_any_process_words(
    stage: Stage, import_people: Import
) -> None:
    import_people(30)
    stage.script.write_text('[{"verb": "RCPT", "reply": "550 5.1.1 no <p1@mail1.example>"}]')
    stage.beat()
    stage.worker(processes=0, LOG_LEVEL="DEBUG")
    wait_until(lambda: WorkItem.objects.open().exists(), "sending has broken off", seconds=30)
    stage.end_all()
    words = stage.words()
    assert "Sending broke off" in words
    assert "Family1" not in words
    assert "@mail1" not in words
