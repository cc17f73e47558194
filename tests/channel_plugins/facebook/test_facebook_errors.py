"""The table of Facebook's errors: the kind, the sentence, what to do, on a creating call and on another."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from channel_plugins import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from channel_plugins.conformance import is_sentence
from channel_plugins.facebook.errors import BY_CODE, BY_SUBCODE, BadMetric, Duplicate, Gone, check
from channel_plugins.facebook.usage import Usage, read_usage
from channel_plugins.http import Answer

BUSINESS = {"1": [{"type": "pages", "call_count": 97, "total_time": 20, "estimated_time_to_regain_access": 25}]}


def told(
    code: int, subcode: int = 0, *, creating: bool = True, status: int = 400, headers: Any = None, **more: Any
) -> ChannelError:
    """Return the error a code becomes."""
    error = {"message": "x", "type": "OAuthException", "code": code, "fbtrace_id": "Abc", **more}
    if subcode:
        error["error_subcode"] = subcode
    answer = Answer(status, headers or {}, json.dumps({"error": error}).encode(), repeatable=not creating)
    with pytest.raises(ChannelError) as caught:
        check(answer)
    return caught.value


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, *range(80000, 80015)])
def test_limits_pause_the_account_also_on_a_creating_call(code: int) -> None:
    error = told(code, is_transient=True)
    assert isinstance(error, TryAgain) and error.pause_account and error.after == timedelta(hours=1)


def test_limit_lasts_as_long_as_the_header_says() -> None:
    headers = {"x-business-use-case-usage": json.dumps(BUSINESS)}
    error = told(80001, headers=headers)
    assert isinstance(error, TryAgain) and error.after == timedelta(minutes=25)


@pytest.mark.parametrize("code", [1, 2])
def test_outage_is_unsure_only_where_something_was_created(code: int) -> None:
    assert isinstance(told(code), Unsure)
    assert isinstance(told(code, creating=False), TryAgain)


@pytest.mark.parametrize("code", [1609010, 1363047])
def test_temporary_outage_by_subcode(code: int) -> None:
    assert isinstance(told(99, code), Unsure)
    assert isinstance(told(99, code, creating=False), TryAgain)


def test_transient_mark_on_a_creating_call_proves_nothing() -> None:
    assert isinstance(told(987654, is_transient=True), Unsure)
    assert isinstance(told(987654, is_transient=True, creating=False), TryAgain)
    assert isinstance(told(987654), GiveUp)


@pytest.mark.parametrize("code", [190, 10, 100, 4, 506])
def test_server_error_on_a_creating_call_is_unsure_whatever_the_body_says(code: int) -> None:
    assert isinstance(told(code, status=500), Unsure)


@pytest.mark.parametrize("subcode", [0, 458, 459, 460, 463, 464, 467, 490, 492])
@pytest.mark.parametrize("code", [102, 190])
def test_lost_access_leads_to_connecting_again(code: int, subcode: int) -> None:
    error = told(code, subcode)
    assert isinstance(error, NeedsPerson) and error.next_step is NextStep.RECONNECT


@pytest.mark.parametrize("code", [10, 200, 230, 299])
def test_missing_right_needs_a_person(code: int) -> None:
    assert isinstance(told(code), NeedsPerson)


def test_blocked_for_a_few_minutes_heals_by_itself() -> None:
    error = told(200, creating=False, message="API access blocked.")
    assert isinstance(error, TryAgain) and not error.pause_account and error.after == timedelta(minutes=10)


@pytest.mark.parametrize(("code", "subcode"), [(506, 0), (368, 1404082), (1, 1366051)])
def test_duplicates(code: int, subcode: int) -> None:
    assert isinstance(told(code, subcode, is_transient=code == 1), Duplicate)


def test_policy_block_and_brake() -> None:
    assert isinstance(told(368), NeedsPerson)
    brake = told(368, 1390008)
    assert isinstance(brake, TryAgain) and brake.pause_account and brake.after == timedelta(hours=6)


@pytest.mark.parametrize("subcode", [1366046, 1404102, 1346003, 1609008, 2061006, 1349125, 2069019])
def test_refused_content_leads_to_the_article(subcode: int) -> None:
    error = told(100, subcode)
    assert isinstance(error, GiveUp) and error.next_step is NextStep.EDIT_ARTICLE


def test_invalid_parameter_and_its_special_meanings() -> None:
    assert type(told(100)) is GiveUp
    assert isinstance(told(100, 33), Gone)
    assert isinstance(told(100, message="The value must be a valid insights metric"), BadMetric)
    assert "dài quá" in told(100, message="Name parameter too long").for_school
    assert isinstance(told(100, message="API calls require an appsecret_proof argument"), NeedsPerson)


def test_missing_capability_of_the_app_goes_to_the_administrator() -> None:
    assert told(3).next_step is NextStep.CALL_SUPPORT


def test_every_sentence_of_the_table_is_one_and_none_promises_publication() -> None:
    for rule in (*BY_SUBCODE.values(), *BY_CODE.values()):
        assert is_sentence(rule.sentence), rule.sentence
        assert "giữ" in rule.sentence, f"what was kept is not said: {rule.sentence}"


def test_detail_holds_the_trace_and_no_credential() -> None:
    error = told(190, 460, message="token access_token=EAABsecretsecret is dead")
    assert "Abc" in error.detail and "190/460" in error.detail and "EAABsecret" not in error.detail


def test_error_in_a_good_status_is_still_an_error() -> None:
    assert isinstance(told(190, status=200), NeedsPerson)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"error":"x"}', b'{"error":{"code":"190"}}', b'{"error":null}']
)
def test_odd_bodies_fall_back_to_the_status(body: bytes) -> None:
    with pytest.raises(Unsure):
        check(Answer(502, {}, body, repeatable=False))
    with pytest.raises(GiveUp):
        check(Answer(400, {}, body, repeatable=False))
    assert check(Answer(200, {}, body)).ok


@pytest.mark.parametrize(
    ("headers", "usage"),
    [
        ({}, Usage()),
        ({"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":31}'}, Usage(31)),
        ({"x-page-usage": '{"call_count":91}', "x-app-usage": "rubbish"}, Usage(91)),
        ({"x-business-use-case-usage": json.dumps(BUSINESS)}, Usage(97, timedelta(minutes=25))),
        ({"x-business-use-case-usage": '{"1":"x","2":[7,{"call_count":"9"}]}', "x-app-usage": "[]"}, Usage()),
    ],
)
def test_usage_headers(headers: dict[str, str], usage: Usage) -> None:
    assert read_usage(headers) == usage


def test_rest_begins_at_the_threshold() -> None:
    assert Usage(89).rest(90) is None
    assert Usage(90).rest(90) == timedelta(hours=1)
    assert Usage(10, timedelta(minutes=5)).rest(90) == timedelta(minutes=5)
