"""No vendored file changes unnoticed, and none comes without being listed."""

from __future__ import annotations

import hashlib
import re

from tests.design.sheets import STATIC

LIST = (STATIC / "VENDORED.md").read_text()
LISTED = dict(re.findall(r"(?m)^\| `([^`]+)` .*\| `([0-9a-f]{64})` \|$", LIST))


def test_every_listed_file_has_its_checksum() -> None:
    for name, checksum in LISTED.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == checksum, name


def test_every_vendored_file_is_listed() -> None:
    present = {
        str(path.relative_to(STATIC))
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).iterdir()
    }
    assert present == set(LISTED)


def test_the_fonts_of_every_page_stay_small() -> None:
    latin = [path.stat().st_size for path in (STATIC / "fonts").glob("*-latin.woff2")]
    assert len(latin) == 2
    assert sum(latin) <= 80 * 1024


def test_no_sheet_loads_from_another_address() -> None:
    for sheet in STATIC.rglob("*.css"):
        addresses = re.findall(r"url\(\s*['\"]?([^'\")]+)", sheet.read_text())
        assert all(a.startswith(("data:", "../fonts/")) for a in addresses), sheet.name
