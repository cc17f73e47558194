"""Letters in the simulated mailboxes: taken apart, reported as undeliverable, and shown in a browser."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from html import escape

_WORDS = {"5.1.1": "550 5.1.1 no such mailbox here", "5.2.2": "552 5.2.2 mailbox is full"}


@dataclass(frozen=True)
class Letter:
    """One message as it was taken: envelope, bytes, and when."""

    number: int
    sender: str
    recipient: str
    raw: bytes = field(repr=False)
    at: datetime

    def parsed(self) -> EmailMessage:
        """Return the message with its parts decoded."""
        message = email.message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)  # noqa: S101
        return message

    def part(self, kind: str) -> str:
        """Return the part of this kind ("plain" or "html") as text."""
        found = self.parsed().get_body((kind,))
        return "" if found is None else str(found.get_content())


def report(letter: Letter, status: str, at: datetime) -> bytes:
    """Return the delivery report (RFC 3464) about a letter, as a mail server writes it."""
    reason = _WORDS.get(status, f"550 {status} not delivered")
    head = letter.raw.partition(b"\r\n\r\n")[0].decode("ascii", errors="replace")
    border = "bao-loi-mo-phong"
    lines = [
        "From: MAILER-DAEMON@mo-phong.example",
        f"To: {letter.sender}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{border}"',
        "",
        f"--{border}",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"The letter to {letter.recipient} could not be delivered: {reason}",
        "",
        f"--{border}",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mo-phong.example",
        "",
        f"Final-Recipient: rfc822; {letter.recipient}",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {reason}",
        "",
        f"--{border}",
        "Content-Type: text/rfc822-headers",
        "",
        *head.split("\r\n"),
        "",
        f"--{border}--",
        "",
    ]
    return "\r\n".join(lines).encode()


def _page(body: str) -> bytes:
    style = (
        "body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2526}"
        "table{border-collapse:collapse;width:100%}td,th{text-align:left;overflow-wrap:anywhere;"
        "padding:.4rem;border-bottom:1px solid #ccd5d3}"
        "iframe{width:100%;height:40rem;border:1px solid #ccd5d3}"
        "pre{white-space:pre-wrap;background:#f3f5f4;padding:1rem}"
    )
    html = (
        '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Hộp thư mô phỏng</title><style>{style}</style>{body}</html>"
    )
    return html.encode()


def inbox_page(letters: list[Letter]) -> bytes:
    """Return the page with all letters, the newest first."""
    rows = "".join(
        f"<tr><td>{letter.at:%H:%M:%S %d/%m/%Y}</td><td>{escape(letter.recipient)}</td>"
        f'<td><a href="/thu/{letter.number}">{escape(str(letter.parsed()["Subject"]))}</a></td></tr>'
        for letter in reversed(letters)
    )
    none = "<p>Chưa có thư nào.</p>" if not letters else ""
    return _page(
        f"<h1>Hộp thư mô phỏng</h1><p>Mọi thư gửi qua máy chủ mô phỏng nằm ở đây; không thư nào ra ngoài.</p>{none}"
        f"<table><tr><th>Lúc</th><th>Gửi tới</th><th>Tiêu đề</th></tr>{rows}</table>"
    )


def letter_page(letter: Letter) -> bytes:
    """Return the page with one letter: its headers, both parts."""
    message = letter.parsed()
    names = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post")
    rows = "".join(
        f"<tr><th>{name}</th><td>{escape(str(message[name]))}</td></tr>" for name in names if message[name] is not None
    )
    return _page(
        f'<p><a href="/">Hộp thư</a></p><h1>{escape(str(message["Subject"]))}</h1><table>{rows}</table>'
        f'<h2>Phần HTML</h2><iframe sandbox="allow-popups" src="/thu/{letter.number}/html" title="Thư"></iframe>'
        f"<h2>Phần chữ</h2><pre>{escape(letter.part('plain'))}</pre>"
    )
