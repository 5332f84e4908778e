"""The hands of an upload: check or load one waiting file with the same code as the commands."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pathways import clock
from pathways.exchange import door, patients, results, therapy
from pathways.exchange.csv_in import UnusableFile
from pathways.exchange.door import Opened
from pathways.exchange.intake import Ears, Taken
from pathways.models import Clinic, ImportRun
from pathways.rules.import_states import ImportKind, ImportState
from pathways.services import catalogue, import_runs
from pathways.services.actors import Actor
from pathways.services.errors import Refused
from pathways.services.list_report import ListReport

log = logging.getLogger(__name__)
FAULT = (
    "The file met a fault of this program. What was loaded before it stays and loading the file "
    "again does no harm. Tell the administrator the number of this file."
)
Summary = list[tuple[str, int]]


@dataclass
class Asked:
    """What every kind of file is loaded with."""

    clinic: Clinic
    opened: Opened
    by: Actor
    dry_run: bool
    decimal: str
    ears: Ears
    told: list[str]


@dataclass(frozen=True, slots=True)
class Loader:
    """One kind of file: its columns, those it may leave out, and how it is loaded."""

    columns: tuple[str, ...]
    optional: tuple[str, ...]
    load: Callable[[Asked], tuple[Taken, Summary]]


def _patients(asked: Asked) -> tuple[Taken, Summary]:
    run = patients.PatientImport(
        sheet=asked.opened.sheet,
        clinic=asked.clinic,
        version=catalogue.current_version(asked.clinic),
        dates=asked.opened.dates,
        today=clock.today(asked.clinic),
        by=asked.by,
        rejects=asked.opened.rejects,
        ears=asked.ears,
        dry_run=asked.dry_run,
    )
    taken, report = run.run(), run.report
    if report.needs_release:
        asked.told.insert(
            0,
            f"More than {asked.clinic.release_over:,} new people: mail to this clinic's people "
            "waits until a coordinator releases it on the post page.",
        )
    return taken, _sums(report)


def _results(asked: Asked) -> tuple[Taken, Summary]:
    run = results.ResultImport(
        sheet=asked.opened.sheet,
        clinic=asked.clinic,
        dates=asked.opened.dates,
        today=clock.today(asked.clinic),
        by=asked.by,
        rejects=asked.opened.rejects,
        ears=asked.ears,
        decimal=asked.decimal,
        dry_run=asked.dry_run,
    )
    taken = run.run()
    return taken, _sums(run.report)


def _therapy(asked: Asked) -> tuple[Taken, Summary]:
    run = therapy.TherapyImport(
        sheet=asked.opened.sheet,
        clinic=asked.clinic,
        dates=asked.opened.dates,
        by=asked.by,
        rejects=asked.opened.rejects,
        ears=asked.ears,
        dry_run=asked.dry_run,
    )
    taken = run.run()
    return taken, _sums(run.report)


def _sums(report: ListReport) -> Summary:
    return [
        ("new", report.created),
        ("changed", report.updated),
        ("unchanged", report.unchanged),
    ]


LOADERS: dict[ImportKind, Loader] = {
    ImportKind.PATIENTS: Loader(patients.COLUMNS, (), _patients),
    ImportKind.RESULTS: Loader(results.COLUMNS, results.OPTIONAL, _results),
    ImportKind.THERAPY: Loader(therapy.COLUMNS, (), _therapy),
}


def work_waiting() -> int:
    """Check and load every file that waits; return how many were worked."""
    worked = 0
    while (run := import_runs.claim()) is not None:
        work(run)
        worked += 1
    return worked


def work(run: ImportRun) -> None:
    """Check or load one claimed file, and write down what came of it.

    The file stands on this machine only while it is read, where nobody else may open it.
    """
    with tempfile.TemporaryDirectory(prefix="clinic-import-") as folder:
        place = Path(folder) / "file.csv"
        place.touch(mode=0o600)
        place.write_bytes(bytes(run.content or b""))
        try:
            lines, summary, told, rejects = _load(run, place)
        except UnusableFile as error:
            import_runs.refuse(run, trouble=_without_place(str(error), place))
            return
        except Refused as refused:
            import_runs.refuse(run, trouble=refused.message)
            return
        except Exception as error:
            # Tried again it would fail again, and hold up every file behind it. The kind of fault
            # alone is logged: its words may quote the file.
            log.error("import %s failed: %s", run.pk, type(error).__name__)
            import_runs.refuse(run, trouble=FAULT)
            return
    import_runs.settle(run, lines=lines, summary=summary, told=told, rejects=rejects)


def _load(run: ImportRun, place: Path) -> tuple[int, Summary, list[str], bytes | None]:
    loader = LOADERS[ImportKind(run.kind)]
    refused = place.with_name("rejects.csv")
    told: list[str] = []
    asked = Asked(
        clinic=run.clinic,
        opened=door.open_file(
            place,
            columns=loader.columns,
            optional=loader.optional,
            encoding=run.encoding,
            date_format=run.date_format,
            rejects_path=refused,
            dry_run=run.state == ImportState.CHECKING,
        ),
        by=Actor.person(run.confirmer) if run.confirmer else Actor.system("import:check"),
        dry_run=run.state == ImportState.CHECKING,
        decimal=run.decimal,
        ears=Ears(
            told.append,
            lambda lines: import_runs.progress(run, lines),
            lambda changes: import_runs.keep_changes(run, changes),
        ),
        told=told,
    )
    taken, summary = loader.load(asked)
    rejects = refused.read_bytes() if refused.exists() else None
    said = [_without_place(each, place) for each in told]
    return taken.lines, [*summary, ("refused", taken.refused)], said, rejects


def _without_place(words: str, place: Path) -> str:
    """Name the line, never where the file lay: "line 7: mrn: is blank."."""
    return words.replace(f"{place}:", "line ").replace(str(place), "The file")
