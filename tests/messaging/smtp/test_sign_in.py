"""Password and TLS: to the server we know, or nothing leaves."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from pathways.messaging.smtp import Outcome, Security
from pathways.rules.delivery import SendClass, SmtpPhase
from tests.messaging.servers import Puppet, Sink
from tests.messaging.smtp.calling import DATA, FROM, TO, to


def test_the_right_password_signs_in_and_a_wrong_one_is_ours_to_mend() -> None:
    with Sink(password="right") as sink:
        with to(sink.port, username="clinic", password="right") as connection:
            right = connection.send(FROM, TO, DATA)
        wrong = to(sink.port, username="clinic", password="wrong").send(FROM, TO, DATA)

    assert right.send_class is SendClass.SENT
    assert (wrong.phase, wrong.code) == (SmtpPhase.AUTH, 535)
    assert wrong.send_class is SendClass.AUTH


def test_a_password_that_the_server_never_asks_for_is_ours_to_mend() -> None:
    with Sink() as sink:
        outcome = to(sink.port, username="clinic", password="x").send(FROM, TO, DATA)

    assert outcome.send_class is SendClass.AUTH
    assert sink.taken == []


def test_starttls_never_falls_back_to_plain_text() -> None:
    with Sink() as sink:
        outcome = to(sink.port, security=Security.STARTTLS).send(FROM, TO, DATA)

    assert outcome == Outcome(SmtpPhase.CONNECT)
    assert sink.taken == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    wanted = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *wanted, *names], check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_mail_leaves_over_tls_to_a_known_server_only(
    security: Security, certificate: tuple[Path, Path]
) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    known = ssl.create_default_context(cafile=str(certificate[0]))
    with Sink(tls=server_side, implicit_tls=security is Security.TLS) as sink:
        with to(sink.port, security=security, tls_context=known) as connection:
            trusted = connection.send(FROM, TO, DATA)
        stranger = to(sink.port, security=security).send(FROM, TO, DATA)

    assert trusted.send_class is SendClass.SENT
    assert stranger == Outcome(SmtpPhase.CONNECT)
    assert len(sink.taken) == 1


def test_words_slipped_in_before_tls_are_not_believed(certificate: tuple[Path, Path]) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    known = ssl.create_default_context(cafile=str(certificate[0]))
    hello, slipped_in = b"250-hi\r\n250 STARTTLS\r\n", b"250 slipped in\r\n"

    def opened(answer: bytes) -> Outcome | None:
        server = Puppet(b"220 hi\r\n", hello, answer, b"250 hi\r\n", tls=server_side)
        with server, to(server.port, security="starttls", tls_context=known, timeout=1.0) as one:
            return one.open()

    assert opened(b"220 go\r\n") is None
    assert opened(b"220 go\r\n" + slipped_in) == Outcome(SmtpPhase.CONNECT)
