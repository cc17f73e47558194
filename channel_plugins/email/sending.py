"""Sending one letter after the other, with the host's ledger in step.

For each person: the envelope is offered, the beginning is noted durably, then the letter goes out. What the ledger says
afterwards is what is known: `accepted` after the server's 250, `refused` or `put_back` after its plain no, and nothing
when the line broke after the text was handed over: then it stays begun, and nobody sends it again (RFC 5321 leaves the
outcome open there).
"""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from channel_plugins import recorder
from channel_plugins.errors import HIDDEN, ChannelError
from channel_plugins.reach import Audience, Recipient
from channel_plugins.types import Account

from .errors import LetterRefused, MailServerAway, MoreToSend, SenderRefused, SignInRefused, SomeLater
from .settings import is_address
from .wire import close_smtp, open_smtp, told

#: Seconds of one call; the rest of the list is left for the next one.
LONGEST_CALL = 600.0
#: How often in a row the line may break before the server is left alone for a while.
MOST_BREAKS = 3
#: A letter that so many are refused for, and nobody got, is refused for what it says.
MOST_CONTENT_REFUSALS = 3
LATER = timedelta(minutes=15)

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.\d{1,3}\b")


@dataclass
class Tally:
    """What came of one call."""

    accepted: int = 0
    refused: int = 0
    later: int = 0
    doubtful: int = 0
    content_refused: int = field(default=0)


def is_permanent(code: int, text: str) -> bool:
    """Return whether a refusal of an address means that it does not exist (any more), so that nothing more is sent.

    550, 551 and 553 do, unless the enhanced code (RFC 3463) says policy (x.7) or something that
    passes about the mailbox.
    """
    found = _ENHANCED.search(text)
    if found is not None:
        return found.group(1) == "5" and found.group(2) == "1"
    return code in (550, 551, 553)


def _temporary(code: int) -> bool:
    return 400 <= code < 500


class Mailing:
    """One call: the session to the server, and the ledger beside it.

    Args:
        write: makes the letter for one person, as bytes with CRLF.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        account: Account,
        private_hosts: Collection[str],
        people: Audience,
        write: Callable[[Recipient], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account, self._private_hosts, self._people, self._write = account, private_hosts, people, write
        self._clock = clock
        self._smtp: smtplib.SMTP | None = None
        self._breaks = 0
        self.tally = Tally()

    def run(self) -> Tally:
        """Send to everybody who waits.

        Raises:
            TryAgain: some wait still. NeedsPerson: the server refuses us. GiveUp: it refuses the letter.
        """
        began = self._clock()
        try:
            for person in list(self._people.waiting()):
                if self._clock() - began > LONGEST_CALL:
                    raise MoreToSend(after=timedelta(seconds=1), detail=str(self.tally))
                self._one(person)
        except ChannelError as error:
            self._note("SMTP", None, error.detail)
            raise
        finally:
            close_smtp(self._smtp)
            self._note("SMTP", None, str(self.tally), self._clock() - began)
        if self.tally.later:
            raise SomeLater(after=LATER, detail=str(self.tally))
        return self.tally

    def _one(self, person: Recipient) -> None:
        if not is_address(person.address):
            self._refuse(person, "Địa chỉ thư không đúng dạng nên không gửi được.", permanent=True)
            return
        letter = self._write(person)
        if self._offer(person) and self._people.begin(person.ref):
            self._hand_over(person, letter)

    def _offer(self, person: Recipient) -> bool:
        """Name sender and recipient to the server, on a new connection if the old one broke; True: it takes them."""
        while True:
            try:
                if self._smtp is None:
                    self._smtp = open_smtp(self._account, self._private_hosts)
                return self._envelope(self._smtp, person)
            except (OSError, smtplib.SMTPException) as error:
                self._broken(error)

    def _envelope(self, smtp: smtplib.SMTP, person: Recipient) -> bool:
        settings = self._account.settings
        smtp.rset()
        code, reply = smtp.mail(str(settings["bounce_address"] or settings["sender_address"]))
        if code != 250:
            self._sender_refused(code, reply)
        code, reply = smtp.rcpt(person.address)
        if code in (250, 251):
            return True
        said = told(reply, self._account)
        self._note("RCPT", code, said.replace(person.address, HIDDEN))
        if code == 421:
            raise MailServerAway(pause_account=True, detail=f"{code} {said}")
        if _temporary(code):
            self._put_back(person)
        else:
            self._refuse(person, _sentence(code, said), permanent=is_permanent(code, said))
        return False

    def _hand_over(self, person: Recipient, letter: bytes) -> None:
        """Send the text of the letter; the beginning is noted already."""
        assert self._smtp is not None  # noqa: S101
        try:
            code, reply = self._smtp.docmd("DATA")
            if code == 354:
                self._smtp.send(re.sub(rb"(?m)^\.", b"..", letter))
        except (OSError, smtplib.SMTPException) as error:
            # The end of the text was never sent, so no server may deliver it (RFC 5321 4.1.1.4).
            self._put_back(person)
            self._broken(error)
            return
        if code == 354:
            try:
                self._smtp.send(b".\r\n" if letter.endswith(b"\r\n") else b"\r\n.\r\n")
                code, reply = self._smtp.getreply()
            except (OSError, smtplib.SMTPException) as error:
                self.tally.doubtful += 1
                self._note("DATA", None, told(f"{type(error).__name__}: {error}", self._account))
                self._broken(error)
                return
        said = told(reply, self._account)
        if code != 250:
            self._note("DATA", code, said.replace(person.address, HIDDEN))
        self._answered(person, code, said)

    def _answered(self, person: Recipient, code: int, said: str) -> None:
        self._breaks = 0
        if code == 250:
            self._people.accepted(person.ref)
            self.tally.accepted += 1
        elif _temporary(code):
            self._put_back(person)
            if code == 421:
                raise MailServerAway(pause_account=True, detail=f"{code} {said}")
        else:
            self._refuse(person, _sentence(code, said), permanent=False)
            self.tally.content_refused += 1
            if self.tally.content_refused >= MOST_CONTENT_REFUSALS and not self.tally.accepted:
                raise LetterRefused(detail=f"{code} {said}")

    def _sender_refused(self, code: int, reply: object) -> None:
        said = f"{code} {told(reply, self._account)}"
        if _temporary(code):
            raise MailServerAway(pause_account=True, detail=said)
        if code in (530, 535):
            raise SignInRefused(detail=said)
        raise SenderRefused(detail=said)

    def _broken(self, error: Exception) -> None:
        """Let go of a broken connection; after too many in a row the server is left alone."""
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.close()
            self._smtp = None
        self._breaks += 1
        if self._breaks >= MOST_BREAKS:
            raise MailServerAway(pause_account=True, detail=told(f"{type(error).__name__}: {error}", self._account))

    def _note(self, verb: str, code: int | None, text: str, seconds: float = 0.0) -> None:
        """Note what a person who looks into a failure wants to see; addresses of recipients stay out of it."""
        place = f"{self._account.settings['server']}:{self._account.settings['port']}"
        recorder.note(verb, place, code, text, seconds)

    def _put_back(self, person: Recipient) -> None:
        self._people.put_back(person.ref)
        self.tally.later += 1

    def _refuse(self, person: Recipient, sentence: str, *, permanent: bool) -> None:
        self._people.refused(person.ref, sentence, permanent=permanent)
        self.tally.refused += 1


def _sentence(code: int, said: str) -> str:
    return f"Máy chủ thư không nhận thư gửi tới địa chỉ này ({code}): {said}".strip()[:400]
