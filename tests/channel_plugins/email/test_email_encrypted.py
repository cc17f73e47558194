"""Encryption on real sockets: STARTTLS and TLS with a certificate that fits, and refusal of one that does not."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channel_plugins import NeedsPerson, Recipient
from channel_plugins.email.channel import EmailChannel
from channel_plugins.simulators.mail import MailSimulator, Places, running_mail
from channel_plugins.testing import FakeHost, sample_account, sample_post, sample_settings

AN = Recipient("1", "an@example.com", "An")


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost that vouches for itself; return its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, no_password))
    return files


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[tuple[MailSimulator, Places, Path]]:
    """A provider that can encrypt, and the file of its certificate."""
    public, private = certificate(tmp_path)
    simulator = MailSimulator()
    simulator.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    simulator.tls.load_cert_chain(public, private)
    with running_mail(simulator) as places:
        yield simulator, places, public


def send(places: Places, **settings: Any) -> FakeHost:
    channel, host = EmailChannel(), FakeHost({}, [AN])
    channel.configure({}, [f"localhost:{places.smtp_port}", f"localhost:{places.pop_port}"])
    raw = {**sample_settings(channel), "server": "localhost", "port": places.smtp_port, "bounce_server": "", **settings}
    account = sample_account(channel, raw)
    channel.verify(account)
    channel.publish(channel.render(sample_post(), account), "k-1", account, host)
    return host


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_travel_encrypted(
    provider: tuple[MailSimulator, Places, Path], monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    simulator, places, public = provider
    simulator.implicit = security == "tls"
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    pop = {"bounce_server": "localhost", "bounce_port": places.pop_port} if simulator.implicit else {}
    assert send(places, security=security, **pop).people.states == {"1": "accepted"}
    assert len(simulator.letters) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_stops_everything(
    provider: tuple[MailSimulator, Places, Path], security: str
) -> None:
    simulator, places, _public = provider
    simulator.implicit = security == "tls"
    with pytest.raises(NeedsPerson) as refused:
        send(places, security=security)
    assert "mã hóa" in refused.value.for_school and simulator.letters == []
