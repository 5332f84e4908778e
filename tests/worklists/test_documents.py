"""Reading what the documents say: one list at a time, all of them, or what holds the words."""

from __future__ import annotations

from pathways.catalogue import Standing, load_documents
from pathways.worklists.documents import read_documents

EVERY = sum(len(each.entries) for each in load_documents())


def test_without_a_choice_the_first_list_stands_open() -> None:
    found = read_documents()
    assert [each.key for each, _ in found.groups] == [load_documents()[0].key]


def test_all_lists_can_be_read_at_once() -> None:
    assert read_documents(chosen="all").total == EVERY


def test_words_are_looked_for_in_every_list() -> None:
    found = read_documents("vegf")
    assert 0 < found.total < EVERY
    assert found.total == sum(number for _, _, number, _ in found.lists)


def test_contested_statements_say_why() -> None:
    found = read_documents(standing=Standing.CONTESTED)
    entries = [
        entry for _, groups in found.groups for group in groups for entry, _ in group.entries
    ]
    assert entries
    assert all(entry.why for entry in entries)


def test_nothing_holds_a_word_that_stands_nowhere() -> None:
    assert read_documents("zzzz").groups == ()
