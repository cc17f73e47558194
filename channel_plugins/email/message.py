"""One letter to one person, as bytes for the wire: headers, a text part and an HTML part.

Names of headers: RFC 5322, RFC 2369 and RFC 8058 (List-Unsubscribe, One-Click). Lines stay within 78 octets, but for
addresses inside a header, which must not be folded and may be as long as 998.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Any

from channel_plugins.reach import Recipient
from channel_plugins.types import Account

from .content import greeting, one_line, paragraphs

_OURS = re.compile(r"<loa\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([0-9a-f]{16})@")
_PLAIN_ADDRESS = re.compile(r"https?://[!-;=?-~]+")

_TEXT = "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1c2526"
_SMALL = "font-family:Arial,Helvetica,sans-serif;font-size:13px;line-height:1.5;color:#55605f"


def _tag(key: str, ref: str, password: str) -> str:
    return hmac.new(password.encode(), f"{key}.{ref}".encode(), "sha256").hexdigest()[:16]


def message_id(key: str, ref: str, account: Account) -> str:
    """Return the Message-ID of the letter `key` to `ref`: always the same, so that a repeat can be recognised, and
    signed, so that nobody can make up a bounce."""
    domain = str(account.settings["sender_address"]).rpartition("@")[2]
    return f"<loa.{key}.{ref}.{_tag(key, ref, account.secrets.get('password', ''))}@{domain}>"


def read_message_id(text: str, account: Account) -> tuple[str, str] | None:
    """Return (key, ref) of a Message-ID that we made with the present or the former password; None for any other."""
    found = _OURS.search(text)
    if found is None:
        return None
    key, ref, tag = found.groups()
    passwords = (account.secrets.get("password", ""), account.old_secrets.get("password"))
    if any(hmac.compare_digest(tag, _tag(key, ref, word)) for word in passwords if word is not None):
        return key, ref
    return None


def build(
    data: Mapping[str, Any],
    key: str,
    person: Recipient,
    account: Account,
    pictures: Sequence[tuple[str, str, str]],
    at: datetime,
) -> bytes:
    """Return the letter with CRLF line ends.

    Args:
        data: what `content.letter` gave.
        pictures: (address, description, caption) of those that anybody can fetch now.
        at: when it is sent; the Date header.
    """
    settings = account.settings
    head = [
        ("From", _mailbox("From", str(settings["sender_name"]), str(settings["sender_address"]))),
        ("To", _mailbox("To", person.name, person.address)),
        ("Reply-To", f"<{settings['reply_to']}>" if settings.get("reply_to") else ""),
        ("Subject", _words("Subject", str(data["subject"]))),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id(key, person.ref, account)),
        ("Auto-Submitted", "auto-generated"),
    ]
    if _PLAIN_ADDRESS.fullmatch(person.stop_url):
        head.append(("List-Unsubscribe", f"<{person.stop_url}>"))
        head.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    mail = EmailMessage(policy=SMTP)
    mail.set_content(_text(data, person, pictures), cte="quoted-printable")
    mail.add_alternative(_html(data, person, pictures), subtype="html", cte="quoted-printable")
    return "".join(f"{name}: {value}\r\n" for name, value in head if value).encode("ascii") + mail.as_bytes()


def _words(name: str, text: str) -> str:
    """Return the value of a header in encoded words, folded. `email.policy` of Python 3.11 loses the blank between two
    encoded words it folds, so the older class does it."""
    return Header(one_line(text), "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")


def _mailbox(header: str, name: str, address: str) -> str:
    return f"{_words(header, name)}\r\n <{address}>" if one_line(name) else f"<{address}>"


def _text(data: Mapping[str, Any], person: Recipient, pictures: Sequence[tuple[str, str, str]]) -> str:
    head = " · ".join(part for part in (data["kicker"], data["unit_name"], data["date"]) if part)
    blocks = [head, greeting(person.name), str(data["title"]).upper() if data["kicker"] else data["title"]]
    blocks += [data["summary"], *paragraphs(str(data["text"])), data["author"]]
    blocks += [f"{data['link_label']}:\n{data['link']}"]
    blocks += [f"Ảnh: {caption or alt}\n{address}" for address, alt, caption in pictures]
    if data["contact"]:
        blocks.append(f"Thông tin cho báo chí:\n{data['contact']}")
    stop = f"Thôi nhận thư: {person.stop_url}" if person.stop_url else ""
    foot = "\n".join(part for part in (data["reason"], stop, data["postal_address"]) if part)
    return "\n\n".join([block for block in blocks if block] + ["-- \n" + foot]) + "\n"


def _html(data: Mapping[str, Any], person: Recipient, pictures: Sequence[tuple[str, str, str]]) -> str:
    head = " · ".join(escape(part) for part in (data["kicker"], data["unit_name"], data["date"]) if part)
    hello = f"<p>{escape(greeting(person.name))}</p>" if greeting(person.name) else ""
    summary = f"<p><strong>{escape(data['summary'])}</strong></p>" if data["summary"] else ""
    author = f'<p style="text-align:right"><em>{escape(data["author"])}</em></p>' if data["author"] else ""
    shown = "".join(_picture(*picture) for picture in pictures)
    contact = ""
    if data["contact"]:
        contact = f"<p><strong>Thông tin cho báo chí</strong><br>{_lines(data['contact'])}</p>"
    link = (
        f'<p style="margin:24px 0"><a href="{escape(data["link"])}" style="background:#0b5d57;color:#ffffff;'
        f'padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">'
        f"{escape(data['link_label'])}</a></p>"
    )
    stop = ""
    if person.stop_url:
        stop = f'<br><a href="{escape(person.stop_url)}" style="color:#55605f">Thôi nhận thư</a>'
    return (
        f'<!doctype html>\n<html lang="{escape(data["language"])}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(data["title"])}</title>'
        f'</head>\n<body style="margin:0;padding:16px;background:#f3f5f4">\n<div style="max-width:600px;margin:0 auto;'
        f'background:#ffffff;padding:24px;border-radius:8px;{_TEXT}">\n<p style="margin:0;{_SMALL}">{head}</p>\n{hello}'
        f'<h1 style="font-size:24px;line-height:1.3;margin:16px 0">{escape(data["title"])}</h1>\n{summary}\n'
        f"{data['html']}"
        f"\n{author}{shown}{link}{contact}</div>\n"
        f'<p style="max-width:600px;margin:16px auto;{_SMALL}">{escape(data["reason"])}{stop}<br>'
        f"{_lines(data['postal_address'])}</p>\n</body>\n</html>\n"
    )


def _picture(address: str, alt: str, caption: str) -> str:
    below = f'<br><span style="{_SMALL}">{escape(caption)}</span>' if caption else ""
    size = 'width="552" style="max-width:100%;height:auto"'
    return f'<p><img src="{escape(address)}" alt="{escape(alt)}" {size}>{below}</p>'


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in paragraphs(text))
