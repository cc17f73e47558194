"""The frozen values that cross the boundary between the host and a channel.

A channel sees these and nothing else of the host: no table rows, no request, no session. All text is in
Unicode NFC, all moments are aware, everything that is stored is JSON-able.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Literal

from .values import ReadOnly, Secrets, freeze, thaw


@dataclass(frozen=True)
class Media:
    """A picture of a post.

    `ref` is the host's name for it (see `Host`), `width` and `height` are in pixels, `size` in bytes
    (None: not known), `alt` is the text for those who cannot see it.
    """

    ref: str
    content_type: str
    width: int
    height: int
    alt: str
    caption: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Post:
    """One approved revision of an article, as a channel sees it.

    `key` names the revision for ever. `body_html` is already sanitised; `body_text` is the same as plain
    text, a paragraph a line. `role_model` names the exemplary person or deed, if the article has one.
    `language` is a BCP 47 tag. `canonical_url` is its address on the unit's public site.
    """

    key: str
    title: str
    summary: str
    body_html: str
    body_text: str
    genre: str
    author_name: str
    unit_name: str
    issued_on: date
    canonical_url: str
    media: tuple[Media, ...] = ()
    role_model: str | None = None
    language: str = "vi"


@dataclass(frozen=True)
class Account:
    """A unit's configured outlet of one channel.

    `settings` and `secrets` are what the channel's `SettingsSchema` loaded, split by its secret marks.
    `old_secrets` are the ones before the last renewal or reconnection, for a service that may not have heard of the
    new ones. `site_url` is the address of the unit's public site without a trailing slash, `timezone` an IANA name.
    """

    id: str
    channel: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=Secrets, repr=False)
    old_secrets: Mapping[str, str] = field(default_factory=Secrets, repr=False)
    unit_name: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    site_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", ReadOnly(self.settings))
        object.__setattr__(self, "secrets", Secrets(self.secrets))
        object.__setattr__(self, "old_secrets", Secrets(self.old_secrets))

    def __reduce__(self) -> Any:
        raise TypeError("accounts carry secrets and are never pickled")


@dataclass(frozen=True)
class Payload:
    """Exactly what will be sent: made once by `Channel.render`, stored, and never changed.

    `data` is JSON-able and read-only. The same data always gives the same `content_hash`.
    """

    channel: str
    data: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.data, Mapping):
            raise TypeError("payload data must be a mapping")
        object.__setattr__(self, "data", freeze(self.data))

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON, in lower-case hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no blanks, real letters."""
        whole = {"channel": self.channel, "data": thaw(self.data)}
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Payload:
        """Return the payload that `to_json` wrote; raises ValueError when it is something else."""
        whole = json.loads(text)
        if not isinstance(whole, dict) or set(whole) != {"channel", "data"}:
            raise ValueError("not a payload")
        return cls(whole["channel"], whole["data"])


@dataclass(frozen=True)
class Artefact:
    """A file a person can take: its name (ASCII, safe on every system), type and bytes."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Receipt:
    """What an outlet gave back for one delivery.

    `remote_id` is enough to edit, retract and collect later. `settled` is False when the outlet has accepted
    the post but not finished (the host then calls `look_up` with this receipt until it is settled). `detail`
    is JSON-able; under "twins" a channel may put the addresses of further items that look the same, found by looking
    up, which the host shows to the school. `rest` is how long the outlet wants to be left alone from now on, `due` how
    soon people should have posted it where only they can say so (`ChannelInfo.confirmed_by`); neither is stored.
    """

    remote_id: str
    url: str | None = None
    published_at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    settled: bool = True
    rest: timedelta | None = field(default=None, compare=False)
    due: timedelta | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.published_at is not None and self.published_at.tzinfo is None:
            raise ValueError("published_at must be aware")
        object.__setattr__(self, "detail", freeze(self.detail))

    def to_json(self) -> str:
        """Return the receipt as JSON; `from_json` gives it back."""
        moment = self.published_at.isoformat() if self.published_at else None
        whole = {
            "remote_id": self.remote_id,
            "url": self.url,
            "published_at": moment,
            "detail": thaw(self.detail),
            "settled": self.settled,
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Return the receipt that `to_json` wrote."""
        whole = json.loads(text)
        moment = whole.pop("published_at")
        return cls(**whole, published_at=datetime.fromisoformat(moment) if moment else None)


@dataclass(frozen=True)
class Sent:
    """What the host knows about a delivery whose outcome it asks for.

    `started_at` is the host's clock just before the call; `receipt` is set when an earlier answer was not
    settled.
    """

    payload: Payload
    started_at: datetime
    receipt: Receipt | None = None


@dataclass(frozen=True)
class LookUp:
    """The answer of a look-up: found with a receipt, certainly not there, or cannot tell.

    `text` is what stands on the outlet, as plain text, where the outlet lets it be read; `altered` says that it is not
    what was sent.
    """

    state: Literal["found", "not_there", "cannot_tell"]
    receipt: Receipt | None = None
    reason: str = ""
    text: str = ""
    altered: bool = False

    @classmethod
    def found(cls, receipt: Receipt, text: str = "", *, altered: bool = False) -> LookUp:
        """The post is on the outlet."""
        return cls("found", receipt, text=text, altered=altered)

    @classmethod
    def not_there(cls) -> LookUp:
        """The outlet was asked and certainly does not have the post: it may be sent again."""
        return cls("not_there")

    @classmethod
    def cannot_tell(cls, reason: str = "") -> LookUp:
        """Nobody but a person can say; `reason` is a Vietnamese sentence."""
        return cls("cannot_tell", reason=reason)


class Metric(Enum):
    """What may be counted; values are whole numbers from zero."""

    VIEWS = "views"
    REACH = "reach"
    CLICKS = "clicks"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    SHARES = "shares"
    SENT = "sent"
    OPENED = "opened"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    BROADCASTS = "broadcasts"


@dataclass(frozen=True)
class Reading:
    """One number read from an outlet at one moment: the total so far, never a difference."""

    delivery_key: str
    metric: Metric
    value: int
    taken_at: datetime

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("a reading is never negative")
        if self.taken_at.tzinfo is None:
            raise ValueError("taken_at must be aware")


@dataclass(frozen=True)
class Limits:
    """What an outlet accepts, as data: the editor warns while one types, the conformance suite attacks each
    number.

    None means that the outlet has no such limit. Lengths are characters in NFC, sizes bytes. `max_text` is
    compared with `Channel.text_length`. `max_per_hour`, `max_per_day` (posts) and `least_pause` (seconds between two
    posts) are the budget of one account; the host keeps it. `can_renew`: credentials expire and `renew` renews them.
    """

    max_text: int | None = None
    max_title: int | None = None
    max_summary: int | None = None
    max_media: int | None = None
    max_media_bytes: int | None = None
    media_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp")
    needs_media: bool = False
    needs_alt: bool = False
    needs_summary: bool = False
    link_in_text: bool = True
    can_edit: bool = False
    can_retract: bool = False
    can_look_up: bool = False
    can_schedule: bool = False
    can_renew: bool = False
    has_comments: bool = False
    max_per_hour: int | None = None
    max_per_day: int | None = None
    least_pause: int | None = None
    metrics: frozenset[Metric] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Something wrong with a post for one channel.

    `code` is stable (`radio.unknown_abbreviation`), `sentence` Vietnamese and says what to do, `field` names
    the attribute of `Post` it is about ("" for the whole). An error stops the delivery, a warning does not.
    """

    code: str
    sentence: str
    field: str = ""
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True)
class ChannelInfo:
    """What a channel is.

    `outlet`: hosted (our own public site), remote (a service reached over the network), file (a file handed
    to people), assisted (a person posts by hand and brings proof). `repeat_is_safe`: publishing twice with
    one key makes one post by construction. `icon` is the name of an icon of the host. `confirmed_by`: a post of which
    only a person can say that it was published (a broadcast, a notice board) waits for their word after `publish`.
    `audience`: it goes to the people of the unit's mailing list. `call_seconds`: how long one call may take, where
    that is more than usual.
    """

    name: str
    label: str
    description: str
    icon: str
    outlet: Literal["hosted", "remote", "file", "assisted"]
    repeat_is_safe: bool
    doc: str
    confirmed_by: Literal["program", "person"] = "program"
    audience: bool = False
    call_seconds: int | None = None


@dataclass(frozen=True)
class Preview:
    """How a payload will look. HTML content is already escaped; `notes` are Vietnamese sentences for the
    writer.
    """

    kind: Literal["html", "text"]
    content: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """One thing to choose from while connecting, for example a page."""

    value: str
    label: str


@dataclass(frozen=True)
class ConnectStep:
    """What connecting needs next.

    form: show the settings form. redirect: send the browser to `url`, then call `connect` with the query of
    the way back. choose: let the person choose one of `choices`, then call with `{"choice": value}`. done:
    store `settings` and `secrets`, under the name `label` if it gives one. `keep` is what the host keeps encrypted
    between two steps and hands back.
    """

    kind: Literal["form", "redirect", "choose", "done"]
    sentence: str = ""
    url: str = ""
    choices: tuple[Choice, ...] = ()
    label: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=Secrets, repr=False)
    keep: Mapping[str, str] = field(default_factory=Secrets, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "secrets", Secrets(self.secrets))
        object.__setattr__(self, "keep", Secrets(self.keep))


@dataclass(frozen=True)
class CallbackRequest:
    """A request an outlet made to us: the raw bytes as received, header names in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Event:
    """Something an outlet told us: `account_ref` is its own name for the account (a page id), `remote_id` the
    post. Kinds the host acts on: `comment` (comments are read again), `post_changed` (the post is read back),
    `access_lost` (the account is verified at once), `bounce`; others are kept in the log.
    """

    kind: str
    account_ref: str
    remote_id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", freeze(self.data))


@dataclass(frozen=True)
class CallbackAnswer:
    """What to answer to an outlet, and the events it brought; `accepted` only for what is proven genuine."""

    accepted: bool
    status: int
    body: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a delivery ended, for `district_delivery_finished`.

    `state` is one of published, handed_over (people have the files and say later whether it was published),
    unconfirmed, failed, needs_person, retracted; `sentence` is what the school reads.
    """

    delivery_key: str
    channel: str
    account_id: str
    unit_name: str
    title: str
    state: Literal["published", "handed_over", "unconfirmed", "failed", "needs_person", "retracted"]
    at: datetime
    receipt: Receipt | None = None
    sentence: str = ""
