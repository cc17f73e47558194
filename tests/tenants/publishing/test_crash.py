"""The worker killed at every step of a delivery, and every answer lost, over all channels: one post, or a person."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from builders import in_unit
from crash import Service, moving_clock, service, until_settled, work
from crash_cases import CASES, ROTATION, ZALO_ROTATING, Case
from flask import Flask
from publishing_builders import Desk, approved_with_picture, make_desk, plan, see

from channel_plugins import build_manager
from channel_plugins.simulators.server import Fault
from tenants import clock
from tenants.publishing import outlets

ENDED = ("published", "unconfirmed", "needs_person", "failed")


@dataclass
class Bench:
    """A school with an outlet at a simulator."""

    app: Flask
    case: Case
    service: Service
    desk: Desk
    titles: Iterator[int] = field(default_factory=itertools.count)

    def deliver(self, die_at: int | str = 0) -> tuple[int, str, bool]:
        """Ask for a new article on the outlet and let a worker begin; return delivery, title, whether it died."""
        title = f"Ngày hội đọc sách lần thứ {next(self.titles) + 1} của trường"
        article = approved_with_picture(self.app, self.desk, title=title)
        plan(self.app, self.desk, article, "website")
        work(self.app)
        ident = plan(self.app, self.desk, article, self.case.name)
        died = work(self.app, die_at)
        self.case.disturb(self.service)
        return ident, title, died

    def connect(self) -> None:
        """Give the desk a fresh outlet at the simulator."""
        with in_unit(self.app, self.desk.unit):
            account = outlets.create_account(self.case.name, "", self.case.outlet(self.service), actor_id=None)
            self.desk.accounts[self.case.name] = account.id

    def settle(self, *idents: int) -> None:
        """Let time pass until the program has nothing more to do for them."""

        def settled() -> bool:
            seen = [see(self.app, self.desk, ident) for ident in idents]
            return all(one.state in ENDED and one.next_at is None for one in seen)

        until_settled(self.app, [self.service], settled)

    def judge(self, ident: int, title: str, what: str) -> str:
        """Assert that there is one post for what ended as published, at most one else; return the state."""
        seen = see(self.app, self.desk, ident)
        count = self.case.count(self.service.state(), title)
        told = f"{self.case.name}, {what}: {seen.state} with {count} posts; {seen.attempts}; {seen.sentence}"
        if seen.state == "published":
            assert count == 1, told
        else:
            assert seen.state in ENDED and count <= 1 and seen.sentence, told
        return seen.state


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def bench(request: pytest.FixtureRequest, app: Flask) -> Iterator[Bench]:
    case: Case = request.param
    before = app.extensions["loa.channels"]
    with moving_clock(), service(case.make) as running:
        app.extensions["loa.channels"] = build_manager(
            options={case.name: case.options(running)}, private_hosts=[running.place], clock=clock.now
        )
        desk = make_desk(app)
        bench = Bench(app, case, running, desk)
        bench.connect()
        yield bench
    app.extensions["loa.channels"] = before


FAULTS: tuple[Fault, ...] = ("drop_before", "drop_after", "error_before", "error_after", "garbage", "rate_limit")


@pytest.mark.database("sqlite")
def test_one_post_whatever_happens_to_the_call_that_makes_it(bench: Bench) -> None:
    for die_at in ("before", "after"):
        ident, title, died = bench.deliver(die_at=f"{die_at} {bench.case.creating}")
        assert died
        bench.settle(ident)
        assert bench.judge(ident, title, f"killed {die_at} the call") == "published"
    bench.service.steer("faults", match=bench.case.creating, fault="drop_after", times=1)
    ident, title, _died = bench.deliver()
    bench.settle(ident)
    assert bench.judge(ident, title, "answer lost") == "published"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("bench", [ZALO_ROTATING], indirect=True, ids=["zalo"])
def test_a_rotation_of_tokens_that_is_interrupted_ends_well_or_with_a_person(bench: Bench) -> None:
    ident, title, died = bench.deliver(die_at=f"before {ROTATION}")
    assert died
    bench.settle(ident)
    assert bench.judge(ident, title, "killed before the rotation") == "published"

    bench.connect()
    ident, title, died = bench.deliver(die_at=f"after {ROTATION}")
    assert died
    bench.settle(ident)
    assert bench.judge(ident, title, "killed with the new pair in hand") == "needs_person"
    assert "kết nối lại" in see(bench.app, bench.desk, ident).sentence.lower()


@pytest.mark.soak
@pytest.mark.parametrize("bench", [ZALO_ROTATING], indirect=True, ids=["zalo"])
def test_a_rotation_killed_at_every_step(bench: Bench) -> None:
    states = []
    for step in itertools.count(1):
        bench.connect()
        ident, title, died = bench.deliver(die_at=step)
        bench.settle(ident)
        states.append(bench.judge(ident, title, f"killed at step {step} of rotating and publishing"))
        if not died:
            break
    assert states[-1] == "published"
    assert states.count("needs_person") <= 3, states


@pytest.mark.soak
def test_killed_at_every_step(bench: Bench) -> None:
    states = []
    for step in itertools.count(1):
        ident, title, died = bench.deliver(die_at=step)
        bench.settle(ident)
        states.append(bench.judge(ident, title, f"killed at step {step}"))
        if not died:
            break
    assert len(states) > 6
    assert set(states) == {"published"}


@pytest.mark.soak
@pytest.mark.parametrize("fault", FAULTS)
def test_every_call_goes_wrong_in_every_way(bench: Bench, fault: Fault) -> None:
    """Every call of a delivery, one after the other, once and three times in a row."""
    for times in (1, 3):
        for call in itertools.count():
            bench.service.steer("faults", match="*", fault=fault, times=times, skip=call)
            ident, title, _died = bench.deliver()
            bench.settle(ident)
            bench.judge(ident, title, f"{fault}, {times} times from call {call}")
            if bench.service.steer("forget-faults")["left"]:
                break


@pytest.mark.soak
def test_killed_again_and_again(bench: Bench) -> None:
    """Several deliveries at once, the worker killed at a step of the dice, a hundred times."""
    dice = random.Random(2026)
    for _round in range(20):
        idents = []
        for _n in range(3):
            ident, title, _died = bench.deliver(die_at=dice.randint(1, 12))
            idents.append((ident, title))
        for _kill in range(2):
            work(bench.app, die_at=dice.randint(1, 20))
        bench.settle(*(ident for ident, _title in idents))
        for ident, title in idents:
            bench.judge(ident, title, "killed by the dice")
