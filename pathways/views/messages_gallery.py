"""Every email of the product in every language, with invented people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.messaging.gallery import LANGUAGES, sample, staff_sample
from pathways.messaging.kinds import MessageKind
from pathways.messaging.rendered import Rendered
from pathways.messaging.staff_emails import StaffKind, StaffLetter
from pathways.views.doors import clinic_required
from pathways.views.sheets import sheet_response
from pathways.worklists.message_words import kind_words


def _choice(kind: str, language: str) -> tuple[str, str]:
    if kind not in {*MessageKind, *StaffKind} or language not in LANGUAGES:
        raise Http404
    return kind, language


def _rendered(kind: str, language: str) -> Rendered | StaffLetter:
    """Return the email; what goes to staff is in English alone."""
    if kind in set(StaffKind):
        return staff_sample(StaffKind(kind))
    return sample(MessageKind(kind), language=language).rendered


@clinic_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show one email beside the list of all."""
    kind, language = _choice(
        request.GET.get("kind", MessageKind.TIME_TO_BOOK), request.GET.get("language", "en")
    )
    shown = _rendered(kind, language)
    context = {
        "kinds": [
            (each.value, kind_words(each).capitalize(), each == kind)
            for each in (*MessageKind, *StaffKind)
        ],
        "languages": [(each, each == language) for each in LANGUAGES],
        "kind": kind,
        "what": kind_words(kind).capitalize(),
        "language": language,
        "subject": shown.subject,
        "preheader": shown.preheader,
        "text": shown.text,
        "spoken": shown.language,
    }
    return render(request, "post/gallery.html", context)


@clinic_required
@require_safe
def sheet(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Return the email's own page, for the closed frame of the gallery."""
    found, spoken = _choice(kind, language)
    return sheet_response(_rendered(found, spoken).html)
