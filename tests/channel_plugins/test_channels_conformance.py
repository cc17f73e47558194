"""The contract over every registered channel, over the examples, and over channels that are wrong on purpose."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channel_plugins import (
    Account,
    CallbackAnswer,
    Channel,
    ChannelError,
    ConnectStep,
    FollowUp,
    GiveUp,
    Limits,
    LookUp,
    Offer,
    Payload,
    Post,
    Receipt,
    TryAgain,
    build_manager,
)
from channel_plugins.conformance import ChannelConformance, run, suite_for
from channel_plugins.http import raise_for_status
from channel_plugins.remote_conformance import RemoteChannelConformance
from channel_plugins.testing import FakeTransport, Reply, reply

EXAMPLES = Path(__file__).parents[2] / "examples" / "channels"
for example in sorted(EXAMPLES.iterdir()):
    sys.path += [str(example), str(example / "tests")]

console = importlib.import_module("test_console")
postbox = importlib.import_module("test_postbox")

CHECKS = sorted(name for name in dir(ChannelConformance) if name.startswith("test_"))
REMOTE_CHECKS = sorted(name for name in dir(RemoteChannelConformance) if name.startswith("test_"))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("channel", build_manager().all(), ids=lambda channel: channel.info.name)
def test_every_registered_channel_keeps_the_contract(channel: Channel, check: str) -> None:
    getattr(suite_for(channel), check)()


@pytest.mark.parametrize("check", CHECKS)
def test_the_example_console_keeps_the_contract(check: str) -> None:
    getattr(console.TestConsole(), check)()


@pytest.mark.parametrize("check", REMOTE_CHECKS)
def test_the_example_postbox_keeps_the_contract(check: str) -> None:
    getattr(postbox.TestPostbox(), check)()


def failing(suite: ChannelConformance) -> set[str]:
    return {finding.name for finding in run(suite) if finding.error}


def broken_console(**methods: Callable[..., Any]) -> ChannelConformance:
    """Return the suite over the console channel with some methods replaced by wrong ones."""
    wrong = type("Wrong", (console.ConsoleChannel,), {"__module__": console.ConsoleChannel.__module__, **methods})
    return suite_for(wrong())


def test_a_right_channel_has_no_finding() -> None:
    assert failing(broken_console()) == set()


COUNTER = iter(range(1_000_000))

FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "check raises": ({"check": lambda self, post, account: [][len(post.body_text) == 0]}, "test_check_is_total"),
    "check says yes to all": ({"check": lambda self, post, account: []}, "test_text_limit"),
    "render differs": (
        {"render": lambda self, post, account: Payload("console", {"lines": [str(next(COUNTER))]})},
        "test_render_is_pure_and_lasts",
    ),
    "files differ": (
        {"files": lambda self, payload: (_artefact(str(next(COUNTER))),)},
        "test_files_are_the_same_each_time",
    ),
    "file name leads away": (
        {"files": lambda self, payload: (_artefact("x", "../x.txt"),)},
        "test_files_are_the_same_each_time",
    ),
    "preview is empty": (
        {"preview": lambda self, payload: replace(console.ConsoleChannel().preview(payload), content="")},
        "test_preview_shows_the_payload",
    ),
    "one key, two posts": (
        {"publish": lambda self, payload, key, account, media: Receipt(f"r-{next(COUNTER)}")},
        "test_repeat_is_declared",
    ),
    "two keys, one post": (
        {"publish": lambda self, payload, key, account, media: Receipt("always")},
        "test_repeat_is_declared",
    ),
    "accepts forged callbacks": (
        {"parse_callback": lambda self, request, account: CallbackAnswer(True, 200)},
        "test_forged_callbacks_are_refused",
    ),
    "counts nothing as something": (
        {"collect": lambda self, receipts, account: [1]},
        "test_collect_of_nothing_is_nothing",
    ),
    "retracts although it cannot": (
        {"retract": lambda self, receipt, account: None},
        "test_undeclared_abilities_are_refused_in_words",
    ),
    "invents comments": (
        {"comments": lambda self, receipts, account: ["x"]},
        "test_nothing_is_written_below_nothing",
    ),
    "offers a step that does not exist": (
        {"offer_follow_up": lambda self, receipt, account: Offer(True, "Gửi tới mọi người quan tâm.")},
        "test_follow_up_and_offer_agree",
    ),
    "takes a step that does not exist": (
        {"do_follow_up": lambda self, receipt, payload, account, key: receipt},
        "test_follow_up_and_offer_agree",
    ),
    "names a step it does not take": (
        {"follow_up": FollowUp("Gửi", "Gửi tới mọi người quan tâm nhé?")},
        "test_follow_up_and_offer_agree",
    ),
    "is connected without a question": (
        {"connect": lambda self, answers, kept, url: ConnectStep("done")},
        "test_connecting_begins_with_a_question",
    ),
    "renews what never expires": (
        {"renewal_due": lambda self, account, now: True},
        "test_renewing_without_a_connection_keeps_nothing",
    ),
    "keeps secrets it never got": (
        {
            "limits": Limits(can_renew=True),
            "renewal_due": lambda self, account, now: True,
            "renew": lambda self, account, keep: keep({"token": "x"}),
        },
        "test_renewing_without_a_connection_keeps_nothing",
    ),
    "declares what is not there": ({"limits": Limits(can_look_up=True)}, "test_declared_abilities_are_written"),
    "has no time between two posts": ({"limits": Limits(least_pause=0)}, "test_limits_are_data"),
    "may do more in an hour than in a day": (
        {"limits": Limits(max_per_hour=9, max_per_day=5)},
        "test_limits_are_data",
    ),
    "forgets about links": (
        {"limits": Limits(link_in_text=False), "check": lambda self, post, account: []},
        "test_links_are_warned_about_where_they_do_not_work",
    ),
    "takes every picture": ({"check": lambda self, post, account: []}, "test_media_types"),
    "needs no summary after all": (
        {"limits": Limits(needs_summary=True), "check": lambda self, post, account: []},
        "test_needed_summary",
    ),
    "has no readme": ({"readme": lambda self: ""}, "test_readme_names_every_setting"),
}


def _artefact(text: str, name: str = "x.txt") -> Any:
    from channel_plugins import Artefact

    return Artefact(name, "text/plain", text.encode())


def test_a_reconnection_that_empties_a_secret_is_seen() -> None:
    class Forgetful(postbox.PostboxChannel):
        def connect(self, answers: Any, kept: Any, callback_url: str) -> ConnectStep:
            return ConnectStep("done", secrets={"token": answers.get("token", "")}) if answers else ConnectStep("form")

    Forgetful.__module__ = postbox.PostboxChannel.__module__
    assert "test_connecting_never_empties_a_secret" in failing(suite_for(Forgetful()))


def wrong_postbox(**methods: Callable[..., Any]) -> RemoteChannelConformance:
    """Return the remote suite over the postbox with some methods replaced by wrong ones."""
    wrong = type("Wrong", (postbox.PostboxChannel,), {"__module__": postbox.PostboxChannel.__module__, **methods})

    class Suite(postbox.TestPostbox):  # type: ignore[misc, name-defined]
        def make_remote(self, transport: FakeTransport) -> Channel:
            return wrong(transport)

        def renewal_conversation(self) -> list[Reply]:
            return [reply({"token": "tok-new-9876543210"}), reply({})] if "renew" in methods else []

    return Suite()


def swallowing(method: str) -> Callable[..., Any]:
    """Return a method of the postbox that takes every error for "nothing there"."""

    def quiet(self: Any, *args: Any) -> Any:
        try:
            return getattr(postbox.PostboxChannel, method)(self, *args)
        except ChannelError:
            return LookUp.not_there() if method == "look_up" else None

    return quiet


def renewing(*, keeps: str) -> Callable[..., Any]:
    """Return a `renew` that keeps the new token in time, after its first use, or without minding failures."""

    def renew(self: Any, account: Account, keep: Callable[[Any], None]) -> None:
        url = "https://api.postbox.example.com/v1/token"
        fresh = self.http.post(url, account, repeatable=False).json()["token"]
        if keeps == "late":
            self.http.get(url, account, headers={"Authorization": f"Bearer {fresh}"})
        try:
            keep({"token": fresh})
        except OSError:
            if keeps != "careless":
                raise
        if keeps != "late":
            self.http.get(url, account, headers={"Authorization": f"Bearer {fresh}"})

    return renew


def reading_by_guess(self: Any, account: Account) -> None:
    """A proof that gives up, which nobody expects of a proof."""
    raise GiveUp


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ({"look_up": swallowing("look_up")}, {"test_a_fault_never_looks_like_not_there"}),
        ({"retract": swallowing("retract")}, {"test_a_fault_never_looks_like_done"}),
        ({"verify": reading_by_guess}, {"test_reading_fails_in_two_ways_only"}),
        ({"renew": renewing(keeps="in time")}, set()),
        ({"renew": renewing(keeps="late")}, {"test_new_secrets_are_kept_before_they_are_used"}),
        ({"renew": renewing(keeps="careless")}, {"test_nothing_follows_when_new_secrets_cannot_be_kept"}),
    ],
)
def test_the_remote_suite_sees_errors_that_are_swallowed(methods: Any, expected: set[str]) -> None:
    assert failing(wrong_postbox(**methods)) == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_the_suite_sees_a_channel_that_is_wrong(fault: str) -> None:
    methods, expected = FAULTS[fault]
    assert expected in failing(broken_console(**methods))


class WrongPostbox(RemoteChannelConformance):
    """The remote suite over a postbox whose publishing is wrong."""

    def __init__(self, publish: Callable[..., Receipt]) -> None:
        self.publish = publish

    def make_remote(self, transport: FakeTransport) -> Channel:
        made = postbox.PostboxChannel(transport)
        made.publish = lambda payload, key, account, media: self.publish(made, payload, key, account)
        return made

    def good_conversation(self) -> list[Reply]:
        return [reply(postbox.POST, status=201)]


URL = "https://api.postbox.example.com/v1/boxes/hoa-mai/posts"


def blindly_repeated(made: Any, payload: Payload, key: str, account: Account) -> Receipt:
    """Treats the creating call as one that may be repeated: a lost answer becomes "try again"."""
    answer = made.http.post(URL, account, repeatable=True, json_body={})
    return made._receipt(raise_for_status(answer).json())


def never_looks_at_the_status(made: Any, payload: Payload, key: str, account: Account) -> Receipt:
    """Takes every answer for a success."""
    made.http.post(URL, account, repeatable=False, json_body={})
    return Receipt(key)


def tells_its_token(made: Any, payload: Payload, key: str, account: Account) -> Receipt:
    """Writes the token into the sentence for the school."""
    try:
        answer = made.http.post(URL, account, repeatable=False, json_body={})
        return made._receipt(raise_for_status(answer).json())
    except TryAgain as error:
        raise TryAgain(f"Không gửi được với mã {account.secrets['token']}.", after=error.after) from error


@pytest.mark.parametrize(
    ("publish", "expected"),
    [
        (blindly_repeated, {"test_lost_answer_means_unsure", "test_server_errors_on_creating_are_unsure"}),
        (never_looks_at_the_status, {"test_every_status_becomes_one_of_four", "test_sign_in_refused_needs_a_person"}),
        (tells_its_token, {"test_secrets_are_in_no_error"}),
    ],
)
def test_the_remote_suite_sees_a_channel_that_is_wrong(publish: Any, expected: set[str]) -> None:
    assert expected <= failing(WrongPostbox(publish))


BESIDE_HTTP = {"email"}
"""Channels with a network that do not speak HTTP: their suite has a simulator instead of a conversation."""


@pytest.mark.parametrize("channel", [c for c in build_manager().all() if c.info.outlet == "remote"], ids=repr)
def test_every_remote_channel_has_a_suite_of_its_own(channel: Channel) -> None:
    suite = "ChannelConformance" if channel.info.name in BESIDE_HTTP else "Suite"
    tests = sorted((Path(__file__).parent / channel.info.name).glob("test_*.py"))
    assert any(f"({suite})" in path.read_text("utf-8") for path in tests)
    if channel.info.name not in BESIDE_HTTP:
        found = importlib.import_module(f"channel_plugins.suites.{channel.info.name}").Suite
        assert issubclass(found, RemoteChannelConformance)
        assert bool(found().renewal_conversation()) == channel.limits.can_renew


def test_a_post_is_frozen_before_it_reaches_a_channel() -> None:
    assert isinstance(console.TestConsole().make_post(), Post)
