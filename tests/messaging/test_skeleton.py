"""A filled-in skeleton is the same as running the templates anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from pathways.messaging import gallery, skeleton
from pathways.messaging.emails import render
from pathways.messaging.envelope import Links, Sender, UnsendableError
from pathways.messaging.gallery import LANGUAGES, RECIPIENTS, SENDER
from pathways.messaging.kinds import MessageKind


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("name", RECIPIENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_skeleton_equals_a_plain_template_run(
    kind: MessageKind, name: str, language: str
) -> None:
    made = gallery.sample(kind, language=language, recipient_name=name)
    plain = skeleton.run_templates(
        kind,
        wanted_language=language,
        sender=SENDER,
        is_carer=made.recipient.is_carer,
        values=made.rendered.values,
    )

    filled = made.rendered
    assert (filled.subject, filled.preheader) == (plain.subject, plain.preheader)
    assert filled.text == plain.text
    assert filled.html == plain.html


def forget_skeletons() -> None:
    """Drop what earlier tests had prepared, or what this one prepared from its own templates."""
    skeleton.skeleton.cache_clear()
    skeleton._is_written.cache_clear()


def test_templates_run_once_for_many_people(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    real = skeleton.run_templates

    def counted(kind: MessageKind, **how: Any) -> skeleton.Words:
        runs.append(kind)
        return real(kind, **how)

    monkeypatch.setattr(skeleton, "run_templates", counted)
    forget_skeletons()
    for name in ("plain", "longest", "shortest", "emoji", "markup"):
        gallery.sample(MessageKind.TIME_TO_BOOK, recipient_name=name)

    assert runs == [MessageKind.TIME_TO_BOOK]


def test_a_value_that_looks_like_a_slot_is_refused() -> None:
    with pytest.raises(UnsendableError):
        render(
            MessageKind.WHEN_TO_CALL,
            sender=SENDER,
            recipient=replace(RECIPIENTS["plain"], first_name="\ue000stop\ue001"),
            links=gallery.LINKS,
            at=gallery.WRITTEN_AT,
        )


def test_a_new_language_is_new_files_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "emails" / "es" / "time_to_book"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Es hora de pedir su cita\nElija un día.\n")
    (folder / "body.txt").write_text("Hola, {{ name }}: desde el {{ window_first }}\n")
    (folder / "body.html").write_text('<html lang="{{ lang }}"><p>Hola, {{ name }}:</p></html>\n')
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [tmp_path, Path(__file__).parents[2] / "templates"],
    }
    try:
        with override_settings(TEMPLATES=[engine]):
            forget_skeletons()
            spanish = gallery.sample(MessageKind.TIME_TO_BOOK, language="es-MX").rendered
            other = gallery.sample(MessageKind.OVERDUE, language="es-MX").rendered
    finally:
        forget_skeletons()

    assert (spanish.language, spanish.subject) == ("es", "Es hora de pedir su cita")
    assert spanish.text == "Hola, Maya: desde el lunes, 22 de febrero\n"
    assert other.language == "en"
    assert 'lang="es"' in other.html


@pytest.mark.parametrize("field", ["call_me", "stop", "when_to_call"])
def test_a_row_stands_only_where_its_page_exists(field: str) -> None:
    url = getattr(gallery.LINKS, field)
    without = render(
        MessageKind.BOOKED,
        sender=SENDER,
        recipient=RECIPIENTS["plain"],
        links=replace(gallery.LINKS, **{field: None}),
        at=gallery.WRITTEN_AT,
        visit=gallery.VISIT,
    )

    assert url in gallery.sample(MessageKind.BOOKED).rendered.html
    assert url not in without.html
    assert url not in without.text


def test_without_any_page_no_tap_and_no_birth_date_is_spoken_of() -> None:
    bare = render(
        MessageKind.TOMORROW,
        sender=SENDER,
        recipient=RECIPIENTS["plain"],
        links=Links(),
        at=gallery.WRITTEN_AT,
        visit=gallery.VISIT,
    )

    assert "birth date" not in bare.text + bare.html
    assert "https://" not in bare.text + bare.html


def test_a_link_to_another_host_is_refused() -> None:
    for url in ("https://evil.example/c/x", "https://visits.northgate.example.evil.example/c/x"):
        with pytest.raises(UnsendableError, match="own host"):
            render(
                MessageKind.WHEN_TO_CALL,
                sender=SENDER,
                recipient=RECIPIENTS["plain"],
                links=replace(gallery.LINKS, call_me=url),
                at=gallery.WRITTEN_AT,
            )


@pytest.mark.parametrize(
    "base", ["https://visits.example/", "visits.example", "ftp://x", "https://"]
)
def test_a_link_base_that_is_no_host_is_refused(base: str) -> None:
    with pytest.raises(UnsendableError, match="link base"):
        skeleton.check_sender(replace(SENDER, link_base=base))


@pytest.mark.parametrize("kind", MessageKind)
def test_no_template_asks_for_a_value_that_nobody_gives(kind: MessageKind) -> None:
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parents[2] / "templates"],
        "OPTIONS": {"string_if_invalid": "NOBODY GAVE %s"},
    }
    for values in ({}, dict.fromkeys(skeleton.SLOTS, "something")):
        for is_carer in (False, True):
            with override_settings(TEMPLATES=[engine]):
                words = skeleton.run_templates(
                    kind, wanted_language="ja", sender=SENDER, is_carer=is_carer, values=values
                )
            assert "NOBODY GAVE" not in words.subject + words.preheader + words.text + words.html


def test_plain_subjects_say_only_who_writes() -> None:
    short = replace(SENDER, plain_subjects=True)
    long = replace(short, clinic_name="The Royal Northgate and Riverside Outpatient Clinic")

    def subject(sender: Sender) -> str:
        return render(
            MessageKind.OVERDUE,
            sender=sender,
            recipient=RECIPIENTS["plain"],
            links=gallery.LINKS,
            at=gallery.WRITTEN_AT,
            window=gallery.WINDOW,
        ).subject

    assert subject(short) == "A message from Northgate Clinic"
    assert subject(long) == "A message from your clinic"
