"""The contract over every registered channel, over the examples, and over channels that are wrong on purpose."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channel_plugins import Account, CallbackAnswer, Channel, Payload, Post, Receipt, TryAgain, build_manager
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
    "has no readme": ({"readme": lambda self: ""}, "test_readme_names_every_setting"),
}


def _artefact(text: str, name: str = "x.txt") -> Any:
    from channel_plugins import Artefact

    return Artefact(name, "text/plain", text.encode())


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
    suite = "ChannelConformance" if channel.info.name in BESIDE_HTTP else "RemoteChannelConformance"
    tests = sorted((Path(__file__).parent / channel.info.name).glob("test_*.py"))
    assert any(f"({suite})" in path.read_text("utf-8") for path in tests)


def test_a_post_is_frozen_before_it_reaches_a_channel() -> None:
    assert isinstance(console.TestConsole().make_post(), Post)
