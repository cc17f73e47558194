"""The pure machine: which call comes next and what an answer means."""

from __future__ import annotations

import datetime as dt

import pytest

from channel_plugins import GiveUp, LookUp, NeedsPerson, Receipt, TryAgain, Unsure
from tenants.publishing import states
from tenants.publishing.states import EDIT, LOOK_UP, PUBLISH, RETRACT, LastAttempt, judge, next_call

HERE = Receipt("7", "https://bang.example.vn/7")
TAKEN = Receipt("7", settled=False)


@pytest.mark.parametrize(
    ("last", "safe", "expected"),
    [
        (None, False, PUBLISH),
        (LastAttempt(PUBLISH, states.RUNNING), False, LOOK_UP),
        (LastAttempt(PUBLISH, states.LOST), False, LOOK_UP),
        (LastAttempt(PUBLISH, states.UNSURE), False, LOOK_UP),
        (LastAttempt(PUBLISH, states.RUNNING), True, PUBLISH),
        (LastAttempt(PUBLISH, states.UNSURE), True, PUBLISH),
        (LastAttempt(PUBLISH, states.TRY_AGAIN), False, PUBLISH),
        (LastAttempt(PUBLISH, states.GIVE_UP), False, PUBLISH),
        (LastAttempt(PUBLISH, states.NEEDS), False, PUBLISH),
        (LastAttempt(LOOK_UP, states.RUNNING), False, LOOK_UP),
        (LastAttempt(LOOK_UP, states.TRY_AGAIN), False, LOOK_UP),
        (LastAttempt(LOOK_UP, states.CANNOT_TELL), False, LOOK_UP),
        (LastAttempt(LOOK_UP, states.NOT_THERE), False, PUBLISH),
    ],
)
def test_nothing_is_sent_twice_without_certainty(last: LastAttempt | None, safe: bool, expected: str) -> None:
    assert next_call(PUBLISH, last, accepted=False, repeat_is_safe=safe) == expected


@pytest.mark.parametrize("wanted", [EDIT, RETRACT])
def test_editing_and_retracting_may_simply_be_repeated(wanted: str) -> None:
    assert next_call(wanted, LastAttempt(wanted, states.RUNNING), accepted=False, repeat_is_safe=False) == wanted


def test_what_the_outlet_accepted_is_asked_about_and_not_sent_again() -> None:
    assert next_call(PUBLISH, LastAttempt(PUBLISH, states.ACCEPTED), accepted=True, repeat_is_safe=True) == LOOK_UP


@pytest.mark.parametrize(
    ("call", "answer", "state", "acts_again"),
    [
        (PUBLISH, HERE, states.PUBLISHED, False),
        (PUBLISH, TAKEN, states.SENDING, True),
        (PUBLISH, TryAgain(), states.SCHEDULED, True),
        (PUBLISH, GiveUp(), states.FAILED, False),
        (PUBLISH, NeedsPerson(), states.NEEDS_PERSON, False),
        (PUBLISH, Unsure(), states.UNCONFIRMED, True),
        (PUBLISH, RuntimeError("hỏng"), states.UNCONFIRMED, True),
        (EDIT, HERE, states.PUBLISHED, False),
        (EDIT, Unsure(), states.SCHEDULED, True),
        (EDIT, GiveUp(), states.FAILED, False),
        (RETRACT, None, states.RETRACTED, False),
        (RETRACT, Unsure(), states.SENDING, True),
        (RETRACT, GiveUp(), states.NEEDS_PERSON, False),
        (LOOK_UP, LookUp.found(HERE), states.PUBLISHED, False),
        (LOOK_UP, LookUp.not_there(), states.SCHEDULED, True),
        (LOOK_UP, LookUp.cannot_tell(), states.UNCONFIRMED, False),
        (LOOK_UP, TryAgain(), states.UNCONFIRMED, True),
        (LOOK_UP, NeedsPerson(), states.UNCONFIRMED, False),
        (LOOK_UP, RuntimeError("hỏng"), states.UNCONFIRMED, True),
    ],
)
def test_every_answer_has_one_meaning(call: str, answer: object, state: str, acts_again: bool) -> None:
    verdict = judge(call, answer, tries=1, checks=1)  # type: ignore[arg-type]
    assert (verdict.state, verdict.pause is not None) == (state, acts_again)
    assert verdict.sentence or state in (states.PUBLISHED, states.RETRACTED) or verdict.attempt == states.NOT_THERE


def test_pauses_grow_honour_the_outlet_and_end() -> None:
    pauses = [judge(PUBLISH, TryAgain(), tries=n, checks=0).pause for n in range(1, states.MAX_TRIES)]
    assert pauses == sorted(pauses, key=lambda p: p or dt.timedelta(0)) and pauses[0] < pauses[-1]
    patient = judge(PUBLISH, TryAgain(after=dt.timedelta(minutes=20)), tries=1, checks=0)
    assert patient.pause == dt.timedelta(minutes=20)
    assert judge(PUBLISH, TryAgain(), tries=states.MAX_TRIES, checks=0).state == states.FAILED
    assert judge(RETRACT, TryAgain(), tries=states.MAX_TRIES, checks=0).state == states.NEEDS_PERSON


def test_look_ups_that_bring_nothing_end_with_a_person() -> None:
    verdict = judge(LOOK_UP, TryAgain(), tries=1, checks=states.MAX_CHECKS)
    assert (verdict.state, verdict.pause) == (states.UNCONFIRMED, None)
    assert "mở kênh" in verdict.sentence


def test_every_state_has_a_label() -> None:
    assert states.label(states.NEEDS_PERSON) == "Cần người xử lý"
    assert {states.PUBLISHED, states.REPLACED, states.CANCELLED, *states.OPEN, *states.TROUBLED} <= set(states.LABELS)
