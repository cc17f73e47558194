"""The properties of the merge, over thousands of random histories: a department and a professional body, an office,
and schools that build on one or two of them. Each number of a history is one act of ``plan_histories.World``.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from plan_histories import ACTS, World

HISTORIES = 2000
EVERYTHING = {
    "keep", "same", "decide", "locked", "bounds", "orphan", "mandatory", "omission-gone", "moved", "hidden", "retired",
    "cleared", "reordered", "skipped", "paths", "take", "combine", "undone", "held", "sent-back",
}  # fmt: skip
"""What the histories together must have come across, or they prove nothing."""


def test_random_histories() -> None:
    met: Counter[str] = Counter()

    @settings(
        max_examples=HISTORIES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.binary(min_size=16, max_size=80))
    def history(acts: bytes) -> None:
        world = World()
        for place in range(0, len(acts) - 1, 2):
            world.act(int.from_bytes(acts[place : place + 2], "big") * 7919)
        if acts[0] % 4 == 0:
            world.finish()
        world.check()
        met.update({"histories": 1}, **world.met)

    history()
    assert met["histories"] >= HISTORIES
    assert sorted(EVERYTHING - {name for name, times in met.items() if times >= 5}) == []


class Histories(RuleBasedStateMachine):
    """The same world act by act: long histories, another set at every run."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(what=st.sampled_from(range(len(ACTS))), who=st.integers(0, 2), detail=st.integers(0, 9999))
    def act(self, what: int, who: int, detail: int) -> None:
        self.world.act(what + len(ACTS) * (who + 3 * detail))

    @rule()
    def everybody_comes_up_to_date(self) -> None:
        self.world.finish()

    @invariant()
    def no_text_is_lost(self) -> None:
        self.world.check()


@pytest.mark.soak
def test_long_random_histories() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Histories,
        settings=settings(max_examples=3000, stateful_step_count=60, deadline=None, database=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
