"""A running simulator of Facebook, the channel that talks to it, and what a host does around one delivery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from channel_plugins import Account, ConnectStep, LookUp, Payload, Receipt, Sent, TryAgain, Unsure
from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.simulators.facebook import APP_ID, APP_SECRET, PAGE_ID, VERIFY_TOKEN, FacebookSimulator
from channel_plugins.simulators.server import running
from channel_plugins.testing import PICTURE, FakeHost, sample_account, sample_media, sample_post

NOW = datetime(2026, 9, 5, 1, 0, tzinfo=UTC)
BACK = "https://truong.example.edu.vn/kenh/facebook/quay-ve"


@dataclass
class Stage:
    """The simulator, its address, the channel and an account of the first Page."""

    sim: FacebookSimulator
    url: str
    channel: FacebookChannel
    account: Account

    def account_with(self, **changes: str) -> Account:
        """Return the account with other settings or secrets."""
        return sample_account(self.channel, {**self.account.settings, **self.account.secrets, **changes})

    def payload(self, pictures: int = 0, **changes: Any) -> Payload:
        """Return the payload of the sample article with so many pictures."""
        media = tuple(sample_media(f"anh-{n}", alt=f"Ảnh số {n}") for n in range(pictures))
        return self.channel.render(sample_post(media=media, **changes), self.account)

    def publish(self, payload: Payload | None = None) -> Receipt:
        """Publish a payload, or the sample article without pictures."""
        return self.channel.publish(payload or self.payload(), "k-1", self.account, pictures())

    def look_up(self, payload: Payload, started_at: datetime | None = None, receipt: Receipt | None = None) -> LookUp:
        """Look a delivery up."""
        return self.channel.look_up("k-1", self.account, Sent(payload, started_at or self.sim.now(), receipt))

    def posts(self, page: str = PAGE_ID) -> list[dict[str, Any]]:
        """Return what stands on a Page, newest first."""
        return list(self.sim.state()["pages"][page]["posts"])

    def deliver(self, payload: Payload) -> Receipt:
        """Do what the host does: repeat what certainly failed, look up what is unsure, never repeat blindly."""
        for _ in range(6):
            started_at = self.sim.now()
            try:
                return self.publish(payload)
            except TryAgain as error:
                self.sim.advance((error.after or timedelta(minutes=1)).total_seconds())
            except Unsure:
                found = self.settled(payload, started_at)
                if found is not None:
                    return found
        raise AssertionError("the delivery never ended")

    def settled(self, payload: Payload, started_at: datetime) -> Receipt | None:
        """Look up until it is known; None when the post is certainly not there."""
        for _ in range(6):
            self.sim.advance(5)
            try:
                found = self.look_up(payload, started_at)
            except TryAgain as error:
                self.sim.advance((error.after or timedelta(minutes=1)).total_seconds())
                continue
            assert found.state in ("found", "not_there")
            return found.receipt
        raise AssertionError("the look-up never ended")

    def consent(
        self, step: ConnectStep, *pages: str, person: str = "5001", answer: str = "yes", **more: str
    ) -> dict[str, str]:
        """Do what a person does on the consent page; return the query with which the browser comes back."""
        query = {**dict(parse_qsl(urlsplit(step.url).query)), "person": person, "answer": answer, **more}
        query |= {f"page_{page}": "1" for page in pages}
        given = requests.get(f"{self.url}/dialog/answer", params=query, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(given.headers["Location"]).query))

    def connect(self, answers: dict[str, str], kept: Any = None) -> ConnectStep:
        """Take one step of connecting."""
        return self.channel.connect(answers, kept or {}, BACK)


def pictures(count: int = 10) -> FakeHost:
    """Return a host with pictures that differ."""
    return FakeHost({f"anh-{n}": PICTURE + bytes([n]) for n in range(count)})


@contextmanager
def facebook(**options: Any) -> Iterator[Stage]:
    """Run the simulator on a fixed clock that the channel shares."""
    sim = FacebookSimulator(NOW)
    with running(sim) as url:
        channel = FacebookChannel(clock=sim.now)
        places = {"graph_url": url, "dialog_url": url}
        keys = {"app_id": APP_ID, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
        channel.configure({**keys, **places, **options}, [urlsplit(url).netloc])
        raw = {"page_id": PAGE_ID, "page_name": "Trường THCS Hoa Mai", "page_token": sim.page_token()}
        yield Stage(sim, url, channel, sample_account(channel, raw))
