"""Whatever a hospital system writes is read, or refused in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathways.exchange.csv_in import Line, UnusableFile, open_sheet

COLUMNS = ("mrn", "name")


def lines_of(path: Path, encoding: str = "utf-8-sig") -> list[Line]:
    return list(open_sheet(path, columns=COLUMNS, encoding=encoding).lines())


def cells(path: Path, data: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    path.write_bytes(data)
    return [line.cells for line in lines_of(path, encoding)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"mrn,name\nA1,Ann\n", "plain"),
        (b"\xef\xbb\xbfmrn,name\nA1,Ann\n", "byte order mark"),
        (b"mrn;name\r\nA1;Ann\r\n", "semicolons and CRLF"),
        (b"mrn\tname\nA1\tAnn\n", "tabs"),
        (b"mrn,name\rA1,Ann\r", "old line ends"),
        (b"sep=;\nmrn;name\nA1;Ann\n", "a spreadsheet's first line"),
        (b" MRN , Name \nA1,Ann\n", "spaces and capitals in the header"),
        (b"name,mrn\nAnn,A1\n", "another order"),
        (b"mrn,name\n\nA1,Ann\n,\n", "blank lines"),
        (b"mrn,name,,\nA1,Ann,,\n", "empty cells at the end"),
        (b'mrn,name\n"A1"," Ann "\n', "quotation marks and spaces"),
        ("mrn\tname\nA1\tAnn\n".encode("utf-16"), "Unicode text of a spreadsheet"),
    ],
)
def test_a_file_is_read_however_it_is_written(tmp_path: Path, data: bytes, why: str) -> None:
    assert cells(tmp_path / "f.csv", data) == [{"mrn": "A1", "name": "Ann"}], why


def test_a_quoted_comma_stays_in_its_cell(tmp_path: Path) -> None:
    found = cells(tmp_path / "f.csv", b'mrn,name\nA1,"Ann, Lee"\n')
    assert found == [{"mrn": "A1", "name": "Ann, Lee"}]


def test_a_latin_1_file_is_read_when_it_is_named(tmp_path: Path) -> None:
    found = cells(tmp_path / "f.csv", "mrn,name\nA1,Zoë\n".encode("latin-1"), "latin-1")
    assert found == [{"mrn": "A1", "name": "Zoë"}]


def test_an_undecodable_byte_names_its_line_and_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("mrn,name\nA1,Ann\nA2,Zoë\n".encode("latin-1"))
    with pytest.raises(UnusableFile, match=r"f\.csv:3: byte 0xeb is not utf-8.*latin-1"):
        lines_of(path)


def test_an_undecodable_byte_far_down_the_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"mrn,name\n" + b"A1,Ann\n" * 30_000 + b"A2,Zo\xeb\n")
    with pytest.raises(UnusableFile, match=r"f\.csv:30002: "):
        lines_of(path)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"mrn\nA1\n", "missing column 'name'"),
        (b"mrn,name,extra\n", "unknown column 'extra'"),
        (b"mrn,nmae\n", r"unknown column 'nmae' \(did you mean name\?\)"),
        (b"mrn,name,name\n", "column 'name' stands there 2 times"),
        (b"A1,Ann\n", "none of the expected column names"),
    ],
)
def test_a_header_that_will_not_do_is_named(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(data)
    with pytest.raises(UnusableFile, match=told):
        open_sheet(path, columns=COLUMNS)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no such file"):
        open_sheet(tmp_path / "none.csv", columns=COLUMNS)
    with pytest.raises(UnusableFile, match="is a folder"):
        open_sheet(tmp_path, columns=COLUMNS)


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="latin-1"):
        open_sheet(tmp_path / "f.csv", columns=COLUMNS, encoding="latin1999")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"A1", "1 cells where the header has 2"),
        (b"A1,Ann,Lee", "3 cells where the header has 2"),
        (b'A1,"Ann', "not closed on this line"),
        (b'A1,"Ann"x', "in the middle of a cell"),
        (b"A1,An\x00n", "NUL byte"),
        (b"A1," + b"x" * 600, "600 characters long"),
        (b"A1," + b"x" * 30_000, "30,003 characters long"),
        (b"A1,An\x07n", "hidden control sign"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(tmp_path: Path, bad: bytes, told: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"mrn,name\n" + bad + b"\nA2,Bea\n")
    first, second = lines_of(path)
    assert first.number == 2
    assert told in "; ".join(problem.reason for problem in first.problems)
    assert second.is_good
    assert second.cells == {"mrn": "A2", "name": "Bea"}
