"""The part of the contract suite about what a channel says it can do: connecting, renewing, editing, counting."""

# ruff: noqa: S101 - this module is a test suite

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from .base import Channel
from .contract_basis import KINDS, Basis, is_sentence
from .errors import ChannelError, NeedsPerson, TryAgain
from .settings import secret_names
from .testing import FakeHost, no_network, sample_settings
from .types import ConnectStep, Receipt

CALLBACK = "https://loa.example.edu.vn/kenh/tro-ve"
MOMENT = datetime(2026, 9, 5, 8, tzinfo=UTC)


class AbilitiesContract(Basis):
    """What `info` and `limits` declare is there, and what they do not declare is refused in words."""

    def test_undeclared_abilities_are_refused_in_words(self) -> None:
        channel, account, payload = self._payload()
        receipt = Receipt("r-1")
        attempts = (
            (channel.limits.can_edit, "edit", lambda: channel.edit(receipt, payload, account, FakeHost())),
            (channel.limits.can_retract, "retract", lambda: channel.retract(receipt, account)),
        )
        for able, name, attempt in attempts:
            if able:
                assert self._writes(channel, name), f"can_{name} without {name}"
                continue
            try:
                attempt()
            except ChannelError as error:
                assert error.kind in KINDS and is_sentence(error.for_school)
            else:
                raise AssertionError(f"{name} works although limits say that it cannot")

    def _writes(self, channel: Channel, name: str) -> bool:
        return getattr(type(channel), name) is not getattr(Channel, name)

    def test_declared_abilities_are_written(self) -> None:
        channel = self.make_channel()
        limits = channel.limits
        for able, name in (
            (limits.can_look_up, "look_up"),
            (limits.can_renew, "renew"),
            (limits.can_renew, "renewal_due"),
            (limits.has_comments, "comments"),
            (bool(limits.metrics) and channel.info.outlet == "remote", "collect"),
        ):
            assert not able or self._writes(channel, name), f"declared, but {name} is not written"
        seconds = channel.info.call_seconds
        assert seconds is None or seconds > 0, "info.call_seconds must be positive"

    def test_collect_of_nothing_is_nothing(self) -> None:
        assert self.make_channel().collect({}, self.make_account()) == []

    def test_nothing_is_written_below_nothing(self) -> None:
        channel, account = self.make_channel(), self.make_account()
        assert channel.comments({}, account) == [], "comments of nothing"
        if not channel.info.audience:
            assert channel.bounces(account, MOMENT) == [], "bounces without an audience"

    def test_follow_up_and_offer_agree(self) -> None:
        channel, account, payload = self._payload()
        if channel.follow_up is not None:
            assert channel.follow_up.label.strip() and is_sentence(channel.follow_up.question)
            assert self._writes(channel, "offer_follow_up"), "follow_up without offer_follow_up"
            assert self._writes(channel, "do_follow_up"), "follow_up without do_follow_up"
            return
        offer = channel.offer_follow_up(Receipt("r-1"), account)
        assert not offer.possible and is_sentence(offer.sentence), "a step is offered that does not exist"
        try:
            channel.do_follow_up(Receipt("r-1"), payload, account, "k-1")
        except ChannelError as error:
            assert is_sentence(error.for_school)
        else:
            raise AssertionError("do_follow_up works although follow_up is None")

    # Connecting and renewing

    def _connect(self, answers: Mapping[str, str]) -> ConnectStep | ChannelError:
        """Take a step with the service out of reach."""
        channel = self.make_unreachable()
        with no_network():
            try:
                return channel.connect(answers, {}, CALLBACK)
            except ChannelError as error:
                return error

    def test_connecting_begins_with_a_question(self) -> None:
        step = self._connect({})
        if isinstance(step, ChannelError):
            assert isinstance(step, NeedsPerson | TryAgain) and is_sentence(step.for_school)
            return
        assert step.kind in ("form", "redirect", "choose"), "connected without asking anything"
        assert step.url or is_sentence(step.sentence), "the first step says nothing"
        assert step.kind != "redirect" or step.url.startswith(("https://", "http://127.0.0.1")), (
            "redirect without https"
        )

    def test_connecting_never_empties_a_secret(self) -> None:
        channel = self.make_channel()
        raw = {name: str(value) for name, value in sample_settings(channel).items()}
        hidden = secret_names(channel.SettingsSchema)
        for name in hidden:
            for empty in ({**raw, name: ""}, {other: value for other, value in raw.items() if other != name}):
                step = self._connect(empty)
                if isinstance(step, ChannelError):
                    assert is_sentence(step.for_school)
                elif step.kind == "done":
                    assert step.secrets.get(name, "x"), f"connecting would replace the secret {name} by nothing"

    def test_renewing_without_a_connection_keeps_nothing(self) -> None:
        channel, account = self.make_unreachable(), self.make_account()
        kept: list[Mapping[str, str]] = []
        if not channel.limits.can_renew:
            assert channel.renewal_due(account, MOMENT) is False, "renewal is due but limits.can_renew is False"
            return
        with no_network():
            try:
                channel.renew(account, kept.append)
            except (TryAgain, NeedsPerson) as error:
                assert is_sentence(error.for_school)
        assert kept == [], "new secrets were kept although the service could not be reached"
