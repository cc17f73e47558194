"""Whom a post reaches and what comes back: recipients of a mailing, comments, a further step after publishing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from .values import freeze


@dataclass(frozen=True)
class Recipient:
    """One person of the unit's list. `ref` is the host's name for them, `stop_url` the page on which they
    unsubscribe.
    """

    ref: str
    address: str = field(repr=False)
    name: str = ""
    stop_url: str = ""


class Audience(Protocol):
    """The people one delivery goes to, each of them at most once. The host implements it; every call is durable when it
    returns.
    """

    def waiting(self) -> Iterable[Recipient]:
        """Return those nothing was begun for yet, in a stable order."""
        ...

    def begin(self, ref: str) -> bool:
        """Note that the call for this recipient is about to be made.

        Returns: False when it was begun before: then the call must not be made.
        """
        ...

    def accepted(self, ref: str) -> None:
        """Note that the service took the message for this recipient."""
        ...

    def refused(self, ref: str, sentence: str, *, permanent: bool) -> None:
        """Note that the service certainly did not take it, and why; a permanent refusal ends the subscription."""
        ...

    def put_back(self, ref: str) -> None:
        """Note that certainly nothing was sent to this recipient, who is waiting again."""
        ...


@dataclass(frozen=True)
class Bounce:
    """A message that came back later: which delivery and recipient, whether for good, and what the other side said."""

    delivery_key: str
    recipient_ref: str
    permanent: bool
    sentence: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """What somebody wrote below a post. `parent_id` is set for an answer to another comment."""

    remote_id: str
    delivery_key: str
    author: str
    text: str
    at: datetime
    url: str | None = None
    parent_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("at must be aware")
        object.__setattr__(self, "detail", freeze(self.detail))


@dataclass(frozen=True)
class FollowUp:
    """A further step a person may take with a published post, for example sending it to every follower.

    It is asked for separately, confirmed after its offer was read, and never repeated by the program.
    `label` stands on the button, `question` above it.
    """

    label: str
    question: str


@dataclass(frozen=True)
class Offer:
    """Whether the further step is possible now. `sentence` says what will happen and what it uses up, or why not."""

    possible: bool
    sentence: str


class Host(Protocol):
    """What the host does for a channel during a call."""

    def read(self, ref: str) -> bytes:
        """Return the bytes of the picture `ref`; raises KeyError when there is none."""
        ...

    def public_url(self, ref: str) -> str | None:
        """Return an address under which anybody can fetch the picture, or None when it has none yet."""
        ...

    def audience(self) -> Audience:
        """Return the people of this delivery; empty for a channel whose `info.audience` is False."""
        ...
