"""From our rows to the frozen values a channel sees. No session is touched here: everything comes in as
arguments."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channel_plugins import Account, Audience, Channel, Media, Payload, Post, Recipient, Secrets
from channel_plugins.settings import form_fields
from tenants import secrets
from tenants.content.models import ArticleRevision
from tenants.content.queries import ShownPicture
from tenants.files import FileStore
from tenants.publishing.models import ChannelAccount, Delivery
from tenants.secrets import InvalidSecret, SecretBox
from tenants.text import slugify
from tenants.units.models import Unit


@dataclass(frozen=True)
class Circumstances:
    """What a post says beyond the article's own text.

    Args:
        author_name: as it may be printed below the text.
        issued_on: day of publication in the unit's time zone.
        canonical_url: address on the unit's public site.
    """

    author_name: str
    issued_on: dt.date
    canonical_url: str


def site_address(base_url: str, unit: Unit) -> str:
    """Return the address of a unit's public site, without a trailing slash."""
    return f"{base_url.rstrip('/')}/s/{unit.slug}"


def article_address(site_url: str, article_id: int, title: str) -> str:
    """Return the address of an article on the public site. The number finds it; the words are for people."""
    return f"{site_url}/tin-bai/{article_id}-{slugify(title)}"


def post_key(unit: Unit, revision: ArticleRevision) -> str:
    """Return the name under which channels know a revision, for ever."""
    return f"{unit.slug}-{revision.article_id}-{revision.number}-{revision.content_hash[:8]}"


def delivery_key(unit: Unit, revision: ArticleRevision, account_id: int) -> str:
    """Return the key of a revision on one outlet, the same for every attempt."""
    return f"{post_key(unit, revision)}-{account_id}"


def post_for(revision: ArticleRevision, pictures: Sequence[ShownPicture], unit: Unit, about: Circumstances) -> Post:
    """Return the approved revision as channels see it. A picture's ``ref`` is its id in the unit."""
    return Post(
        key=post_key(unit, revision),
        title=revision.title,
        summary=revision.summary,
        body_html=revision.body_html,
        body_text=revision.body_text,
        genre=revision.genre,
        author_name=about.author_name,
        unit_name=unit.name,
        issued_on=about.issued_on,
        canonical_url=about.canonical_url,
        media=tuple(
            Media(
                ref=str(picture.media_id),
                content_type=picture.content_type,
                width=picture.width,
                height=picture.height,
                alt=picture.alt,
                caption=picture.caption,
                size=picture.size,
            )
            for picture in pictures
        ),
        role_model=revision.role_model_name,
    )


def secret_place(account: ChannelAccount) -> str:
    """Return the place the secrets of an account are bound to."""
    return secrets.place("channel_account", account.unit_id, account.id)


def open_secrets(account: ChannelAccount, box: SecretBox) -> Secrets:
    """Return the credentials of an account.

    Raises:
        InvalidSecret: they were damaged, moved here from another row, or their key is gone.
    """
    if account.secrets_box is None:
        return Secrets()
    return Secrets(json.loads(box.decrypt(account.secrets_box, secret_place(account))))


def previous_secrets(account: ChannelAccount, box: SecretBox) -> Secrets:
    """Return the credentials before the last renewal or reconnection; none when they cannot be read any more."""
    if account.previous_box is None:
        return Secrets()
    try:
        return Secrets(json.loads(box.decrypt(account.previous_box, secret_place(account))))
    except InvalidSecret:
        return Secrets()


def seal_secrets(account: ChannelAccount, values: Mapping[str, str], box: SecretBox) -> str | None:
    """Return credentials as they are stored; None when there are none."""
    kept = {name: value for name, value in values.items() if value}
    return box.encrypt(json.dumps(kept, ensure_ascii=False, sort_keys=True), secret_place(account)) if kept else None


def account_for(account: ChannelAccount, channel: Channel, unit: Unit, box: SecretBox, base_url: str) -> Account:
    """Return an outlet as its channel sees it; settings the unit never filled in have their defaults.

    Raises:
        InvalidSecret: see ``open_secrets``.
    """
    fields = form_fields(channel.SettingsSchema)
    defaults = {field.name: field.default for field in fields if not field.secret and not field.required}
    return Account(
        id=str(account.id),
        channel=account.channel,
        settings={**defaults, **account.settings},
        secrets=open_secrets(account, box),
        old_secrets=previous_secrets(account, box),
        unit_name=unit.name,
        timezone=unit.timezone,
        site_url=site_address(base_url, unit),
    )


def payload_of(delivery: Delivery) -> Payload:
    """Return the frozen payload of a delivery."""
    return Payload(delivery.channel, delivery.payload)


class Nobody:
    """The audience of a channel that has none."""

    def waiting(self) -> list[Recipient]:
        """Return nobody."""
        return []

    def begin(self, ref: str) -> bool:
        """There is nobody to begin with."""
        raise KeyError(ref)

    def accepted(self, ref: str) -> None:
        """There is nobody."""
        raise KeyError(ref)

    def refused(self, ref: str, sentence: str, *, permanent: bool) -> None:
        """There is nobody."""
        raise KeyError(ref, sentence, permanent)

    def put_back(self, ref: str) -> None:
        """There is nobody."""
        raise KeyError(ref)


class DeliveryHost:
    """What a channel may ask of us during a call: pictures, from any thread and without the database, and the people
    of a mailing.

    Args:
        pictures: picture id -> SHA-256 of its file.
        address: where anybody can fetch a picture, with ``{ref}`` for its id; None while the article is not public.
        audience: the people it goes to; None for a channel without.
    """

    def __init__(
        self,
        store: FileStore,
        unit_id: int,
        pictures: Mapping[str, str],
        address: str | None,
        audience: Audience | None = None,
    ) -> None:
        self._store = store
        self._unit_id = unit_id
        self._files = dict(pictures)
        self._address = address
        self._audience = audience or Nobody()

    def audience(self) -> Audience:
        """Return the people this delivery goes to."""
        return self._audience

    def read(self, ref: str) -> bytes:
        """Return the bytes of a picture; raises KeyError when the article has no such picture."""
        return self._store.path(self._files[ref], self._unit_id).read_bytes()

    def public_url(self, ref: str) -> str | None:
        """Return an address under which anybody can fetch the picture, or None when it has none yet."""
        if self._address is None or ref not in self._files:
            return None
        return self._address.format(ref=ref)
