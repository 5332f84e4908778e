"""Uploading a file: choose it, see what it would change, confirm, see what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pathways.forms.base import NothingMore
from pathways.forms.imports import UploadForm
from pathways.models import ImportRun
from pathways.models.authors import authors_of
from pathways.rules.import_states import ImportKind
from pathways.services import import_runs
from pathways.services.errors import Refused
from pathways.views.deeds import carry_out, sent
from pathways.views.doors import actor_of, find, here, worker_required
from pathways.worklists.import_changes import import_changes
from pathways.worklists.imports import import_row, latest_imports


@worker_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """List the clinic's uploads, and take a new file."""
    clinic, _ = here(request)
    form = UploadForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        file = words["file"]
        try:
            import_runs.check_size(file.size)
            run = import_runs.upload(
                clinic=clinic,
                file=import_runs.Upload(
                    kind=ImportKind(words["kind"]),
                    file_name=file.name,
                    content=file.read(),
                    encoding=words["encoding"],
                    date_format=words["date_format"],
                    decimal=words["decimal"],
                ),
                by=actor_of(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return redirect("import", run_id=run.pk)
    return render(request, "imports/list.html", {"form": form, "rows": latest_imports(clinic)})


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    return find(ImportRun.objects.select_related("clinic").defer("content"), request, pk=run_id)


@worker_required
@require_safe
def one(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one file: how far it is, what it would change, or what came of it.

    A page with script asks again for the part in the middle; one without is asked again by hand.
    """
    run = _run(request, run_id)
    row = import_row(
        run,
        ZoneInfo(run.clinic.time_zone),
        authors_of(run.clinic_id),
        told=run.told,
        has_rejects=run.rejects is not None,
    )
    changes, silent = None, import_runs.is_silent(run)
    if not row.working:
        changes = import_changes(run, request.GET.get("show", ""), request.GET.get("page", ""))
    part = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "imports/state.html" if part else "imports/one.html",
        # Asking again counts as use of the session, which nobody's empty chair may keep open.
        {"row": row, "changes": changes, "asks_again": row.working and not silent},
    )


@worker_required
def confirm(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask for a checked file to be loaded."""
    run = _run(request, run_id)

    def deed(_: Mapping[str, Any]) -> str:
        import_runs.confirm(run, by=actor_of(request))
        return "The file is being loaded. You may leave this page."

    return carry_out(
        request,
        form=NothingMore(sent(request)),
        title=f"Load file {run.pk}?",
        button="Load the file",
        deed=deed,
        then=reverse("import", args=[run.pk]),
        note="Refused lines are left out; the others are written into the record.",
    )


@worker_required
def discard(request: HttpRequest, run_id: int) -> HttpResponse:
    """Forget a file without loading it."""
    run = _run(request, run_id)

    def deed(_: Mapping[str, Any]) -> str:
        import_runs.discard(run, by=actor_of(request))
        return "The file is forgotten. Nothing of it was loaded."

    return carry_out(
        request,
        form=NothingMore(sent(request)),
        title=f"Forget file {run.pk}?",
        button="Forget the file",
        deed=deed,
        then=reverse("import", args=[run.pk]),
    )


@worker_required
@require_safe
def rejects(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hand out the refused lines, each with its reason, to be mended and loaded again."""
    run = _run(request, run_id)
    if run.rejects is None:
        raise Http404
    answer = HttpResponse(bytes(run.rejects), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="refused-lines-{run.pk}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
