"""Connections to mail servers: always with a time limit, encrypted, to public addresses only, nothing secret in errors.

Private addresses are refused after name resolution and the socket is opened to an address that was checked, unless
`host:port` is named as a simulator on this machine; only such a one may be talked to without encryption.
"""

from __future__ import annotations

import poplib
import smtplib
import socket
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from channel_plugins.addresses import RefusedAddress, public_addresses
from channel_plugins.errors import ChannelError
from channel_plugins.text import redact
from channel_plugins.types import Account

from .errors import MailServerAway, NotSecure, PrivateServer, SignInRefused
from .settings import PLAIN, STARTTLS, TLS

#: Seconds for connecting and for each answer. RFC 5321 4.5.3.2 allows minutes; the host waits for the whole call.
TIMEOUT = 30.0


def open_socket(host: str, port: int, private_hosts: Collection[str], timeout: float = TIMEOUT) -> socket.socket:
    """Return a connected socket.

    Raises:
        RefusedAddress: the name leads to a private address that is no simulator.
        OSError: no connection.
    """
    if f"{host}:{port}".lower() in private_hosts:
        return socket.create_connection((host, port), timeout)
    last: OSError = OSError(f"{host} has no address")
    for address in public_addresses(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            last = error
    raise last


class _PlainSmtp(smtplib.SMTP):
    def __init__(self, host: str, port: int, private_hosts: Collection[str], **options: Any) -> None:
        self._private_hosts = private_hosts
        super().__init__(host, port, timeout=TIMEOUT, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return open_socket(host, port, self._private_hosts, timeout)


class _TlsSmtp(smtplib.SMTP_SSL):
    def __init__(self, host: str, port: int, private_hosts: Collection[str], **options: Any) -> None:
        self._private_hosts = private_hosts
        super().__init__(host, port, timeout=TIMEOUT, context=ssl.create_default_context(), **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = open_socket(host, port, self._private_hosts, timeout)
        return self.context.wrap_socket(raw, server_hostname=host)


class _PlainPop(poplib.POP3):
    def __init__(self, host: str, port: int, private_hosts: Collection[str]) -> None:
        self._private_hosts = private_hosts
        super().__init__(host, port, TIMEOUT)

    def _create_socket(self, timeout: float) -> socket.socket:
        return open_socket(self.host, self.port, self._private_hosts, timeout)


class _TlsPop(poplib.POP3_SSL):
    def __init__(self, host: str, port: int, private_hosts: Collection[str]) -> None:
        self._private_hosts = private_hosts
        super().__init__(host, port, timeout=TIMEOUT, context=ssl.create_default_context())

    def _create_socket(self, timeout: float) -> socket.socket:
        raw = open_socket(self.host, self.port, self._private_hosts, timeout)
        return cast(ssl.SSLContext, self.context).wrap_socket(raw, server_hostname=self.host)  # type: ignore[attr-defined]


def told(reply: object, account: Account, longest: int = 300) -> str:
    """Return what a server said, as one line without the account's secrets."""
    text = reply.decode("utf-8", errors="replace") if isinstance(reply, bytes) else str(reply)
    secrets = (*account.secrets.values(), *account.old_secrets.values())
    return " ".join(redact("".join(char if char.isprintable() else " " for char in text), secrets).split())[:longest]


def translate(error: Exception, account: Account) -> ChannelError:
    """Return the kind that a failure of the line means; its text is redacted."""
    detail = told(f"{type(error).__name__}: {error}", account)
    if isinstance(error, ChannelError):
        return error
    if isinstance(error, RefusedAddress):
        return PrivateServer(detail=detail)
    if isinstance(error, ssl.SSLError):
        return NotSecure(detail=detail)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if 400 <= error.smtp_code < 500:
            return MailServerAway(detail=detail, pause_account=True)
        return SignInRefused(detail=detail)
    if isinstance(error, UnicodeError):
        # Its own text quotes what could not be encoded, which may be the password.
        return SignInRefused(detail="the sign-in name or password holds letters outside ASCII")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SignInRefused(detail=detail)
    return MailServerAway(detail=detail, pause_account=isinstance(error, smtplib.SMTPConnectError))


def _refuse_plain(host: str, port: int, security: str, private_hosts: Collection[str]) -> None:
    if security == PLAIN and f"{host}:{port}".lower() not in private_hosts:
        raise NotSecure(detail=f"plain connection to {host}:{port} is for simulators only")


def open_smtp(account: Account, private_hosts: Collection[str]) -> smtplib.SMTP:
    """Return a session that is signed in and may send. Whoever takes it closes it with `close_smtp`.

    Raises: TryAgain, NeedsPerson.
    """
    settings = account.settings
    host, port, security = str(settings["server"]), int(settings["port"]), str(settings["security"])
    _refuse_plain(host, port, security, private_hosts)
    sender = str(settings["sender_address"])
    smtp: smtplib.SMTP | None = None
    try:
        kind = _TlsSmtp if security == TLS else _PlainSmtp
        smtp = kind(host, port, private_hosts, local_hostname=sender.rpartition("@")[2])
        smtp.ehlo_or_helo_if_needed()
        if security == STARTTLS:
            if not smtp.has_extn("starttls"):
                raise NotSecure(detail=f"{host}:{port} offers no STARTTLS")
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        smtp.login(str(settings["user"]) or sender, account.secrets.get("password", ""))
    except (OSError, smtplib.SMTPException, UnicodeError, ChannelError) as error:
        if smtp is not None:
            smtp.close()
        raise translate(error, account) from None
    return smtp


def close_smtp(smtp: smtplib.SMTP | None) -> None:
    """Say goodbye and close, whatever state the session is in."""
    if smtp is not None:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


@contextmanager
def pop_session(account: Account, private_hosts: Collection[str]) -> Iterator[poplib.POP3]:
    """Give a session in the mailbox of bounces; nothing in it is deleted.

    Raises: TryAgain, NeedsPerson.
    """
    settings = account.settings
    host, port, security = str(settings["bounce_server"]), int(settings["bounce_port"]), settings["bounce_security"]
    _refuse_plain(host, port, str(security), private_hosts)
    pop: poplib.POP3 | None = None
    try:
        pop = (_TlsPop if security == TLS else _PlainPop)(host, port, private_hosts)
        _sign_in(pop, account)
        yield pop
    except (OSError, EOFError, poplib.error_proto, UnicodeError) as error:
        raise translate(error, account) from None
    finally:
        if pop is not None:
            with suppress(OSError, EOFError, poplib.error_proto):
                pop.quit()
            pop.close()


def _sign_in(pop: poplib.POP3, account: Account) -> None:
    settings = account.settings
    try:
        pop.user(str(settings["bounce_user"] or settings["bounce_address"] or settings["sender_address"]))
        pop.pass_(account.secrets.get("bounce_password", ""))
    except poplib.error_proto as error:
        raise SignInRefused(
            "Hộp thư nhận thư bị trả về không nhận tên đăng nhập hoặc mật khẩu. Thư tin vẫn gửi được; thầy cô mở "
            "Cài đặt kênh, nhập lại mật khẩu hộp thư này.",
            detail=told(error, account),
        ) from None
