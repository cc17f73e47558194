"""`Channel`: what a kind of outlet can do.

A channel is one object for the whole process. It keeps no state about a delivery and is called from several
threads at once. Everything it needs comes in as frozen values, everything it gives back is one. It never
opens a transaction, never sees a table and never waits for longer than its own time-outs.

Every method may raise only the four kinds of `channel_plugins.errors`; methods called *pure* raise nothing at
all.
"""

# ruff: noqa: ARG002 - the defaults name every argument of the contract and need few of them

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError

from .checks import limit_problems
from .errors import GiveUp, NextStep
from .reach import Bounce, Comment, FollowUp, Host, Offer
from .settings import ChannelSettings, split
from .text import length, nfc
from .types import (
    Account,
    Artefact,
    CallbackAnswer,
    CallbackRequest,
    ChannelInfo,
    ConnectStep,
    Limits,
    LookUp,
    Payload,
    Post,
    Preview,
    Problem,
    Reading,
    Receipt,
    Sent,
)
from .values import ReadOnly, Secrets


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Channel:
    """Base of every channel.

    A subclass gives `info` and writes `render`, `preview` and `publish`; the rest has defaults that say
    honestly "this outlet cannot do that".
    """

    info: ClassVar[ChannelInfo]
    #: What the outlet accepts; `configure` may set an own budget on the object.
    limits: Limits = Limits()
    #: What a unit fills in; secret fields are marked in their metadata (see `channel_plugins.settings`).
    SettingsSchema: ClassVar[type[Schema]] = ChannelSettings
    #: What whoever runs the installation fills in once (application id, host of a simulator).
    OptionsSchema: ClassVar[type[Schema]] = ChannelSettings
    #: The further step a person may take with a published post; None when there is none.
    follow_up: ClassVar[FollowUp | None] = None

    def __init__(self) -> None:
        self.options: Mapping[str, Any] = ReadOnly()
        #: `host:port` of simulators on this machine: the only private addresses `Http` may reach.
        self.private_hosts: frozenset[str] = frozenset()
        #: The present moment, aware. The host gives its own clock, so that a whole installation has one.
        self.clock: Callable[[], datetime] = utc_now

    def __repr__(self) -> str:
        return f"<channel {self.info.name}>"

    def configure(self, options: Mapping[str, Any], private_hosts: Iterable[str] = ()) -> None:
        """Take the options of the installation.

        Called: once, by `build_manager`, before anything else.
        Args: raw values, checked by `OptionsSchema`; `host:port` of simulators on this machine.
        Raises: marshmallow.ValidationError for a key or value the schema refuses; the program then does not
            start.
        Since: 0.1
        """
        self.options = ReadOnly(dict(self.OptionsSchema().load(dict(options))))
        self.private_hosts = frozenset(private_hosts)

    def load_settings(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], Secrets]:
        """Return what a person filled in, checked and in NFC, as (settings, secrets).

        Raises: marshmallow.ValidationError with Vietnamese sentences per field.
        """
        return split(self.SettingsSchema, dict(self.SettingsSchema().load(nfc(dict(raw)))))

    def readme(self) -> str:
        """Return the text of the README.md beside the module of the channel, "" when there is none."""
        path = Path(inspect.getfile(type(self))).with_name("README.md")
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    # Connecting

    def connect(self, answers: Mapping[str, str], kept: Mapping[str, str], callback_url: str) -> ConnectStep:
        """Take one step towards a usable account.

        Called: outside any transaction, first with empty `answers`, then with what each step asked for.
        Args: `answers` is the filled form, the query of the way back from the outlet, or {"choice": value};
            `kept` is the `keep` of the step before; `callback_url` is where the outlet must send the browser
            back to. The host replaces the `state` in the query of a redirect by its own and gives the channel's
            back with the answers, so the outlet must return `state` as it got it.
        Returns: the next step, `done` at the end.
        Raises: NeedsPerson when the person must do something at the outlet; TryAgain; GiveUp for refused
            values.
        Since: 0.1
        """
        if not answers:
            return ConnectStep("form", "Thầy cô điền các mục dưới đây rồi bấm Kết nối và kiểm tra.")
        try:
            settings, secrets = self.load_settings(answers)
        except ValidationError as error:
            raise GiveUp(
                "Cài đặt kênh chưa đúng nên chưa được lưu. Thầy cô xem lời nhắc ở từng ô.",
                detail=str(error.messages),
                next_step=NextStep.OPEN_SETTINGS,
            ) from error
        # An empty box on the form means "leave it", never "forget it".
        return ConnectStep("done", settings=settings, secrets={k: value for k, value in secrets.items() if value})

    def verify(self, account: Account) -> None:
        """Prove, by reading only, that this account may post to its outlet now. Returns when it may.

        Called: after connecting and once a day. May be repeated freely.
        Raises: NeedsPerson when it may not; TryAgain when that could not be found out.
        Since: 0.1
        """

    def account_ref(self, account: Account) -> str:
        """Return the outlet's own name for this account (a page id), by which its callbacks find it. Pure; "" when it
        has none.

        Since: 0.2
        """
        return ""

    def renewal_due(self, account: Account, now: datetime) -> bool:
        """Return whether the credentials should be renewed before the next call. Pure.

        Since: 0.2
        """
        return False

    def renew(self, account: Account, keep: Callable[[Mapping[str, str]], None]) -> None:
        """Renew credentials that expire.

        Called: under the account's lock, before a call, when `renewal_due` says so or a call raised
            `TryAgain(renew=True)`. `keep(secrets)` returns only when the new secrets are durable, the old ones kept
            beside them (`account.old_secrets`); the new ones are used after that and never before.
        Raises: NeedsPerson when only a new consent helps; TryAgain, which never disconnects the account.
        Since: 0.1
        """

    # Before publishing: pure

    def text_length(self, post: Post, account: Account) -> int:
        """Return how many characters of `limits.max_text` this post uses. Pure and total."""
        return length(post.body_text)

    def check(self, post: Post, account: Account) -> list[Problem]:
        """Return what is wrong with this post for this account; an empty list means that it may be sent.

        Called: while one types, before approval and once more before sending. Pure and total: no network, no
            clock, no exception, whatever the post holds.
        Since: 0.1
        """
        return limit_problems(post, self.limits, self.text_length(post, account))

    def render(self, post: Post, account: Account) -> Payload:
        """Return exactly what will be sent. Pure: the same values give the same payload, in any thread, for
        ever.

        Called: once per delivery; the payload is stored and used for every attempt, look-up and preview.
        Since: 0.1
        """
        raise NotImplementedError(f"{type(self).__name__}.render")

    def preview(self, payload: Payload) -> Preview:
        """Return how the payload will look. Pure; HTML is escaped or already sanitised.

        Since: 0.1
        """
        raise NotImplementedError(f"{type(self).__name__}.preview")

    def files(self, payload: Payload) -> tuple[Artefact, ...]:
        """Return the files a person can take (a script, a kit of pictures). Pure: the same bytes each time.

        Since: 0.1
        """
        return ()

    def kit(self, payload: Payload, host: Host) -> tuple[Artefact, ...]:
        """Return the files that are kept with a published post: those of `files`, and such as hold its pictures.

        Called: after `publish`, outside any transaction. Reads pictures from `host`, nothing else; the same bytes each
            time for the same pictures. A picture that is gone is left out.
        Since: 0.2
        """
        return self.files(payload)

    # Publishing and after

    def publish(self, payload: Payload, key: str, account: Account, host: Host) -> Receipt:
        """Send the payload.

        Called: outside any transaction, after the attempt was written. At most one call at a time per
            account.
        Args: `key` is the same for every attempt of one delivery and never used for another: hand it to the
            outlet as idempotency key, marker or unique name if it has such a thing.
        Returns: a receipt; `settled=False` when the outlet has only accepted it.
        Raises: the four kinds. `Unsure` is the only right answer when the request went out and no answer came
            back.
        Since: 0.1
        """
        raise NotImplementedError(f"{type(self).__name__}.publish")

    def look_up(self, key: str, account: Account, sent: Sent) -> LookUp:
        """Find out, by reading only, whether the delivery `key` is on the outlet.

        Called: after `Unsure`, after a crash, for an unsettled receipt, and to read back what was published.
            May be repeated freely. `not_there` means certainty: the host then sends again. For a receipt that is not
            settled it may also take the next step towards settling it, where repeating that step changes nothing.
            For a settled receipt `not_there` says that readers no longer find the post; it is not sent again then.
        Raises: TryAgain, NeedsPerson.
        Since: 0.1
        """
        return LookUp.cannot_tell("Kênh này không cho tra lại bài đã gửi. Thầy cô mở kênh xem bài đã có chưa.")

    def edit(self, receipt: Receipt, payload: Payload, account: Account, host: Host) -> Receipt:
        """Replace what was published by `payload`. The same call again changes nothing.

        Raises: GiveUp where `limits.can_edit` is False; else the four kinds.
        Since: 0.1
        """
        raise GiveUp(
            "Kênh này không cho sửa bài đã đăng. Thầy cô gỡ bài rồi đăng bản mới, hoặc sửa trực tiếp trên kênh.",
            next_step=NextStep.LOOK_AT_OUTLET,
        )

    def retract(self, receipt: Receipt, account: Account) -> None:
        """Take the post down. A post that is already gone counts as done.

        Raises: GiveUp where `limits.can_retract` is False; else the four kinds.
        Since: 0.1
        """
        raise GiveUp(
            "Kênh này không cho gỡ bài qua hệ thống. Thầy cô báo người phụ trách kênh gỡ bài rồi ghi nhận kết quả.",
            next_step=NextStep.LOOK_AT_OUTLET,
        )

    def collect(self, receipts: Mapping[str, Receipt], account: Account) -> list[Reading]:
        """Return the numbers the outlet shows now for these deliveries (delivery key -> receipt).

        Called: from time to time; may be repeated freely. A vanished post is left out, an empty mapping gives
            [].
        Raises: TryAgain, NeedsPerson.
        Since: 0.1
        """
        return []

    def comments(self, receipts: Mapping[str, Receipt], account: Account) -> list[Comment]:
        """Return what people wrote below these deliveries (delivery key -> receipt).

        Called: from time to time, where `limits.has_comments`; may be repeated freely. A vanished post is left out.
        Raises: TryAgain, NeedsPerson.
        Since: 0.2
        """
        return []

    def bounces(self, account: Account, since: datetime) -> list[Bounce]:
        """Return the messages that came back since a moment. May be repeated freely: one bounce counts once.

        Called: from time to time, where `info.audience`.
        Raises: TryAgain, NeedsPerson.
        Since: 0.2
        """
        return []

    def offer_follow_up(self, receipt: Receipt, account: Account) -> Offer:
        """Say, by reading only, whether `follow_up` is possible for this post now and what it uses up.

        Called: when a person looks at the published post, where `follow_up` is set.
        Raises: TryAgain, NeedsPerson.
        Since: 0.2
        """
        return Offer(False, "Kênh này không có bước gửi thêm.")

    def do_follow_up(self, receipt: Receipt, payload: Payload, account: Account, key: str) -> Receipt:
        """Take the further step. Called once, after a person confirmed the offer; the host never repeats it.

        Raises: the four kinds; after `Unsure` a person must look.
        Since: 0.2
        """
        raise GiveUp("Kênh này không có bước gửi thêm.", next_step=NextStep.LOOK_AT_OUTLET)

    def parse_callback(self, request: CallbackRequest, account: Account | None) -> CallbackAnswer:
        """Read a request that claims to come from the outlet. Pure; checks the signature over the raw bytes.

        Args: `account` is set when the address of the callback names one, None for a callback of the
            installation.
        Returns: what to answer; `accepted` only when the request is proven genuine.
        Since: 0.1
        """
        return CallbackAnswer(accepted=False, status=404)
