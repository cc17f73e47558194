"""What each refusal of Zalo becomes: the right kind, a sentence, a place to act; and no secret in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channel_plugins import GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from channel_plugins.conformance import is_sentence
from channel_plugins.zalo import errors

CREATE = "POST /v2.0/article/create"
WAIT = (-32, -214, -211, -234)
RENEW = (-216, -220, -124)
STOP = (-201, -210, -213, -227, -230, -233, -235, -240, -244, -248)
PERSON = (-204, -205, -209, -212, -219, -221, -223, -224, -237, -242, -320, -321, 112, -14002, -14003, -14020)
NOW = datetime(2026, 9, 5, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("code", sorted(errors.RULES))
def test_every_number_has_a_sentence_for_the_school(code: int) -> None:
    error = errors.refusal(code, "", repeatable=False, now=NOW)
    assert is_sentence(error.for_school) and error.next_step in NextStep
    assert str(code) in error.detail


@pytest.mark.parametrize(
    ("codes", "kind"), [(WAIT, TryAgain), (RENEW, TryAgain), (STOP, GiveUp), (PERSON, NeedsPerson), ((-200,), Unsure)]
)
def test_numbers_are_sorted_into_the_four_kinds(codes: tuple[int, ...], kind: type[Exception]) -> None:
    for code in codes:
        error = errors.refusal(code, "", repeatable=False, now=NOW)
        assert isinstance(error, kind), code
        assert getattr(error, "renew", False) is (codes is RENEW)


def test_a_number_nobody_knows_is_unsure_only_on_the_call_that_creates() -> None:
    assert isinstance(errors.refusal(-999, "?", repeatable=False, now=NOW), Unsure)
    assert isinstance(errors.refusal(-999, "?", repeatable=True, now=NOW), TryAgain)


def test_the_two_meanings_of_223_are_told_apart_by_the_message() -> None:
    quota = errors.refusal(-223, "OA reached limit article quota", repeatable=False, now=NOW)
    assert isinstance(quota, TryAgain) and quota.pause_account and quota.after == timedelta(hours=12)
    consent = errors.refusal(-223, "OA has not authorized this api", repeatable=False, now=NOW)
    assert isinstance(consent, NeedsPerson) and consent.next_step is NextStep.RECONNECT


def test_what_is_not_allowed_at_night_waits_until_just_after_six() -> None:
    error = errors.refusal(-234, "", repeatable=False, now=NOW)
    assert isinstance(error, TryAgain) and error.after is not None
    morning = (NOW + error.after).astimezone(errors.ZONE)
    assert (morning.day, morning.hour) == (6, 6) and 5 <= morning.minute < 10


@pytest.mark.parametrize(
    ("modes", "kind", "words"),
    [
        ({"basic_package": True}, NeedsPerson, "nâng gói"),
        ({"article_permission": False}, NeedsPerson, "quyền quản lý bài viết"),
        ({"article_quota": 0}, TryAgain, "hạn mức"),
        ({"refuse_all": -248}, GiveUp, "vi phạm quy định"),
        ({"refuse_all": -200}, Unsure, "Chưa rõ bài đã lên kênh"),
        ({"calls_per_minute": 0}, TryAgain, "giới hạn số lần gọi"),
    ],
    ids=str,
)
def test_refusals_that_come_with_http_200(zalo: Any, modes: dict[str, Any], kind: type[Exception], words: str) -> None:
    zalo.sim.set_modes(**modes)
    with pytest.raises(kind, match=words):
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert zalo.sim.articles == {} and zalo.sim.jobs == {}


def test_a_rate_limit_holds_back_the_whole_account_for_a_minute(zalo: Any) -> None:
    zalo.sim.order(CREATE, "rate_limit")
    with pytest.raises(TryAgain) as error:
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert error.value.pause_account and error.value.after == timedelta(minutes=1)


def test_the_last_call_of_a_minute_asks_for_rest(zalo: Any) -> None:
    zalo.sim.set_modes(calls_per_minute=1)
    receipt = zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert receipt.rest == timedelta(minutes=1)


def test_what_the_strict_service_refuses_is_a_refusal_with_advice(zalo: Any) -> None:
    zalo.configure(title_limit=150)
    with pytest.raises(GiveUp, match="tiêu đề, tóm tắt") as error:
        zalo.channel.publish(zalo.payload(title="a" * 150), "k-1", zalo.account, zalo.host)
    assert error.value.next_step is NextStep.EDIT_ARTICLE and "title allow" in error.value.detail


def test_no_token_stands_in_an_error(zalo: Any) -> None:
    zalo.sim.set_modes(refuse_all=-201)
    with pytest.raises(GiveUp) as error:
        zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert zalo.account.secrets["access_token"] not in f"{error.value} {error.value.detail}"
    assert zalo.account.secrets["access_token"] not in zalo.payload().to_json()
