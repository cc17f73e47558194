"""Notices of Zalo: only signed, fresh ones about the right OA are believed; they say nothing about people."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from channel_plugins import Account, CallbackAnswer, CallbackRequest
from channel_plugins.simulators.server import SimAnswer, SimRequest, Simulator, running

OA = "4000000000000000001"


def ask(kit: Any, body: bytes, signature: str, account: Account | None = None) -> CallbackAnswer:
    request = CallbackRequest("POST", {}, {"x-zevent-signature": signature}, body)
    answer: CallbackAnswer = kit.channel.parse_callback(request, account)
    return answer


@pytest.mark.parametrize(("kind", "matched"), [("good", "app id, oa secret"), ("oa_first", "oa id, oa secret")])
@pytest.mark.parametrize("named", [True, False])
def test_both_first_terms_are_accepted_and_logged(
    zalo: Any, caplog: pytest.LogCaptureFixture, kind: str, matched: str, named: bool
) -> None:
    caplog.set_level(logging.INFO)
    for event in ("follow", "user_send_text"):
        body, signature = zalo.sim.webhooks.signed(event, OA, kind)
        answer = ask(zalo, body, signature, zalo.account if named else None)
        assert answer.accepted and answer.status == 200
        assert [(found.kind, found.account_ref) for found in answer.events] == [(event, OA)]
    assert matched in caplog.text


def test_what_people_wrote_and_who_they_are_stays_outside(zalo: Any) -> None:
    body, signature = zalo.sim.webhooks.signed("user_send_text", OA)
    shown = repr(ask(zalo, body, signature).events)
    assert "Con chào" not in shown and "7000000000000000001" not in shown


def test_a_repeated_notice_carries_the_same_identity(zalo: Any) -> None:
    for event in ("follow", "user_send_text"):
        body, signature = zalo.sim.webhooks.signed(event, OA)
        first, second = ask(zalo, body, signature), ask(zalo, body, signature)
        assert first.events[0].data["id"] == second.events[0].data["id"] != ""
        zalo.sim.advance(60)
        other = ask(zalo, *zalo.sim.webhooks.signed(event, OA))
        assert other.events[0].data["id"] != first.events[0].data["id"]


def test_forged_changed_and_old_notices_are_refused(zalo: Any) -> None:
    body, signature = zalo.sim.webhooks.signed("follow", OA)
    attempts = [
        zalo.sim.webhooks.signed("follow", OA, "forged"),
        zalo.sim.webhooks.signed("follow", OA, "old"),
        (body + b" ", signature),
        (body.replace(b"follow", b"unfollow"), signature),
        (body, signature.removeprefix("mac=")),
        (body, "mac="),
        (body, ""),
    ]
    for changed, given in attempts:
        answer = ask(zalo, changed, given)
        assert not answer.accepted and answer.events == () and 400 <= answer.status < 500


def test_a_notice_is_believed_until_the_last_repetition_of_zalo_and_not_longer(zalo: Any) -> None:
    body, signature = zalo.sim.webhooks.signed("follow", OA)
    zalo.sim.advance(2 * 3_600)
    assert ask(zalo, body, signature).accepted
    zalo.sim.advance(3_600)
    assert not ask(zalo, body, signature).accepted


def test_a_notice_about_another_oa_does_not_reach_this_account(zalo: Any) -> None:
    body, signature = zalo.sim.webhooks.signed("follow", "4000000000000000002")
    assert not ask(zalo, body, signature, zalo.account).accepted


def test_a_secret_of_the_oa_itself_and_one_shared_with_the_application_both_work(zalo: Any) -> None:
    body, signature = zalo.sim.webhooks.signed("follow", OA)
    zalo.configure(oa_secret="khoa-khac")
    assert not ask(zalo, body, signature, zalo.account).accepted
    own = replace(zalo.account, secrets={**zalo.account.secrets, "oa_secret": zalo.sim.oa_secret})
    assert ask(zalo, body, signature, own).accepted
    zalo.configure(oa_secret="", app_secret=zalo.sim.oa_secret)
    assert ask(zalo, body, signature, zalo.account).accepted


def test_without_any_secret_nothing_is_believed(zalo: Any) -> None:
    zalo.configure(app_secret="", oa_secret="")
    zalo.sim.webhooks.oa_secret = ""
    body, signature = zalo.sim.webhooks.signed("follow", OA)
    assert not ask(zalo, body, signature, zalo.account).accepted
    zalo.sim.webhooks.oa_secret = zalo.sim.oa_secret


class Receiver(Simulator):
    """Our side of the line: gives what arrives to the channel."""

    name = "receiver"
    kit: Any = None
    status = 0

    def reset(self) -> None:
        super().reset()
        self.events: list[str] = []

    def respond(self, request: SimRequest) -> SimAnswer:
        found = self.kit.channel.parse_callback(CallbackRequest("POST", {}, request.headers, request.body), None)
        self.events += [event.data["id"] for event in found.events]
        return SimAnswer({}, self.status or found.status)


@pytest.fixture(scope="module")
def receiver_server() -> Iterator[tuple[Receiver, str]]:
    receiver = Receiver()
    with running(receiver) as url:
        yield receiver, url


def test_notices_travel_over_the_line_and_are_repeated_until_they_are_taken(
    zalo: Any, receiver_server: tuple[Receiver, str]
) -> None:
    receiver, url = receiver_server
    receiver.kit = zalo
    assert zalo.sim.deliver_webhook(url, times=3) == [200, 200, 200]
    assert len(set(receiver.events)) == 1 and len(receiver.events) == 3
    assert zalo.sim.deliver_webhook(url, kind="forged") == [403]
    receiver.status = 500
    assert zalo.sim.deliver_webhook(url, "user_send_text") == [500]
    assert zalo.sim.webhooks.send_due() == []
    for seconds in (30, 300, 900, 1_800, 3_600):
        zalo.sim.advance(seconds)
        assert zalo.sim.webhooks.send_due() == [500]
    assert zalo.sim.webhooks.switched_off
    assert receiver.requests[-1].headers["num_retry"] == "5"
    assert json.loads(receiver.requests[-1].body)["event_name"] == "user_send_text"
