"""A mail provider on this machine: SMTP that stores, POP3 with the reports of failed delivery, a page to read letters.

Three ports: SMTP, POP3 and, as with every simulator, HTTP with an inbox to look at and `/_sim/*` to steer. Places
faults are ordered for, in the order of a conversation:

    SMTP CONNECT, SMTP AUTH, SMTP MAIL <sender>, SMTP RCPT <recipient>, SMTP DATA <recipient>, SMTP END <recipient>

`rate_limit` is 421 at CONNECT, 454 at AUTH and 451 elsewhere; `error_before` is 535 at AUTH, 550 at RCPT and 554
elsewhere; `drop_before` breaks the line before anything is done (at END: the text was heard and is forgotten),
`drop_after` at END after the letter was stored, `error_after` at END stores and says 451 all the same; `slow` waits.

Recipients whose address begins with `khong-con` come back as 5.1.1, `day-hop-thu` as 5.2.2, and `tu-choi` are refused
at RCPT at once. `POST /_sim/bounces {"address": ..., "status": "5.1.1", "seconds": 60}` makes any other come back,
later.
"""

from __future__ import annotations

import base64
import binascii
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .mail_letters import Letter, inbox_page, letter_page, report
from .server import Ordered, SimAnswer, SimRequest, Simulator, running

BOUNCING = {"khong-con": "5.1.1", "day-hop-thu": "5.2.2"}
REFUSED = "tu-choi"


class MailSimulator(Simulator):
    """A provider with one account and the mailboxes of everybody.

    Args:
        password: what SMTP and POP3 ask for; None takes any.

    `tls` lets SMTP offer STARTTLS; with `implicit` both SMTP and POP3 speak TLS from the first byte.
    """

    name = "mail"

    def __init__(self, now: datetime | None = None, password: str | None = None) -> None:
        self.letters: list[Letter] = []
        self.reports: list[tuple[datetime, bytes]] = []
        self.bouncing: dict[str, tuple[str, float]] = {}
        self.password = password
        self.tls: ssl.SSLContext | None = None
        self.implicit = False
        super().__init__(now)

    def reset(self) -> None:
        """Empty every mailbox."""
        super().reset()
        self.letters.clear()
        self.reports.clear()
        self.bouncing.clear()

    def state(self) -> dict[str, Any]:
        """Return the letters, and how many reports have arrived."""
        shown = [
            {
                "sender": letter.sender,
                "recipient": letter.recipient,
                "subject": str(letter.parsed()["Subject"]),
                "message_id": str(letter.parsed()["Message-ID"]),
                "at": letter.at.isoformat(),
            }
            for letter in self.letters
        ]
        return {"letters": shown, "reports": len(self.arrived())}

    def steer(self, request: SimRequest) -> SimAnswer:
        """Let an address bounce; the rest as in every simulator."""
        if request.place == "POST /_sim/bounces":
            wanted = request.json()
            self.bounce(wanted["address"], wanted.get("status", "5.1.1"), float(wanted.get("seconds", 0)))
            return SimAnswer({"done": True})
        return super().steer(request)

    def bounce(self, address: str, status: str = "5.1.1", seconds: float = 0.0) -> None:
        """Let letters to `address` come back, `seconds` after they were taken."""
        with self.lock:
            self.bouncing[address] = (status, seconds)

    def fault(self, place: str) -> Ordered | None:
        """Take the fault that was ordered for a place of an SMTP conversation."""
        with self.lock:
            return self._fault_for(SimRequest(*place.partition(" ")[::2], {}, {}, b""))

    def store(self, sender: str, recipient: str, raw: bytes) -> None:
        """Put a letter into its mailbox, and write the report if it cannot be delivered."""
        with self.lock:
            letter = Letter(len(self.letters) + 1, sender, recipient, raw, self.now())
            self.letters.append(letter)
            named = next((code for start, code in BOUNCING.items() if recipient.startswith(start)), None)
            status, seconds = self.bouncing.get(recipient, (named, 0.0))
            if status is not None and sender:
                due = self.now() + timedelta(seconds=seconds)
                self.reports.append((due, report(letter, status, due)))

    def arrived(self) -> list[bytes]:
        """Return the reports that have come by now."""
        with self.lock:
            return [raw for due, raw in self.reports if due <= self.now()]

    def to(self, recipient: str) -> list[Letter]:
        """Return the letters in one person's mailbox."""
        with self.lock:
            return [letter for letter in self.letters if letter.recipient == recipient]

    def respond(self, request: SimRequest) -> SimAnswer:
        """Show the inbox: the list at /, a letter at /thu/<number>, its HTML part at /thu/<number>/html."""
        parts = request.path.strip("/").split("/")
        if parts == [""]:
            return _page(inbox_page(self.letters))
        if parts[0] == "thu" and len(parts) >= 2 and parts[1].isdigit() and 0 < int(parts[1]) <= len(self.letters):
            letter = self.letters[int(parts[1]) - 1]
            if parts[2:] == ["html"]:
                return SimAnswer(letter.part("html").encode(), content_type="text/html; charset=utf-8")
            return _page(letter_page(letter))
        return SimAnswer({"error": "not found"}, 404)


def _page(html: bytes) -> SimAnswer:
    return SimAnswer(html, content_type="text/html; charset=utf-8")


class _Drop(Exception):
    """The line breaks here."""


class _Conversation(socketserver.StreamRequestHandler):
    simulator: MailSimulator
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(_Drop, OSError):
            if self.simulator.implicit:
                self.encrypt()
            self.talk()

    def encrypt(self) -> None:
        """Go on in TLS."""
        assert self.simulator.tls is not None  # noqa: S101
        self.connection = self.simulator.tls.wrap_socket(self.connection, server_side=True)
        self.setup_streams()

    def setup_streams(self) -> None:
        """Read and write through the connection as it is now."""
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        """Close what `encrypt` opened, too."""
        for stream in (self.wfile, self.rfile, self.connection):
            with suppress(OSError):
                stream.close()

    def talk(self) -> None:
        raise NotImplementedError

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("utf-8", errors="replace") + b"\r\n")

    def hear(self) -> str:
        line = self.rfile.readline(4096)
        if not line:
            raise _Drop
        return line.decode("utf-8", errors="replace").rstrip("\r\n")


class _SmtpConversation(_Conversation):
    def talk(self) -> None:
        if self._fails("CONNECT", "421 4.3.2 too many connections", "554 5.3.2 no service"):
            return
        self.say("220 mo-phong.example ESMTP")
        sender = ""
        recipients: list[str] = []
        while True:
            line = self.hear()
            verb, _blank, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                self._greet()
            elif verb == "STARTTLS":
                self.say("220 2.0.0 ready")
                self.encrypt()
            elif verb == "HELO":
                self.say("250 mo-phong.example")
            elif verb == "AUTH":
                self._sign_in(rest)
            elif verb == "MAIL":
                sender, recipients = _path(rest), []
                if not self._fails(f"MAIL {sender}", "451 4.3.0 later", "553 5.7.1 sender not allowed"):
                    self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                self._recipient(_path(rest), recipients)
            elif verb == "DATA":
                self._data(sender, recipients)
                recipients = []
            elif verb in ("RSET", "NOOP"):
                self.say("250 2.0.0 ok")
            elif verb == "QUIT":
                self.say("221 2.0.0 bye")
                return
            else:
                self.say("502 5.5.1 unknown")

    def _greet(self) -> None:
        abilities = ["mo-phong.example", "AUTH PLAIN LOGIN", "8BITMIME", "SIZE 20000000"]
        if self.simulator.tls is not None and not isinstance(self.connection, ssl.SSLSocket):
            abilities.insert(1, "STARTTLS")
        for text in abilities[:-1]:
            self.say(f"250-{text}")
        self.say(f"250 {abilities[-1]}")

    def _fails(self, place: str, later: str, never: str) -> bool:
        """Carry out the fault ordered for a place; True when the answer was given already."""
        ordered = self.simulator.fault(f"SMTP {place}")
        if ordered is None:
            return False
        if ordered.fault == "slow":
            self.simulator.wait(ordered.seconds)
            return False
        if ordered.fault in ("drop_before", "drop_after", "garbage"):
            raise _Drop
        self.say(later if ordered.fault == "rate_limit" else never)
        return True

    def _sign_in(self, rest: str) -> None:
        scheme, _blank, first = rest.partition(" ")
        if scheme.upper() == "PLAIN":
            password = _decoded(first or self._ask("334 ")).rpartition("\0")[2]
        else:
            if not first:
                self._ask("334 VXNlcm5hbWU6")
            password = _decoded(self._ask("334 UGFzc3dvcmQ6"))
        if self._fails("AUTH", "454 4.7.0 temporary failure", "535 5.7.8 bad credentials"):
            return
        wanted = self.simulator.password
        self.say("235 2.7.0 ok" if wanted is None or password == wanted else "535 5.7.8 bad credentials")

    def _ask(self, question: str) -> str:
        self.say(question)
        return self.hear()

    def _recipient(self, address: str, recipients: list[str]) -> None:
        if self._fails(f"RCPT {address}", "451 4.2.1 try again", "550 5.1.1 no such user"):
            return
        if address.startswith(REFUSED):
            self.say("550 5.1.1 no such user")
            return
        recipients.append(address)
        self.say("250 2.1.5 ok")

    def _data(self, sender: str, recipients: list[str]) -> None:
        if not recipients:
            self.say("503 5.5.1 no recipients")
            return
        to = recipients[0]
        if self._fails(f"DATA {to}", "451 4.3.0 later", "554 5.6.0 not this letter"):
            return
        self.say("354 go ahead")
        raw = self._letter()
        ordered = self.simulator.fault(f"SMTP END {to}")
        fault = ordered.fault if ordered else None
        if ordered is not None and fault == "slow":
            self.simulator.wait(ordered.seconds)
        if fault == "drop_before":
            raise _Drop
        if fault in ("error_before", "rate_limit"):
            self.say("554 5.7.1 looks like spam" if fault == "error_before" else "451 4.7.1 later")
            return
        for address in recipients:
            self.simulator.store(sender, address, raw)
        if fault == "drop_after":
            raise _Drop
        self.say("451 4.3.0 something broke" if fault == "error_after" else "250 2.0.0 queued")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline(100_000)) != b".\r\n":
            if not line:
                raise _Drop
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class _PopConversation(_Conversation):
    def talk(self) -> None:
        self.say("+OK mo-phong.example")
        reports = self.simulator.arrived()
        while True:
            verb, _blank, rest = self.hear().partition(" ")
            verb = verb.upper()
            if verb == "PASS" and self.simulator.password not in (None, rest):
                self.say("-ERR bad credentials")
            elif verb == "STAT":
                self.say(f"+OK {len(reports)} {sum(map(len, reports))}")
            elif verb == "LIST":
                self._lines([f"{place} {len(raw)}" for place, raw in enumerate(reports, start=1)])
            elif verb in ("RETR", "TOP"):
                number = int(rest.split()[0])
                text = reports[number - 1].decode("utf-8", errors="replace")
                self._lines((text.partition("\r\n\r\n")[0] + "\r\n" if verb == "TOP" else text).split("\r\n"))
            else:
                self.say("+OK")
                if verb == "QUIT":
                    return

    def _lines(self, lines: list[str]) -> None:
        self.say("+OK")
        for line in lines:
            self.say("." + line if line.startswith(".") else line)
        self.say(".")


def _path(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8", errors="replace")
    except binascii.Error:
        return ""


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


@dataclass(frozen=True)
class Places:
    """Where a running mail simulator listens. `hosts` is what a channel must be told as its private hosts."""

    http: str
    smtp_port: int
    pop_port: int

    @property
    def hosts(self) -> tuple[str, str]:
        """`host:port` of SMTP and of POP3."""
        return (f"127.0.0.1:{self.smtp_port}", f"127.0.0.1:{self.pop_port}")


@contextmanager
def serving(simulator: MailSimulator, smtp_port: int = 0, pop_port: int = 0) -> Iterator[tuple[int, int]]:
    """Serve SMTP and POP3 on threads and give both ports; port 0 takes a free one. HTTP is served beside them."""
    servers = []
    for base, port in ((_SmtpConversation, smtp_port), (_PopConversation, pop_port)):
        handler = type(f"Sim{base.__name__}", (base,), {"simulator": simulator})
        server = _Tcp(("127.0.0.1", port), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        servers.append((server, thread))
    try:
        yield servers[0][0].server_address[1], servers[1][0].server_address[1]
    finally:
        simulator.release()
        for server, thread in servers:
            server.shutdown()
            server.server_close()
            thread.join()


@contextmanager
def running_mail(simulator: MailSimulator, port: int = 0, smtp_port: int = 0, pop_port: int = 0) -> Iterator[Places]:
    """Serve all three ports of `simulator` and say where."""
    with running(simulator, port) as http, serving(simulator, smtp_port, pop_port) as (smtp, pop):
        yield Places(http, smtp, pop)


__all__ = ["Letter", "MailSimulator", "Places", "report", "running_mail", "serving"]
