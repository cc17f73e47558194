"""A school's Zalo channel against the simulator, over real HTTP, on the simulator's clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channel_plugins import Account, LookUp, Payload, Receipt, Sent, TryAgain, Unsure
from channel_plugins.simulators.server import running
from channel_plugins.simulators.zalo import ZaloSimulator
from channel_plugins.testing import FakeHost, sample_account, sample_media, sample_post
from channel_plugins.types import Post
from channel_plugins.zalo.channel import ZaloChannel

MORNING = datetime(2026, 9, 5, 1, 0, tzinfo=UTC)
OA = "4000000000000000001"


class SiteHost(FakeHost):
    """A host whose pictures stand on a site that the simulator plays too."""

    base = ""

    def public_url(self, ref: str) -> str | None:
        return f"{self.base}/anh/{ref}.jpg"


@dataclass
class Kit:
    """Everything a test needs; `drive` does what the host does."""

    sim: ZaloSimulator
    base: str
    channel: ZaloChannel
    host: SiteHost
    account: Account
    forget: set[int] = field(default_factory=set)

    def configure(self, **options: Any) -> None:
        given = {
            "app_id": self.sim.app_id,
            "app_secret": self.sim.app_secret,
            "oa_secret": self.sim.oa_secret,
            "oauth_url": f"{self.base}/v4/oa",
            "openapi_url": self.base,
            **options,
        }
        self.channel.configure(given, [self.base.removeprefix("http://")])

    def settings(self, **changes: Any) -> None:
        self.account = replace(self.account, settings={**self.account.settings, **changes})

    def grant(self) -> None:
        pair = self.sim.grant(OA)
        ends = (self.sim.now() + timedelta(seconds=int(pair.pop("expires_in")))).isoformat()
        self.account = replace(self.account, secrets={**pair, "expires_at": ends}, old_secrets={})

    def keep(self, secrets: Mapping[str, str]) -> None:
        self.account = replace(self.account, secrets=secrets, old_secrets=self.account.secrets)

    def payload(self, **changes: Any) -> Payload:
        post: Post = sample_post(**{"media": (sample_media("anh-1"), sample_media("anh-2")), **changes})
        assert self.channel.check(post, self.account) == []
        return self.channel.render(post, self.account)

    def drive(self, payload: Payload, steps: int = 40) -> Receipt | LookUp:
        """Publish as the host does: never twice before a look-up was certain, receipts stored between the steps.

        A step whose number is in `forget` is one after which the worker died before it stored anything.
        """
        receipt: Receipt | None = None
        started, sending = self.sim.now(), True
        for step in range(steps):
            pause = timedelta(seconds=5)
            try:
                if sending:
                    started = self.sim.now()
                    got = self.channel.publish(payload, "k-1", self.account, self.host)
                    sending = False
                    receipt = None if self._dies(step) else got
                else:
                    seen = self.channel.look_up("k-1", self.account, Sent(payload, started, receipt))
                    if self._dies(step):
                        continue
                    if seen.state == "cannot_tell":
                        return seen
                    sending, receipt = seen.state == "not_there", seen.receipt
                if receipt is not None and receipt.settled:
                    return receipt
            except Unsure:
                sending = False
            except TryAgain as error:
                pause = max(error.after or pause, pause)
                if error.renew:
                    self.channel.renew(self.account, self.keep)
            self.sim.advance(pause.total_seconds())
        raise AssertionError("the delivery never came to an end")

    def _dies(self, step: int) -> bool:
        dies = step in self.forget
        self.forget.discard(step)
        return dies

    def published(self, **changes: Any) -> Receipt:
        receipt = self.drive(self.payload(**changes))
        assert isinstance(receipt, Receipt) and receipt.settled
        return receipt

    def calls(self, place: str) -> int:
        return sum(1 for request in self.sim.requests if request.place == place)


@pytest.fixture(scope="session")
def zalo_server() -> Iterator[tuple[ZaloSimulator, str]]:
    simulator = ZaloSimulator(MORNING)
    with running(simulator) as base:
        yield simulator, base


@pytest.fixture
def zalo(zalo_server: tuple[ZaloSimulator, str]) -> Kit:
    simulator, base = zalo_server
    simulator.reset()
    simulator._moved = timedelta(0)
    channel = ZaloChannel(clock=simulator.now, sleep=simulator.advance)
    account = sample_account(channel, {"oa_id": OA, "oa_name": "Trường THCS Hoa Mai"})
    host = SiteHost()
    host.base = base
    kit = Kit(simulator, base, channel, host, account)
    kit.configure()
    kit.grant()
    return kit
