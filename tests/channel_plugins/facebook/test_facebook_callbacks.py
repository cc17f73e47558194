"""Webhooks: what Facebook sends over the wire, what somebody forges, what comes twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from facebook_builders import Stage, facebook

from channel_plugins import CallbackAnswer, CallbackRequest, Event
from channel_plugins.facebook.callbacks import signature
from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.simulators.facebook import PAGE_ID
from channel_plugins.simulators.server import SimAnswer, SimRequest, Simulator, running

SECRET = "khoa-ung-dung"
OTHER = "100200300400502"


class Ear(Simulator):
    """A host that hands every request to the channel."""

    def __init__(self, channel: FacebookChannel) -> None:
        self.channel = channel
        self.answers: list[CallbackAnswer] = []
        super().__init__()

    def respond(self, request: SimRequest) -> SimAnswer:
        heard = CallbackRequest(request.method, request.query, request.headers, request.body)
        self.answers.append(self.channel.parse_callback(heard, None))
        return SimAnswer(self.answers[-1].body.encode(), self.answers[-1].status)


def sent(body: Any, secret: str = SECRET, **options: str) -> CallbackAnswer:
    """Return what the channel makes of a signed body."""
    channel = FacebookChannel()
    channel.configure({"app_secret": SECRET, **options})
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return channel.parse_callback(
        CallbackRequest("POST", {}, {"x-hub-signature-256": signature(raw, secret)}, raw), None
    )


def batch(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a batch with one change of the feed per (page, value)."""
    return {
        "object": "page",
        "entry": [{"id": page, "time": 1, "changes": [{"field": "feed", "value": value}]} for page, value in entries],
    }


def test_comment_over_the_wire_is_heard_with_its_page_and_post() -> None:
    with facebook() as stage, running(ear := Ear(stage.channel)) as address:
        post = stage.publish().remote_id
        assert stage.sim.deliver_webhook(f"{address}/goi-lai", item="comment", post_id=post) == [200]
    (event,) = ear.answers[0].events
    assert (event.kind, event.account_ref, event.remote_id) == ("comment", PAGE_ID, post)


def test_signature_counts_over_the_bytes_as_they_came() -> None:
    with facebook() as stage, running(ear := Ear(stage.channel)) as address:
        stage.sim.deliver_webhook(f"{address}/goi-lai", message="Chúc mừng thầy và trò")
    assert ear.answers[0].accepted
    (heard,) = ear.requests
    assert b"Ch\\u00fac" in heard.body, "Facebook escapes letters and signs what it sends"
    rewritten = json.dumps(json.loads(heard.body), ensure_ascii=False).encode()
    again = CallbackRequest("POST", {}, heard.headers, rewritten)
    assert ear.channel.parse_callback(again, None).status == 403


def test_forged_event_is_refused_and_a_repeated_one_says_the_same() -> None:
    with facebook() as stage, running(ear := Ear(stage.channel)) as address:
        assert stage.sim.deliver_webhook(address + "/x", forged=True) == [403]
        assert stage.sim.deliver_webhook(address + "/x", times=2, item="post", verb="remove", post_id="1_2") == [
            200,
            200,
        ]
    assert ear.answers[0].events == () and not ear.answers[0].accepted
    assert ear.answers[1].events == ear.answers[2].events


def test_question_whether_the_address_is_ours() -> None:
    with facebook() as stage, running(Ear(stage.channel)) as address:
        assert stage.sim.confirm_webhook(address + "/goi-lai")
        assert not stage.sim.confirm_webhook(address + "/goi-lai", verify_token="doan-mo")


def test_question_is_refused_where_no_word_was_agreed() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "7"}
    answer = FacebookChannel().parse_callback(CallbackRequest("GET", query, {}, b""), None)
    assert not answer.accepted and answer.status == 403


def test_batch_speaks_of_several_pages_and_says_each_thing_once() -> None:
    comment = {"item": "comment", "verb": "add", "post_id": f"{PAGE_ID}_1", "comment_id": "1_9"}
    answer = sent(
        batch(
            (PAGE_ID, comment),
            (PAGE_ID, comment),
            (OTHER, {"item": "status", "verb": "edited", "post_id": f"{OTHER}_2"}),
            (OTHER, {"item": "photo", "verb": "add", "post_id": f"{OTHER}_3"}),
            (OTHER, {"item": "reaction", "verb": "add", "post_id": f"{OTHER}_3"}),
        )
    )
    assert [(event.kind, event.account_ref, event.remote_id) for event in answer.events] == [
        ("comment", PAGE_ID, f"{PAGE_ID}_1"),
        ("post_changed", OTHER, f"{OTHER}_2"),
        ("post_added", OTHER, f"{OTHER}_3"),
        ("reaction", OTHER, f"{OTHER}_3"),
    ]


@pytest.mark.parametrize("verb", ["edited", "remove", "hide", "unhide"])
def test_post_changed_on_the_page(verb: str) -> None:
    (event,) = sent(batch((PAGE_ID, {"item": "post", "verb": verb, "post_id": "1_2"}))).events
    assert event.kind == "post_changed" and event.remote_id == "1_2"


def test_access_taken_away() -> None:
    change = {"field": "permissions", "value": {"verb": "revoked"}}
    answer = sent({"object": "page", "entry": [{"id": PAGE_ID, "changes": [change]}]})
    assert answer.events == (Event("access_lost", PAGE_ID, data={"verb": "revoked"}),)


def test_words_and_names_of_people_are_not_kept() -> None:
    value = {
        "item": "comment",
        "verb": "add",
        "post_id": "1_2",
        "message": "Riêng tư",
        "from": {"name": "Phạm Văn Mẫu"},
    }
    (event,) = sent(batch((PAGE_ID, value))).events
    assert "Riêng tư" not in str(event.data) and "Mẫu" not in str(event.data)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"object":"user"}',
        b'{"object":"page","entry":[1]}',
        b'{"object":"page","entry":[{"id":"1","changes":[null]}]}',
        b"[" * 50_000,
    ],
)
def test_signed_nonsense_breaks_nothing_and_brings_no_event(body: bytes) -> None:
    answer = sent(body)
    assert answer.events == () and answer.status in (200, 400)


def test_wrong_secret_missing_secret_and_missing_signature_are_refused() -> None:
    body = batch((PAGE_ID, {"item": "comment", "post_id": "1_2"}))
    assert sent(body, secret="khoa-khac").status == 403
    assert sent(body, secret="", app_secret="").status == 403
    channel = FacebookChannel()
    channel.configure({"app_secret": SECRET})
    for headers in ({}, {"x-hub-signature-256": "sha256=é"}, {"x-hub-signature": "sha1=00"}):
        answer = channel.parse_callback(CallbackRequest("POST", {}, headers, b"{}"), None)
        assert answer.status == 403 and not answer.accepted


def test_stage_account_of_the_address_does_not_matter() -> None:
    with facebook() as stage:
        raw = json.dumps(batch((OTHER, {"item": "comment", "verb": "add", "post_id": "1_2"}))).encode()
        headers = {"x-hub-signature-256": signature(raw, stage.sim.rules.app_secret)}
        answer = stage.channel.parse_callback(CallbackRequest("POST", {}, headers, raw), stage.account)
        assert answer.events[0].account_ref == OTHER and isinstance(stage, Stage)
