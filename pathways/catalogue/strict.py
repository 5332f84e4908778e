"""Read one TOML table strictly, and collect everything that is wrong with a file.

A catalogue is reviewed clinical data, so nothing in it may be silently ignored: a misspelt key
would otherwise switch a rule off. Every complaint names the file, the entry and the cure, and a
reader hears all complaints of a folder at once instead of one per attempt.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where it stands, what it is, and how to put it right."""

    file: str
    entry: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}: {self.entry}: {self.what}. {self.cure}."


class CatalogueError(ValueError):
    """A catalogue that cannot be used; ``problems`` lists every complaint."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Problems:
    """The complaints gathered while one catalogue is read."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, entry: str, what: str, cure: str) -> None:
        self.found.append(Problem(file, entry, what.rstrip("."), cure.rstrip(".")))

    def raise_if_any(self) -> None:
        """Raise ``CatalogueError`` with every complaint; return quietly when there is none."""
        if self.found:
            raise CatalogueError(self.found)


def read_toml(path: Path, problems: Problems) -> Table:
    """Return the file as a table; an unreadable file is a complaint and an empty table."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.add(path.name, "whole file", f"cannot be read ({error})", "Mend the file")
        data = {}
    return Table(data, path.name, "top of the file", problems)


class Table:
    """One TOML table whose every key must be asked for before ``finish`` is called."""

    def __init__(self, data: Mapping[str, Any], file: str, entry: str, problems: Problems) -> None:
        self._data = data
        self._asked: set[str] = set()
        self.file = file
        self.entry = entry
        self.problems = problems

    def has(self, key: str) -> bool:
        return key in self._data

    def names(self) -> tuple[str, ...]:
        """Return the keys that are written here, in their order."""
        return tuple(self._data)

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a table of plain values, whose keys the caller checks; an absent one is empty."""
        return dict(self._take(key, dict, {}))

    def complain(self, what: str, cure: str) -> None:
        self.problems.add(self.file, self.entry, what, cure)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, folded to one line; a missing one without default is a complaint."""
        value = self._take(key, str, default)
        if value is None:
            return ""
        folded = " ".join(str(value).split())
        if not folded and self.has(key):
            self.complain(f"{key} is empty", f"Write the {key}, or remove the line")
        return folded

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number of zero or more."""
        value = self._take(key, int, default)
        if value is None:
            return 0
        if value < 0:
            self.complain(f"{key} is {value}", f"Give {key} as a number of zero or more")
        return int(value)

    def flag(self, key: str, default: bool | None) -> bool:
        """Return true or false; without a default, saying neither is a complaint."""
        return bool(self._take(key, bool, default))

    def day(self, key: str) -> date:
        return self._take(key, date, None) or date.min

    def decimal(self, key: str) -> Decimal | None:
        """Return an exact number written as text ("0.1"), or None where there is none."""
        written = self.text(key, "")
        if not written:
            return None
        try:
            return Decimal(written)
        except ArithmeticError:
            self.complain(f"{key} is {written!r}", f'Write {key} as a number, such as "0.5"')
            return None

    def words(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """Return a list of texts; ``default=None`` means neither absent nor empty."""
        value = self._take(key, list, None if default is None else list(default))
        if value is None:
            return ()
        if not all(isinstance(word, str) and word.strip() for word in value):
            self.complain(f"{key} holds something that is not text", f"List {key} as texts")
            return ()
        if default is None and not value:
            self.complain(f"{key} is empty", f"List at least one of {key}")
        return tuple(" ".join(word.split()) for word in value)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers; an absent one is empty."""
        value = self._take(key, list, [])
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in value):
            self.complain(f"{key} holds something that is no whole number", "List whole numbers")
            return ()
        return tuple(value)

    def choice(self, key: str, kinds: type[Choice], default: Choice | None = None) -> Choice:
        """Return a member of the enumeration; anything else is a complaint that lists them."""
        written = self.text(key, default)
        try:
            return kinds(written)
        except ValueError:
            if self.has(key):
                allowed = ", ".join(kinds)
                self.complain(f"unknown {key} {written!r}", f"Use one of: {allowed}")
            return next(iter(kinds))

    def tables(self, key: str, name_key: str = "key", *, required: bool = True) -> list[Table]:
        """Return the tables listed under ``key``, each named by its ``name_key``."""
        value = self._take(key, list, None if required else [])
        if value is None or not all(isinstance(row, dict) for row in value):
            if value is not None:
                self.complain(f"{key} is not a list of tables", f"Write it as [[{key}]]")
            return []
        if required and not value:
            self.complain(f"{key} is empty", f"Add at least one {key}")
        return [
            Table(row, self.file, self._name(key, row, name_key, place), self.problems)
            for place, row in enumerate(value, start=1)
        ]

    def table(self, key: str) -> Table:
        """Return the one table under ``key``; a missing one is a complaint and an empty table."""
        value = self._take(key, dict, None)
        return Table(value or {}, self.file, f"{self.entry} / {key}", self.problems)

    def finish(self) -> None:
        """Complain about every key that nobody asked for."""
        for key in self._data.keys() - self._asked:
            near = difflib.get_close_matches(key, self._asked, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Remove it"
            self.complain(f"unknown key {key!r}", hint)

    def _name(self, key: str, row: Mapping[str, Any], name_key: str, place: int) -> str:
        own = row.get(name_key)
        label = own if isinstance(own, str) and own else f"{key} number {place}"
        return label if self.entry == "top of the file" else f"{self.entry} / {label}"

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self._asked.add(key)
        if key not in self._data:
            if default is None:
                self.complain(f"{key} is missing", f"Add {key}")
            return default
        value = self._data[key]
        # A TOML true is a Python int too, and would pass for 1.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            names = {
                str: "a text",
                int: "a whole number",
                bool: "true or false",
                list: "a list",
                dict: "a table",
            }
            self.complain(f"{key} is {value!r}", f"Write {key} as {names.get(kind, 'a date')}")
            return default
        return value


def refuse_twice(tables_and_keys: Iterable[tuple[Table, str]], what: str) -> None:
    """Complain about each key that an earlier entry already uses."""
    seen: dict[str, Table] = {}
    for table, key in tables_and_keys:
        if key in seen and key:
            table.complain(
                f"{what} {key!r} stands twice (first in {seen[key].file})",
                "Keep one of the two, or give this one another name",
            )
        seen.setdefault(key, table)
