"""How an answer page is drawn: the clinic and nothing else, no cookie, no script, nothing kept.

The pages are drawn without the request, so that nothing of a signed-in reader, of the product or of
a cookie can slip into them. Words stand in templates/patient/, the other languages in a folder of
their own there (templates/patient/es/…), as with the emails; a page that is not written in the
patient's language is shown in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from csp.constants import NONE
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from pathways.messaging import dates, tokens
from pathways.messaging.tokens import BadToken, LinkPurpose
from pathways.models import Clinic, Message
from pathways.models.message import Audience

MASTER_LANGUAGE = "en"
PASS_SECONDS = 3600  # how long a page may lie open after the birth date; then it is asked again
_PASS_SALT = "answer-pass"  # noqa: S105 - a name for the signature, not a secret

# A stop and the guidance must still work on an old email; the rest is about one visit.
RUNS_OUT_AFTER = {
    LinkPurpose.CALL: timedelta(days=60),
    LinkPurpose.STOP: timedelta(days=365),
    LinkPurpose.WHEN: timedelta(days=365),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is ours, and the message it came with."""

    message: Message
    purpose: LinkPurpose
    address: str  # path of the page, without its question

    @property
    def clinic(self) -> Clinic:
        """The clinic that wrote the message."""
        return self.message.clinic

    @property
    def language(self) -> str:
        """The language the message was written in."""
        return self.message.language


def find(request: HttpRequest, token: str, purpose: LinkPurpose) -> Link | None:
    """Return the link behind a token, or None. A forged one costs the same query as a real one."""
    try:
        meant, number = tokens.read(token)
    except BadToken:
        meant, number = None, 0
    message = (
        Message.objects.filter(pk=number, audience=Audience.PATIENT, patient__isnull=False)
        .select_related("clinic", "patient", "contact_point", "appointment")
        .first()
    )
    if message is None or meant is not purpose or _is_anothers(request, message.clinic):
        return None
    return Link(message, purpose, request.path)


def _is_anothers(request: HttpRequest, clinic: Clinic) -> bool:
    """Tell whether the host is another clinic's: its readers must not meet this one there."""
    others = Clinic.objects.filter(link_host__iexact=request.get_host()).exclude(pk=clinic.pk)
    return others.exists()


def has_run_out(link: Link, now: datetime) -> bool:
    """Tell whether the link is too old: counted from the sending, or from a later visit."""
    message = link.message
    since = message.sent_at or message.handed_over_at or message.created_at
    if message.appointment is not None:
        since = max(since, message.appointment.starts_at)
    return now > since + RUNS_OUT_AFTER[link.purpose]


def issue_pass(link: Link) -> str:
    """Return what the next form carries to show that the birth date was right."""
    held = [link.purpose.value, link.message.pk]
    return signing.dumps(held, key=settings.LINK_KEY, salt=_PASS_SALT)


def holds_pass(link: Link, carried: str) -> bool:
    """Tell whether a form carries a pass of this link that has not run out."""
    try:
        held = signing.loads(
            carried,
            key=settings.LINK_KEY,
            fallback_keys=[*settings.LINK_KEY_FALLBACKS],
            salt=_PASS_SALT,
            max_age=PASS_SECONDS,
        )
    except signing.BadSignature:
        return False
    return bool(held == [link.purpose.value, link.message.pk])


def page(name: str, link: Link, *, status: int = 200, **words: Any) -> HttpResponse:
    """Return one page of a link in the patient's language."""
    return drawn(
        name,
        clinic=link.clinic,
        language=link.language,
        status=status,
        address=link.address,
        to_carer=link.message.to_carer,
        **words,
    )


def drawn(
    name: str,
    *,
    clinic: Clinic | None,
    language: str = MASTER_LANGUAGE,
    status: int = 200,
    **words: Any,
) -> HttpResponse:
    """Return a page that shows the clinic, if it is known, and these words."""
    tongue = spoken_language(name, language)
    folder = "patient" if tongue == MASTER_LANGUAGE else f"patient/{tongue}"
    context = {"clinic": clinic, "language": tongue, "languages": (), **words}
    return HttpResponse(get_template(f"{folder}/{name}.html").render(context), status=status)


def clinic_of_host(request: HttpRequest) -> Clinic | None:
    """Return the clinic whose links lead to this host, or the only one there is."""
    clinics = list(Clinic.objects.filter(link_host__iexact=request.get_host())[:2])
    clinics = clinics or list(Clinic.objects.all()[:2])
    return clinics[0] if len(clinics) == 1 else None


def sealed(response: HttpResponse) -> HttpResponse:
    """Keep the page out of every cache, referrer, search engine and foreign frame."""
    response.headers["X-Frame-Options"] = "DENY"
    # What django-csp's own decorator sets, for answers that no view gave.
    response._csp_replace = {"frame-ancestors": [NONE]}  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@lru_cache(maxsize=256)
def spoken_language(name: str, wanted: str) -> str:
    """Return the wanted language if the page is written in it, else English."""
    tongue = wanted.split("-")[0].lower()
    if tongue == MASTER_LANGUAGE or not tongue.isalpha():
        return MASTER_LANGUAGE
    try:
        get_template(f"patient/{tongue}/{name}.html")
    except TemplateDoesNotExist:
        return MASTER_LANGUAGE
    return tongue


def moment(link: Link, instant: datetime) -> tuple[str, str]:
    """Return the day and the time of an instant, in words, on the clinic's clocks."""
    local = dates.in_zone(instant, link.clinic.time_zone)
    return (
        dates.day_long(local.date(), link.language),
        dates.time_of_day(local, link.language),
    )
