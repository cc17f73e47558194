"""The part of the contract suite for channels that talk to a service: faults at every step of a conversation."""

# ruff: noqa: S101 - this module is a test suite

from __future__ import annotations

from collections.abc import Callable, Mapping

from .base import Channel
from .conformance import ChannelConformance
from .contract_abilities import MOMENT
from .contract_basis import KINDS, is_sentence
from .errors import ChannelError, NeedsPerson, TryAgain, Unsure
from .testing import PICTURE, FakeHost, FakeTransport, Reply, lost_answer, no_connection, reply, timed_out
from .types import Account, Payload, Receipt, Sent


class RemoteChannelConformance(ChannelConformance):
    """What holds, in addition, for a channel that talks to a service.

    A subclass gives `make_remote` (the channel over a given transport) and `good_conversation` (the answers of the
    service to one successful publication, in order). `creating_call` is the place of the one call that makes the post;
    `reads_answers` is False where any 2xx means success, whatever its body.
    """

    creating_call = -1
    reads_answers = True

    def make_remote(self, transport: FakeTransport) -> Channel:  # noqa: ARG002
        """Return the channel talking through `transport`."""
        raise AssertionError("write make_remote")

    def good_conversation(self) -> list[Reply]:
        """Return the answers of the service to one successful publication."""
        raise AssertionError("write good_conversation")

    def make_channel(self) -> Channel:
        return self.make_remote(FakeTransport(self.good_conversation() * 3))

    def make_unreachable(self) -> Channel:
        return self.make_remote(FakeTransport([no_connection()] * 50))

    def _publish_through(self, replies: list[Reply]) -> tuple[FakeTransport, Receipt | ChannelError]:
        transport = FakeTransport(replies)
        channel, account = self.make_remote(transport), self.make_account()
        payload = channel.render(self.make_post(), account)
        try:
            return transport, self.publish_once(channel, account, payload, "k-1")
        except ChannelError as error:
            return transport, error

    def _storm(self, fault: Reply) -> list[tuple[int, Receipt | ChannelError]]:
        good = self.good_conversation()
        outcomes = []
        for place in range(len(good)):
            _, outcome = self._publish_through([*good[:place], fault, *good[place + 1 :]])
            outcomes.append((place, outcome))
        return outcomes

    def _creating(self) -> int:
        return self.creating_call % len(self.good_conversation())

    def _unclear(self) -> tuple[type[ChannelError], ...]:
        """Return what a lost answer of the creating call may become: a safe repeat needs no look-up."""
        return (Unsure, TryAgain) if self.make_channel().info.repeat_is_safe else (Unsure,)

    def test_every_call_has_a_time_limit(self) -> None:
        transport, outcome = self._publish_through(self.good_conversation())
        assert isinstance(outcome, Receipt), f"the good conversation fails: {outcome}"
        assert transport.calls, "publish made no call"
        assert all(call.timeout for call in transport.calls), "a call without time-out"

    def test_no_connection_means_try_again(self) -> None:
        for place, outcome in self._storm(no_connection()):
            assert isinstance(outcome, TryAgain | Receipt), f"call {place}: no connection gave {outcome!r}"

    def test_lost_answer_means_unsure(self) -> None:
        for fault in (lost_answer(), timed_out()):
            for place, outcome in self._storm(fault):
                expected = self._unclear() if place == self._creating() else (TryAgain, Unsure, Receipt)
                assert isinstance(outcome, expected), f"call {place}: lost answer gave {outcome!r}"

    def test_every_status_becomes_one_of_four(self) -> None:
        for status in (400, 401, 403, 404, 409, 413, 429, 500, 502, 503):
            for place, outcome in self._storm(reply({"error": "x"}, status=status)):
                if isinstance(outcome, ChannelError):
                    assert outcome.kind in KINDS and is_sentence(outcome.for_school)
                else:
                    assert place != self._creating(), f"status {status} on the creating call passed as published"

    def test_server_errors_on_creating_are_unsure(self) -> None:
        for status in (500, 502, 503, 504):
            outcome = dict(self._storm(reply({"error": "x"}, status=status)))[self._creating()]
            assert isinstance(outcome, self._unclear()), f"status {status} after creating gave {outcome!r}"

    def test_sign_in_refused_needs_a_person(self) -> None:
        outcome = dict(self._storm(reply({"error": "x"}, status=401)))[self._creating()]
        assert isinstance(outcome, NeedsPerson), f"401 gave {outcome!r}"

    def test_retry_after_is_honoured(self) -> None:
        outcome = dict(self._storm(reply({"error": "x"}, status=429, Retry_After="120")))[self._creating()]
        assert isinstance(outcome, TryAgain) and outcome.after is not None, f"429 gave {outcome!r}"
        assert outcome.after.total_seconds() >= 120

    def test_broken_json_on_creating_is_unsure(self) -> None:
        outcome = dict(self._storm(reply(text="<html>502</html>")))[self._creating()]
        expected = Unsure if self.reads_answers else Receipt
        assert isinstance(outcome, expected), f"broken JSON gave {outcome!r}"

    def test_secrets_are_in_no_error(self) -> None:
        secrets = [value for value in self.make_account().secrets.values() if len(value) >= 4]
        for fault in (
            no_connection(),
            lost_answer(),
            *(self._echo(value, status) for value in secrets for status in (400, 500)),
        ):
            for _, outcome in self._storm(fault):
                if isinstance(outcome, ChannelError):
                    shown = f"{outcome} {outcome!r} {outcome.detail} {outcome.for_school}"
                    assert not any(value in shown for value in secrets), "a secret shows in an error"

    def _echo(self, secret: str, status: int) -> Reply:
        return reply({"error": {"message": f"bad token {secret} in request"}}, status=status)

    def test_collect_survives_a_vanished_post(self) -> None:
        for status in (404, 410):
            transport = FakeTransport([reply({"error": "gone"}, status=status)] * 6)
            try:
                readings = self.make_remote(transport).collect({"d-1": Receipt("r-gone")}, self.make_account())
            except ChannelError as error:
                raise AssertionError(f"collect raised {error!r} for a vanished post") from error
            assert all(reading.value >= 0 for reading in readings)

    # After publishing: an error is never taken for an answer

    def _after(self, fault: Reply) -> tuple[Channel, Account, Payload]:
        channel, account = self.make_remote(FakeTransport([fault] * 50)), self.make_account()
        return channel, account, channel.render(self.make_post(), account)

    def _faults(self) -> dict[str, Reply]:
        statuses = {
            f"status {status}": reply({"error": "x"}, status=status) for status in (401, 403, 429, 500, 502, 503)
        }
        return {"no connection": no_connection(), "lost answer": lost_answer(), "time-out": timed_out(), **statuses}

    def test_a_fault_never_looks_like_not_there(self) -> None:
        if not self.make_channel().limits.can_look_up:
            return
        for name, fault in {**self._faults(), "broken JSON": reply(text="<html>502</html>")}.items():
            for receipt in (None, Receipt("r-1")):
                channel, account, payload = self._after(fault)
                try:
                    found = channel.look_up("k-1", account, Sent(payload, MOMENT, receipt))
                except (TryAgain, NeedsPerson) as error:
                    assert is_sentence(error.for_school)
                else:
                    assert found.state != "not_there", f"{name} while looking up was taken for certainty"

    def test_a_fault_never_looks_like_done(self) -> None:
        for name, fault in self._faults().items():
            channel, account, payload = self._after(fault)
            host = FakeHost({item.ref: PICTURE for item in self.make_post().media})
            if channel.limits.can_edit:
                self._fails(name, lambda: channel.edit(Receipt("r-1"), payload, account, host))  # noqa: B023
            channel, account, payload = self._after(fault)
            if channel.limits.can_retract:
                self._fails(name, lambda: channel.retract(Receipt("r-1"), account))  # noqa: B023

    def _fails(self, name: str, attempt: Callable[[], object]) -> None:
        try:
            attempt()
        except ChannelError as error:
            assert error.kind in KINDS and is_sentence(error.for_school)
        else:
            raise AssertionError(f"{name} passed as done")

    def test_reading_fails_in_two_ways_only(self) -> None:
        for fault in self._faults().values():
            for name in ("verify", "collect", "comments"):
                channel, account, _ = self._after(fault)
                receipts = {"d-1": Receipt("r-1")}
                try:
                    channel.verify(account) if name == "verify" else getattr(channel, name)(receipts, account)
                except (TryAgain, NeedsPerson) as error:
                    assert is_sentence(error.for_school)

    # Renewing

    def renewal_conversation(self) -> list[Reply]:
        """Return the answers to one successful renewal; a channel with `limits.can_renew` writes it down."""
        return []

    def test_new_secrets_are_kept_before_they_are_used(self) -> None:
        good = self.renewal_conversation()
        if not good:
            return
        transport, account = FakeTransport(good), self.make_account()
        kept: list[tuple[dict[str, str], int]] = []
        self.make_remote(transport).renew(account, lambda new: kept.append((dict(new), len(transport.calls))))
        assert kept, "renewed, but nothing was kept"
        secrets, calls = kept[0]
        assert all(secrets.values()), "an empty secret was kept"
        fresh = [value for value in secrets.values() if value not in account.secrets.values()]
        assert fresh, "the kept secrets are the old ones"
        for call in transport.calls[:calls]:
            sent = f"{call.url} {dict(call.headers)} {call.body!r}"
            assert not any(value in sent for value in fresh), "a new secret was used before it was kept"

    def test_nothing_follows_when_new_secrets_cannot_be_kept(self) -> None:
        good = self.renewal_conversation()
        if not good:
            return
        transport, calls = FakeTransport(good), [0]

        def refuse(_: Mapping[str, str]) -> None:
            calls[0] = len(transport.calls)
            raise OSError("the database went away")

        try:
            self.make_remote(transport).renew(self.make_account(), refuse)
        except OSError:
            assert len(transport.calls) == calls[0], "calls were made with secrets that are not durable"
        else:
            raise AssertionError("the failure to keep new secrets was swallowed")
