"""The bytes on the wire, read back by the standard library's parser."""

from __future__ import annotations

import email
import email.policy
import quopri
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.messaging import discreet, emails, gallery, mime
from pathways.messaging.encoding import quoted_printable, quoted_value
from pathways.messaging.envelope import Recipient, Sender, UnsendableError
from pathways.messaging.gallery import LINKS, SENDER, WRITTEN_AT, Sample
from pathways.messaging.kinds import KIND_FACTS, MessageKind
from pathways.messaging.rendered import Rendered

MESSAGE_ID = "<mzxw6ytboi2gk43u@mail.northgate.example>"
SAMPLES = gallery.samples()


def built(one: Sample, **how: object) -> bytes:
    return make(one.rendered, recipient=one.recipient, **how)


def make(rendered: Rendered, **how: object) -> bytes:
    given = {
        "sender": SENDER,
        "recipient": gallery.RECIPIENTS["plain"],
        "message_id": MESSAGE_ID,
        "at": WRITTEN_AT,
        "one_click_stop": LINKS.one_click_stop,
    } | how
    return mime.build_bytes(rendered, **given)  # type: ignore[arg-type]


def parsed(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    for part in message.walk():
        assert not part.defects
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = cast("EmailMessage", message.get_body(preferencelist=(kind,)))
    return str(part.get_content()).replace("\r\n", "\n")


every = pytest.mark.parametrize(
    "one", SAMPLES, ids=lambda one: f"{one.kind}-{one.language}-{one.recipient_name}"
)


@every
def test_both_bodies_come_back_letter_for_letter(one: Sample) -> None:
    message = parsed(built(one))

    # A mail program may not tell a final line end; ours stands before the boundary.
    assert body(message, "plain").rstrip("\n") == one.rendered.text.rstrip("\n")
    assert body(message, "html").rstrip("\n") == one.rendered.html.rstrip("\n")


@every
def test_the_headers_are_the_agreed_ones_and_no_others(one: Sample) -> None:
    message = parsed(built(one))

    assert set(message.keys()) == {
        "MIME-Version",
        "From",
        "Reply-To",
        "Auto-Submitted",
        "Content-Language",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Content-Type",
    }
    assert message["From"] == "Northgate Clinic <visits@northgate.example>"
    assert message["Reply-To"] == "desk@northgate.example"
    assert message["To"] == one.recipient.address
    assert message["Subject"] == one.rendered.subject
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == one.rendered.language
    assert message["List-Unsubscribe"] == f"<{LINKS.one_click_stop}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == WRITTEN_AT


@every
def test_the_bytes_are_valid_on_any_server(one: Sample) -> None:
    octets = built(one)

    assert octets.isascii()
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    _, _, after_head = octets.partition(b"\r\n\r\n")
    assert max(len(line) for line in after_head.split(b"\r\n")) <= 78
    assert b"\r\n." not in octets


@every
def test_nothing_on_the_wire_names_the_disease_or_the_product(one: Sample) -> None:
    octets = built(one)
    message = parsed(octets)
    lines = [f"{name}: {value}" for name, value in message.items()]
    for part in message.walk():
        lines += [f"{name}: {value}" for name, value in part.items()]
        if part.get_content_type() == "text/calendar":
            lines.append(
                part.get_content().decode()
                if isinstance(part.get_content(), bytes)
                else part.get_content()
            )
    for line in lines:
        assert discreet.found(line, one.language) == []
    assert b"poems" not in octets.lower()


@pytest.mark.parametrize("kind", MessageKind)
def test_the_parts_stand_in_the_agreed_order(kind: MessageKind) -> None:
    one = gallery.sample(kind)
    types = [part.get_content_type() for part in parsed(built(one)).walk()]
    pair = ["multipart/alternative", "text/plain", "text/html"]

    if KIND_FACTS[kind].has_calendar:
        assert types == ["multipart/mixed", *pair, "text/calendar"]
    else:
        assert types == pair


def test_the_calendar_file_is_attached_as_it_was_made() -> None:
    one = gallery.sample(MessageKind.CANCELLED)
    (file,) = list(parsed(built(one)).iter_attachments())

    assert file.get_filename() == "visit.ics"
    assert file["Content-Type"].params["method"] == "CANCEL"
    assert file.get_payload(decode=True) == one.rendered.ics


def test_without_a_one_click_page_there_is_no_such_header() -> None:
    octets = built(gallery.sample(MessageKind.BOOKED), one_click_stop=None)

    assert b"List-Unsubscribe" not in octets


def test_a_change_hangs_on_the_first_mail_of_its_thread() -> None:
    first, second = "<a@mail.northgate.example>", "<b@mail.northgate.example>"
    message = parsed(built(gallery.sample(MessageKind.MOVED), references=(first, second)))

    assert message["In-Reply-To"] == second
    assert message["References"].split() == [first, second]


def test_the_same_facts_give_the_same_bytes() -> None:
    one = gallery.sample(MessageKind.BOOKED)

    assert built(one) == built(gallery.sample(MessageKind.BOOKED))


BAD = [
    "\r",
    "\n",
    "\r\nBcc: thief@example.org",
    "\0",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\x85",
]
SPOILED = [repr(bad) for bad in BAD]


@pytest.mark.parametrize("bad", BAD, ids=SPOILED)
@pytest.mark.parametrize(
    "field",
    ["clinic_name", "reply_to", "from_address", "phone", "phone_hours", "mail_domain", "link_base"],
)
def test_no_field_of_the_clinic_can_add_a_header(field: str, bad: str) -> None:
    spoiled: Sender = replace(SENDER, **{field: getattr(SENDER, field) + bad})
    with pytest.raises(UnsendableError):
        make(gallery.sample(MessageKind.BOOKED).rendered, sender=spoiled)


@pytest.mark.parametrize("bad", BAD, ids=SPOILED)
@pytest.mark.parametrize("where", ["subject", "address", "message_id", "references", "one_click"])
def test_no_value_of_a_message_can_add_a_header(where: str, bad: str) -> None:
    rendered = gallery.sample(MessageKind.BOOKED).rendered
    cases: dict[str, dict[str, object]] = {
        "address": {"recipient": Recipient(f"maya@example.org{bad}", "Maya")},
        "message_id": {"message_id": f"<a{bad}@mail.northgate.example>"},
        "references": {"references": (f"<a{bad}@mail.northgate.example>",)},
        "one_click": {"one_click_stop": f"{SENDER.link_base}/u/x{bad}"},
        "subject": {},
    }
    if where == "subject":
        rendered = replace(rendered, subject=f"Your visit{bad}")
    with pytest.raises(UnsendableError):
        make(rendered, **cases[where])


def test_a_clinic_name_with_a_comma_or_beyond_ascii_survives_the_parser() -> None:
    for name in ("Clínica del Río", "Smith, Jones “and” Sons", "北門クリニック", 'The "Gate"'):
        message = parsed(
            make(
                gallery.sample(MessageKind.BOOKED).rendered,
                sender=replace(SENDER, clinic_name=name),
            )
        )
        (address,) = message["From"].addresses
        assert (address.display_name, address.addr_spec) == (name, "visits@northgate.example")


def test_a_subject_beyond_ascii_survives_the_parser() -> None:
    subject = "次のご来院の日をお選びください。次のご来院の日をお選びください"
    rendered = replace(gallery.sample(MessageKind.BOOKED).rendered, subject=subject)

    octets = make(rendered)
    assert parsed(octets)["Subject"] == subject
    assert octets.isascii()


def test_a_domain_beyond_ascii_is_punycode_on_the_wire() -> None:
    recipient = Recipient("maya@müller.example", "Maya")

    assert parsed(make(gallery.sample(MessageKind.BOOKED).rendered, recipient=recipient))["To"] == (
        "maya@xn--mller-kva.example"
    )


def test_an_endless_email_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime, "LONGEST_HTML", 1_000)
    with pytest.raises(UnsendableError, match="100 kB"):
        built(gallery.sample(MessageKind.BOOKED))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=300))
def test_any_value_encodes_to_itself(value: str) -> None:

    octets = quoted_value(value)
    assert quopri.decodestring(b"before=\r\n" + octets + b"=\r\nafter").decode() == (
        f"before{value}after"
    )
    assert max(len(line) for line in octets.split(b"\r\n")) <= 75
    assert not re.search(rb"(^|\r\n)\.", octets)


@given(st.text(alphabet="a .=é\n🌻", max_size=300))
def test_any_text_encodes_to_itself(text: str) -> None:

    octets = quoted_printable(text)
    assert quopri.decodestring(octets).decode().replace("\r\n", "\n") == text
    assert not re.search(rb"[ \t](\r\n)", octets)
    assert not re.search(rb"(^|\r\n)\.", octets)


def test_the_date_header_is_in_utc() -> None:
    octets = built(
        gallery.sample(MessageKind.WHEN_TO_CALL), at=datetime(2027, 7, 1, 12, 0, 5, tzinfo=UTC)
    )

    assert b"\r\nDate: Thu, 01 Jul 2027 12:00:05 +0000\r\n" in octets


def test_building_uses_no_template_once_the_skeleton_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gallery.sample(MessageKind.TIME_TO_BOOK)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a template was run")

    monkeypatch.setattr("pathways.messaging.skeleton.get_template", never)
    made = emails.time_to_book(
        sender=SENDER,
        recipient=Recipient("new@example.org", "Somebody New"),
        links=LINKS,
        window=gallery.WINDOW,
        at=WRITTEN_AT,
        minutes=60,
    )

    assert b"Somebody New" in make(made)
