"""The life of an article, without a database."""

import itertools

import pytest

from tenants.content import states
from tenants.content.states import step
from tenants.errors import Refused


def walk(*events: str, steps: int = 2) -> str:
    state = states.DRAFT
    for event in events:
        state = step(state, event, steps)
    return state


def test_two_steps_lead_from_draft_to_the_public_and_back():
    assert walk("submit", "vet", "approve", "schedule", "publish", "retract") == "retracted"


def test_one_step_units_approve_what_was_submitted():
    assert walk("submit", "approve", steps=1) == "approved"


def test_two_step_units_never_approve_what_nobody_vetted():
    with pytest.raises(Refused) as refusal:
        step("submitted", "approve", 2)
    assert "Chờ thẩm định" in refusal.value.sentence


def test_one_step_units_have_no_vetting():
    with pytest.raises(Refused):
        step("submitted", "vet", 1)


def test_what_was_vetted_can_still_be_approved_after_the_unit_went_to_one_step():
    assert step("vetted", "approve", 1) == "approved"


@pytest.mark.parametrize("state", ["submitted", "vetted", "approved", "scheduled", "published", "retracted"])
def test_an_edit_reopens_everything_that_was_handed_in(state):
    assert step(state, "save") == "draft"


def test_a_returned_article_stays_marked_until_it_is_handed_in_again():
    assert walk("submit", "return", "save") == "returned"
    assert walk("submit", "return", "save", "submit") == "submitted"


def test_only_what_was_approved_reaches_the_public():
    reached = {
        (state, event)
        for state, event in itertools.product(states.LABELS, ("schedule", "publish"))
        if _allowed(state, event)
    }
    assert {state for state, _event in reached} == states.DELIVERABLE


def _allowed(state: str, event: str) -> bool:
    try:
        step(state, event)
    except Refused:
        return False
    return True


def test_who_must_act_next():
    assert [states.pending_step(s) for s in ("submitted", "vetted", "draft", "approved")] == [
        "vet",
        "approve",
        None,
        None,
    ]
    assert states.pending_step("submitted", 1) == "approve"


def test_a_one_step_unit_does_not_speak_of_vetting():
    assert states.label("submitted", 2) == "Chờ thẩm định"
    assert states.label("submitted", 1) == "Chờ phê duyệt"
