"""The contract as a test suite that every channel passes and outside authors inherit.

    from channel_plugins.conformance import ChannelConformance

    class TestConsole(ChannelConformance):
        def make_channel(self):
            return ConsoleChannel()

A channel that talks to a service inherits `RemoteChannelConformance` (in `remote_conformance`) and writes down one good
conversation. The suite needs no test framework: `run` gives the findings as data.
"""

# ruff: noqa: S101 - this module is a test suite

from __future__ import annotations

import ast
import inspect
import json
import pickle
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from .base import Channel
from .contract_abilities import AbilitiesContract
from .contract_basis import KINDS, Basis, Finding, errors_of, is_sentence
from .contract_limits import LimitsContract
from .errors import NeedsPerson, TryAgain
from .settings import form_fields, secret_names
from .testing import PICTURE, FakeHost, sample_account, sample_settings
from .types import Account, CallbackRequest, Payload, Receipt

__all__ = ["KINDS", "ChannelConformance", "Finding", "is_sentence", "run", "suite_for"]

FORBIDDEN = frozenset({"flask", "sqlalchemy", "flask_sqlalchemy", "tenants", "district", "werkzeug", "jinja2"})
ODD_TEXTS = {
    "empty": "",
    "blanks": " \n\t\u00a0\u200b ",
    "emoji": "Chúc mừng 🎉👩‍🏫🇻🇳 năm học mới",
    "right to left": "مرحبا بكم في المدرسة שלום",
    "decomposed": "Tru\u031bo\u031b\u0300ng ho\u0323c",
    "markup": "<script>alert('x')</script> & \"x\" ' --",
    "control": "a\x00b\x1b[31mc\u202ed",
    "lone surrogate": "a\ud800b",
    "long": "Cô và trò cùng vui. " * 5_000,
    "one long word": "ạ" * 100_000,
}


class ChannelConformance(LimitsContract, AbilitiesContract):
    """What holds for every channel. A subclass gives `make_channel` and may change the other makers."""

    # What it says about itself

    def test_info_is_complete(self) -> None:
        info = self.make_channel().info
        assert re.fullmatch(r"[a-z][a-z0-9_]{1,30}", info.name), f"name {info.name!r} is not legal"
        for name in ("label", "description", "icon", "doc"):
            assert str(getattr(info, name)).strip(), f"info.{name} is empty"
        assert info.outlet in ("hosted", "remote", "file", "assisted")

    def test_readme_names_every_setting(self) -> None:
        channel = self.make_channel()
        readme = channel.readme()
        assert readme.strip(), "README.md beside the channel's module is missing"
        missing = [item.name for item in form_fields(channel.SettingsSchema) if item.name not in readme]
        assert not missing, f"README.md does not name the settings {missing}"

    def test_imports_nothing_of_the_host(self) -> None:
        home = Path(inspect.getfile(type(self.make_channel()))).parent
        for path in sorted(home.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [item.name for item in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module or ""]
                found = {name.split(".")[0] for name in names} & FORBIDDEN
                assert not found, f"{path.name} line {node.lineno} imports {sorted(found)}"  # type: ignore[attr-defined]

    # Settings

    def test_settings_have_labels_help_and_examples(self) -> None:
        for item in form_fields(self.make_channel().SettingsSchema):
            assert item.label and item.label != item.name, f"setting {item.name} has no label"
            assert item.help.strip(), f"setting {item.name} has no help"
            assert item.example.strip(), f"setting {item.name} has no example"

    def test_settings_load_and_dump(self) -> None:
        channel = self.make_channel()
        raw = sample_settings(channel)
        settings, secrets = channel.load_settings(raw)
        again, _ = channel.load_settings({**channel.SettingsSchema().dump(settings), **secrets})
        assert again == settings, "settings change when they are stored and read back"
        assert json.loads(json.dumps(settings)) == settings, "settings must be JSON-able"

    def test_unknown_settings_are_refused(self) -> None:
        channel = self.make_channel()
        try:
            channel.load_settings({**sample_settings(channel), "khong_co_muc_nay": "x"})
        except ValidationError as error:
            assert "khong_co_muc_nay" in error.normalized_messages()  # type: ignore[no-untyped-call]
            return
        raise AssertionError("a setting nobody knows was accepted")

    def test_secrets_never_show(self) -> None:
        channel, account = self.make_channel(), self.make_account()
        assert secret_names(channel.SettingsSchema).isdisjoint(account.settings), "a secret lies among the settings"
        shown = f"{account!r} {account} {asdict(account)} {account.secrets} {channel!r}"
        for value in account.secrets.values():
            assert value not in shown, "a secret shows in repr or str"
        try:
            pickle.dumps(account)
        except TypeError:
            return
        raise AssertionError("an account can be pickled")

    # Before publishing

    def test_check_accepts_the_sample(self) -> None:
        problems = errors_of(self.make_channel().check(self.make_post(), self.make_account()))
        assert not problems, f"the sample post is refused: {problems}"

    def test_check_is_total(self) -> None:
        channel, account, post = self.make_channel(), self.make_account(), self.make_post()
        for name, text in ODD_TEXTS.items():
            odd = replace(post, title=text, summary=text, body_text=text, body_html=text, author_name=text, media=())
            problems = channel.check(odd, account)
            assert isinstance(problems, list), f"check gives no list for {name} text"

    def test_check_is_pure(self) -> None:
        channel, account, post = self.make_channel(), self.make_account(), self.make_post()
        assert channel.check(post, account) == channel.check(post, account)

    def test_problems_speak_vietnamese(self) -> None:
        channel, account = self.make_channel(), self.make_account()
        problems = channel.check(replace(self.make_post(), title="", body_text="", body_html=""), account)
        assert errors_of(problems), "an empty post is accepted"
        for problem in problems:
            assert is_sentence(problem.sentence), f"no Vietnamese sentence: {problem.sentence!r}"
            assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", problem.code), f"code {problem.code!r} is not stable"

    def test_render_is_pure_and_lasts(self) -> None:
        channel, account, payload = self._payload()
        again = self.make_channel().render(self.make_post(), self.make_account())
        assert payload == again and payload.content_hash == again.content_hash, "render differs from call to call"
        assert Payload.from_json(payload.to_json()) == payload, "a payload changes when it is stored"
        assert payload.channel == channel.info.name
        secrets = [value for value in account.secrets.values() if value]
        assert not any(value in payload.to_json() for value in secrets), "a secret lies in the payload"

    def test_render_takes_odd_texts(self) -> None:
        channel, account, post = self.make_channel(), self.make_account(), self.make_post()
        for name, text in ODD_TEXTS.items():
            if name != "lone surrogate":
                odd = replace(post, title=text, summary=text, body_text=text, media=())
                assert channel.render(odd, account).to_json(), f"render fails on {name} text"

    def test_preview_shows_the_payload(self) -> None:
        channel, account, payload = self._payload()
        preview = channel.preview(Payload.from_json(payload.to_json()))
        assert preview.kind in ("html", "text") and preview.content.strip()
        risky = replace(self.make_post(), title="Vui <script>alert(1)</script>", author_name="<b onclick=x>")
        shown = channel.preview(channel.render(risky, account))
        if shown.kind == "html":
            assert "<script" not in shown.content and "<b onclick" not in shown.content, "preview does not escape"

    def test_files_are_the_same_each_time(self) -> None:
        channel, _, payload = self._payload()
        first, second = channel.files(payload), channel.files(Payload.from_json(payload.to_json()))
        assert [(item.filename, item.data) for item in first] == [(item.filename, item.data) for item in second]
        for item in first:
            assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", item.filename), (
                f"file name {item.filename!r} is not safe"
            )
            assert item.data and "/" in item.content_type

    def test_kit_is_the_same_each_time_and_holds_the_files(self) -> None:
        channel, _, payload = self._payload()
        host = FakeHost({item.ref: PICTURE for item in self.make_post().media})
        first, second = channel.kit(payload, host), channel.kit(Payload.from_json(payload.to_json()), host)
        assert [(item.filename, item.data) for item in first] == [(item.filename, item.data) for item in second]
        assert {item.filename for item in channel.files(payload)} <= {item.filename for item in first}
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", item.filename) for item in first)
        assert isinstance(channel.kit(payload, FakeHost()), tuple), "a picture that is gone must be left out"

    # Publishing and after

    def test_publish_gives_a_receipt(self) -> None:
        channel, account, payload = self._payload()
        try:
            receipt = self.publish_once(channel, account, payload, "k-1")
        except (TryAgain, NeedsPerson) as error:
            assert self.offline, f"publishing fails: {error!r}"
            assert is_sentence(error.for_school)
            return
        assert receipt.remote_id, "a receipt without remote_id cannot be edited, retracted or counted"
        assert Receipt.from_json(receipt.to_json()) == receipt
        assert receipt.url is None or receipt.url.startswith("https://")

    def test_repeat_is_declared(self) -> None:
        channel, account, payload = self._payload()
        if channel.info.repeat_is_safe and not self.offline:
            first = self.publish_once(channel, account, payload, "k-1")
            second = self.publish_once(channel, account, payload, "k-1")
            other = self.publish_once(channel, account, payload, "k-2")
            assert first.remote_id == second.remote_id, "one key made two posts"
            assert other.remote_id != first.remote_id, "two keys made one post"
        elif channel.limits.can_look_up:
            assert type(channel).look_up is not Channel.look_up, "can_look_up without look_up"

    def test_forged_callbacks_are_refused(self) -> None:
        channel = self.make_channel()
        for account in (None, self.make_account()):
            for body in (b"", b"{}", b'{"object":"page","entry":[]}', b"\xff\xfe", b"[" * 5_000):
                for headers in ({}, {"x-hub-signature-256": "sha256=00", "x-zevent-signature": "mac=00"}):
                    answer = channel.parse_callback(CallbackRequest("POST", {}, headers, body), account)
                    assert not answer.accepted and not answer.events, "a forged callback was accepted"
                    assert 400 <= answer.status < 500

    def test_usable_from_two_threads(self) -> None:
        channel, account, post = self.make_channel(), self.make_account(), self.make_post()
        expected = channel.render(post, account).content_hash

        def work() -> list[str]:
            found = []
            for _ in range(5):
                channel.check(post, account)
                found.append(channel.render(post, account).content_hash)
            return found

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(work), pool.submit(work)]
            found = both[0].result() + both[1].result()
        assert found == [expected] * 10, "two threads disturb each other"


def run(suite: Basis) -> list[Finding]:
    """Run every check of `suite` and return the findings in order of their names."""
    findings = []
    for name in sorted(dir(suite)):
        if name.startswith("test_"):
            try:
                getattr(suite, name)()
            except Exception as error:
                findings.append(Finding(name, f"{type(error).__name__}: {error}"))
            else:
                findings.append(Finding(name))
    return findings


def suite_for(channel: Channel, settings: Mapping[str, Any] | None = None) -> ChannelConformance:
    """Return the suite over a channel that is already made, with `settings` or the examples of its schema.

    A channel with a network is called without any: what its service answers only its own suite knows.
    """

    class Made(ChannelConformance):
        offline = channel.info.outlet == "remote"

        def make_channel(self) -> Channel:
            return channel

        def make_account(self) -> Account:
            return sample_account(channel, settings)

    return Made()
