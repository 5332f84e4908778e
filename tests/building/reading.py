"""Shared looks at the source: where it lies, and what it imports and calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATHWAYS = ROOT / "pathways"
TEMPLATES = ROOT / "templates"


def python_files(*folders: str) -> list[Path]:
    """Return the project's own Python files under the folders, without migrations."""
    found: list[Path] = []
    for folder in folders:
        found += (p for p in (ROOT / folder).rglob("*.py") if "migrations" not in p.parts)
    return sorted(found)


def name_of(path: Path) -> str:
    """Return the path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """Yield the absolute name of every module that the file imports, also inside functions."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for an attribute chain, or what ends one."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything that the file calls."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def variables_of(file: str) -> dict[str, str]:
    """Return each environment variable that a file of poems_clinic/ reads, and the reader it uses."""
    found: dict[str, str] = {}
    for node in ast.walk(tree_of(ROOT / "poems_clinic" / file)):
        if not isinstance(node, ast.Call) or not dotted(node.func).startswith("env."):
            continue
        if node.args and isinstance(node.args[0], ast.Constant):
            found[str(node.args[0].value)] = dotted(node.func).removeprefix("env.")
    return found


def settings_variables() -> dict[str, str]:
    """Return what settings.py reads."""
    return variables_of("settings.py")


def every_variable() -> set[str]:
    """Return the name of every variable that the installation reads."""
    return {*variables_of("settings.py"), *variables_of("celery.py")}


def words_in(text: str, pattern: str) -> set[str]:
    """Return what the pattern's first group finds."""
    return set(re.findall(pattern, text))


def service_order() -> list[set[str]]:
    """Return the layers of services/ from the top, as the linter holds them."""
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8")
    order = contracts.partition("contract:service-order]")[2].partition("[importlinter:")[0]
    layers = order.partition("layers =")[2].strip().splitlines()
    return [words_in(layer, r"([a-z_]+)") for layer in layers]
