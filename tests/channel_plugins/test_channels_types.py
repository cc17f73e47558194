"""The values that cross the boundary: frozen, JSON-able, and silent about secrets."""

import copy
import dataclasses
import logging
import pickle
import unicodedata
from datetime import UTC, datetime

import pytest

from channel_plugins import Account, ConnectStep, Metric, Payload, Reading, Receipt, Secrets
from channel_plugins.errors import ChannelError, GiveUp, NeedsPerson, NextStep, TryAgain, Unsure
from channel_plugins.testing import sample_post
from channel_plugins.values import freeze, thaw

TOKEN = "tok-9f8e7d6c5b4a"
NOON = datetime(2026, 9, 5, 5, 0, tzinfo=UTC)


def make_account() -> Account:
    return Account("acc-1", "radio", {"speed": 180}, {"token": TOKEN}, unit_name="Trường Hoa Mai")


def test_a_secret_is_readable_by_key_and_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    account = make_account()
    assert account.secrets["token"] == TOKEN
    logging.getLogger("tests").warning("%s %r", account, account.secrets)
    shown = f"{account!r} {account.secrets} {dataclasses.asdict(account)} {dataclasses.astuple(account)} {caplog.text}"
    assert TOKEN not in shown


def test_a_secret_cannot_be_pickled_into_a_queue_or_cache() -> None:
    for value in (make_account(), make_account().secrets):
        with pytest.raises(TypeError, match="never pickled"):
            pickle.dumps(value)


def test_steps_of_connecting_hide_what_they_keep() -> None:
    step = ConnectStep("redirect", url="https://example.com", secrets={"a": TOKEN}, keep={"verifier": TOKEN})
    assert TOKEN not in repr(step)
    assert step.keep["verifier"] == TOKEN


def test_values_cannot_be_changed() -> None:
    account = make_account()
    with pytest.raises(dataclasses.FrozenInstanceError):
        account.id = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        account.settings["speed"] = 1  # type: ignore[index]
    payload = Payload("radio", {"lines": [{"a": 1}]})
    with pytest.raises(TypeError):
        payload.data["lines"][0]["a"] = 2
    assert payload.data["lines"] == ({"a": 1},)


def test_a_payload_does_not_follow_the_mapping_it_was_made_of() -> None:
    source = {"lines": ["a"]}
    payload = Payload("radio", source)
    source["lines"].append("b")
    assert payload.data["lines"] == ("a",)


def test_a_payload_survives_storage_and_its_hash_is_of_its_content() -> None:
    payload = Payload("radio", {"b": [1, 2.5, None, True], "a": {"x": "Cô và trò"}})
    again = Payload.from_json(payload.to_json())
    assert again == payload
    assert again.content_hash == payload.content_hash
    assert Payload("radio", {"a": {"x": "Cô và trò"}, "b": [1, 2.5, None, True]}).content_hash == payload.content_hash
    assert Payload("website", payload.data).content_hash != payload.content_hash
    assert len(payload.content_hash) == 64


def test_a_payload_is_in_normal_form_so_that_one_text_has_one_hash() -> None:
    composed = Payload("radio", {"x": "Trường"})
    assert Payload("radio", {"x": unicodedata.normalize("NFD", "Trường")}).content_hash == composed.content_hash


@pytest.mark.parametrize("bad", [object(), {1: "a"}, float("nan"), float("inf"), b"bytes", {"a", "b"}, NOON])
def test_what_is_no_json_is_refused_at_once(bad: object) -> None:
    with pytest.raises(TypeError):
        Payload("radio", {"x": bad})


@pytest.mark.parametrize("text", ["[]", "{}", '{"channel": "x"}', '{"channel":"x","data":{},"more":1}', "kein json"])
def test_what_is_no_payload_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Payload.from_json(text)


def test_freeze_and_thaw_undo_each_other() -> None:
    value = {"a": [1, {"b": ["c"]}], "d": None}
    assert thaw(freeze(value)) == value
    assert copy.deepcopy(freeze(value)) == freeze(value)


def test_a_receipt_survives_storage() -> None:
    receipt = Receipt("p-1", "https://example.com/p-1", NOON, {"files": ["a.docx"]}, settled=False)
    assert Receipt.from_json(receipt.to_json()) == receipt
    assert Receipt.from_json(Receipt("p-2").to_json()) == Receipt("p-2")


def test_moments_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 9, 5)  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware"):
        Receipt("p-1", published_at=naive)
    with pytest.raises(ValueError, match="aware"):
        Reading("d-1", Metric.VIEWS, 1, naive)


def test_readings_are_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        Reading("d-1", Metric.VIEWS, -1, NOON)


def test_each_kind_of_error_tells_the_school_what_to_do() -> None:
    steps = {
        TryAgain: NextStep.WAIT,
        GiveUp: NextStep.EDIT_ARTICLE,
        NeedsPerson: NextStep.RECONNECT,
        Unsure: NextStep.LOOK_AT_OUTLET,
    }
    for kind, step in steps.items():
        error = kind()
        assert error.for_school.endswith(".")
        assert error.next_step is step
        assert isinstance(error, ChannelError)
    assert len({kind.kind for kind in steps}) == 4


@pytest.mark.parametrize(
    "detail",
    [
        f"GET /x?access_token={TOKEN}&y=1",
        f"Authorization: Bearer {TOKEN}",
        f'{{"refresh_token": "{TOKEN}"}}',
        f"password={TOKEN}; host=x",
    ],
)
def test_credentials_in_a_technical_text_are_hidden(detail: str) -> None:
    error = GiveUp(detail=detail)
    assert TOKEN not in f"{error} {error!r} {error.detail}"


def test_secrets_are_a_plain_mapping_for_those_who_know_the_key() -> None:
    secrets = Secrets({"token": TOKEN})
    assert dict(secrets) == {"token": TOKEN}
    assert repr(secrets) == "Secrets(1 hidden)"
    assert sample_post().media[0].alt
