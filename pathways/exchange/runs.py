"""The hands of an upload: check or load one waiting file with the same code as the commands."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pathways import clock, permissions
from pathways.catalogue import AnalyteEntry
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
Summary = list[tuple[str, int]]


@dataclass
class Told:
    """What is told of a file: the first of it in words, the rest in number, whatever its size."""

    first: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, words: str) -> None:
        """Keep or count one complaint or note."""
        if len(self.first) < import_runs.LINES_TOLD:
            self.first.append(words)
        else:
            self.more += 1


@dataclass
class Asked:
    """What every kind of file is loaded with."""

    clinic: Clinic
    opened: Opened
    by: Actor
    dry_run: bool
    decimal: str
    ears: Ears
    told: Told
    may_enter: Callable[[AnalyteEntry], bool]


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
        asked.told.first.insert(
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
        may_enter=asked.may_enter,
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
            import_runs.settle(
                run,
                lines=lines,
                summary=summary,
                told=[_without_place(each, place) for each in told.first],
                told_more=told.more,
                rejects=rejects,
            )
        except UnusableFile as error:
            import_runs.refuse(run, trouble=_without_place(str(error), place))
        except Refused as refused:
            import_runs.refuse(run, trouble=refused.message)
        except Exception as error:
            # Tried again it would fail again, and hold up every file behind it. The kind of fault
            # alone is logged: its words may quote the file.
            log.error("import %s failed: %s", run.pk, type(error).__name__)
            import_runs.refuse(run, trouble=import_runs.FAULT)


def _load(run: ImportRun, place: Path) -> tuple[int, Summary, Told, bytes | None]:
    loader = LOADERS[ImportKind(run.kind)]
    refused = place.with_name("rejects.csv")
    told = Told()
    user = run.confirmer or run.uploader
    role = permissions.role_in(user, run.clinic) if user else None
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
            told.add,
            lambda lines: import_runs.progress(run, lines),
            lambda changes: import_runs.keep_changes(run, changes),
        ),
        told=told,
        may_enter=lambda analyte: user is None or permissions.can_enter(role, analyte.entered_by),
    )
    taken, summary = loader.load(asked)
    rejects = refused.read_bytes() if refused.exists() else None
    return taken.lines, [*summary, ("refused", taken.refused)], told, rejects


def _without_place(words: str, place: Path) -> str:
    """Name the line, never where the file lay: "line 7: mrn: is blank."."""
    return words.replace(f"{place}:", "line ").replace(str(place), "The file")
