"""Read a table that a hospital system wrote: whatever its sign between cells, line ends or byte
order mark, with every complaint tied to a line and a column.

A file that cannot be used at all raises `UnusableFile` before anything is loaded. A line that
cannot be used is a `Line` with problems; the caller loads the rest.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pathways.worklists.spreadsheets import spoken

DELIMITERS = (",", ";", "\t")
DEFAULT_ENCODING = "utf-8-sig"
LONGEST_LINE = 20_000
LONGEST_CELL = 500
REASON = "reason"  # the extra column of a rejects file, so that it can be loaded again as it is
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 16


class UnusableFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell of one line."""

    field: str
    reason: str


@dataclass(slots=True)
class Line:
    """One line of the file: its number, its cells by column name, and what is wrong with it."""

    number: int
    cells: dict[str, str]
    raw: list[str]
    problems: list[Problem] = field(default_factory=list)

    def complain(self, column: str, reason: str) -> None:
        """Add a complaint about a column of this line."""
        self.problems.append(Problem(column, reason))

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it so far."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Sheet:
    """A readable file: where it is, how it is written, and which columns stand in which order.

    `absent` are columns that may be left out and were: their cells read as blank.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    absent: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Yield every line that holds anything, in order, without keeping the file in memory."""
        with self.path.open(encoding=self.encoding, newline=None) as file:
            for number, text in enumerate(file, start=1):
                if number <= self.header_line:
                    continue
                line = self._line(number, text.rstrip("\n"))
                if line is not None:
                    yield line

    def _line(self, number: int, text: str) -> Line | None:
        if not text.strip(f" {self.delimiter}"):
            return None
        try:
            raw = [spoken(cell) for cell in _split(text, self.delimiter)]
        except (csv.Error, ValueError) as error:
            return Line(number, {}, [text], [Problem("line", str(error))])
        width = len(self.header)
        while len(raw) > width and not raw[-1].strip():
            raw.pop()  # spreadsheets like to add empty cells at the end
        cells = dict.fromkeys(self.absent, "")
        cells |= zip(self.header, (cell.strip() for cell in raw), strict=False)
        line = Line(number, cells, raw)
        if len(raw) != width:
            line.complain(
                "line",
                f"{len(raw)} cells where the header has {width}. Put a cell that contains "
                f"{_named(self.delimiter)} between quotation marks, and leave no cell out",
            )
        for name, cell in cells.items():
            if len(cell) > LONGEST_CELL:
                line.complain(
                    name, f"{len(cell):,} characters long; at most {LONGEST_CELL} can be stored"
                )
            elif not cell.isprintable():
                line.complain(name, "holds a hidden control sign. Type the cell again")
        return line


def open_sheet(
    path: Path,
    *,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    encoding: str = DEFAULT_ENCODING,
) -> Sheet:
    """Check that the file can be read as a table of exactly these columns, in any order.

    Columns in `optional` may stand among them or be left out. A further column `reason` is passed
    over, so that a rejects file can be loaded once mended. Raises `UnusableFile` if the file is
    missing, empty, in another encoding, or its header has an unknown, missing or repeated column.
    """
    used = _check_bytes(path, encoding)
    with path.open(encoding=used, newline=None) as file:
        number, text = 0, ""
        said = None  # a first line `sep=;`, which some spreadsheets write
        for number, text in enumerate(file, start=1):
            told = re.fullmatch(r'"?sep=(.)"?\s*', text.rstrip("\n"), re.IGNORECASE)
            if told and number == 1:
                said = told[1]
            elif text.strip():
                break
        else:
            raise UnusableFile(
                f"{path}: the file is empty. It should begin with a line of column names: "
                + ", ".join(columns)
            )
    delimiter, names = _read_header(path, text.rstrip("\n"), columns, said)
    _check_header(path, number, names, columns, optional)
    absent = tuple(name for name in optional if name not in names)
    return Sheet(path, used, delimiter, tuple(names), number, absent)


def _check_bytes(path: Path, encoding: str) -> str:
    """Return the encoding to use, once every byte of the file is known to be readable in it."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise UnusableFile(
            f"Encoding {encoding!r} is not known. Use utf-8, latin-1 or cp1252."
        ) from error
    try:
        with path.open("rb") as file:
            if file.read(2) in _UTF_16:
                name = "utf-16"  # what spreadsheets call Unicode text
            file.seek(0)
            if name == "utf-8":
                name = DEFAULT_ENCODING
            decoder = codecs.getincrementaldecoder(name)()
            lines = 1
            while chunk := file.read(_CHUNK):
                try:
                    text = decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    raise _undecodable(path, error, lines, encoding) from error
                lines += text.count("\n")
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError as error:
                raise _undecodable(path, error, lines, encoding) from error
    except FileNotFoundError as error:
        raise UnusableFile(f"{path}: there is no such file. Check the name and folder.") from error
    except IsADirectoryError as error:
        raise UnusableFile(f"{path} is a folder. Give the name of a CSV file.") from error
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read ({error.strerror}).") from error
    return name


def _undecodable(path: Path, error: UnicodeDecodeError, lines: int, encoding: str) -> UnusableFile:
    line = lines + error.object[: error.start].count(b"\n")
    sign = error.object[error.start]
    cure = (
        "Say which encoding the file was saved in, latin-1 (western European) or cp1252 "
        "(Windows), or save it as UTF-8."
    )
    shown = "utf-8" if encoding == DEFAULT_ENCODING else encoding
    return UnusableFile(f"{path}:{line}: byte 0x{sign:02x} is not {shown} text. {cure}")


def _split(text: str, delimiter: str) -> list[str]:
    """Split one physical line; a quotation mark that is not closed spoils this line only."""
    if len(text) > LONGEST_LINE:
        raise ValueError(
            f"the line is {len(text):,} characters long, at most {LONGEST_LINE:,} are read. "
            "Look for a quotation mark that is not closed"
        )
    if "\x00" in text:
        raise ValueError("the line holds a NUL byte. Save the file again as plain text")
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise ValueError(
                "a quotation mark is not closed on this line. Close it; "
                "a cell cannot contain a line break"
            ) from error
        raise ValueError(
            "a quotation mark stands in the middle of a cell. Double it and put the cell "
            "between quotation marks"
        ) from error


def _read_header(
    path: Path, text: str, columns: Sequence[str], said: str | None
) -> tuple[str, list[str]]:
    """Return the sign between cells under which most of the expected columns appear."""
    best: tuple[int, str, list[str]] | None = None
    for delimiter in (said,) if said else DELIMITERS:
        try:
            names = [_column(cell) for cell in _split(text, delimiter)]
        except ValueError:
            continue
        known = len(set(names) & set(columns))
        if best is None or known > best[0]:
            best = (known, delimiter, names)
    if best is None or not best[0]:
        raise UnusableFile(
            f"{path}: the first line holds none of the expected column names. It should be: "
            + ",".join(columns)
        )
    _, delimiter, names = best
    while names and not names[-1]:
        names.pop()
    return delimiter, names


def _column(cell: str) -> str:
    """Return a column name as we write it: ` Given name ` and `GIVEN_NAME` are `given_name`."""
    return re.sub(r"[\s-]+", "_", cell.strip().strip("\ufeff").casefold())


def _check_header(
    path: Path, number: int, names: list[str], columns: Sequence[str], optional: Sequence[str]
) -> None:
    complaints = []
    left_out = [name for name in optional if name not in names]
    missing = [name for name in columns if name not in names]
    for name in dict.fromkeys(names):
        if name not in columns and name not in optional and name != REASON:
            near = difflib.get_close_matches(name, missing + left_out, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            complaints.append(f"unknown column {name!r}{hint}")
        if names.count(name) > 1:
            complaints.append(f"column {name!r} stands there {names.count(name)} times")
    complaints.extend(f"missing column {name!r}" for name in missing)
    if complaints:
        more = f", and if you have them {', '.join(optional)}" if optional else ""
        raise UnusableFile(
            f"{path}:{number}: {'; '.join(complaints)}. "
            f"The columns are: {', '.join(columns)}{more}."
        )


def _named(delimiter: str) -> str:
    return {",": "a comma", ";": "a semicolon", "\t": "a tab"}.get(delimiter, repr(delimiter))
