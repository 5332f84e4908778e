"""Every email of the product in every language, with invented people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.messaging.gallery import LANGUAGES, sample
from pathways.messaging.kinds import MessageKind
from pathways.views.doors import clinic_required
from pathways.views.sheets import sheet_response
from pathways.worklists.message_words import kind_words


def _choice(kind: str, language: str) -> tuple[MessageKind, str]:
    if kind not in set(MessageKind) or language not in LANGUAGES:
        raise Http404
    return MessageKind(kind), language


@clinic_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show one email beside the list of all."""
    kind, language = _choice(
        request.GET.get("kind", MessageKind.TIME_TO_BOOK), request.GET.get("language", "en")
    )
    shown = sample(kind, language=language)
    context = {
        "kinds": [
            (each.value, kind_words(each).capitalize(), each is kind) for each in MessageKind
        ],
        "languages": [(each, each == language) for each in LANGUAGES],
        "kind": kind,
        "what": kind_words(kind).capitalize(),
        "language": language,
        "subject": shown.rendered.subject,
        "preheader": shown.rendered.preheader,
        "text": shown.rendered.text,
        "spoken": shown.rendered.language,
    }
    return render(request, "post/gallery.html", context)


@clinic_required
@require_safe
def sheet(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Return the email's own page, for the closed frame of the gallery."""
    found, spoken = _choice(kind, language)
    return sheet_response(sample(found, language=spoken).rendered.html)
