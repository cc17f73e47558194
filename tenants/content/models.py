"""Articles (tin bài), their revisions, and pictures."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.scope import Overseen, UnitOwned, own, unit_key


class Article(UnitOwned, Base):
    """One piece of content. Its words are in revisions; ``state`` is one of ``content.states``.

    ``head_revision_id``: the newest text. ``approved_revision_id``: the one text that may be published, None once an
    edit reopened it. ``title`` repeats the head's title for lists. ``submitted_at`` is the latest submission, None
    while it never was submitted. ``suspended_reason``: why its approval was taken back by a change of the plan, until
    it is handed in again.
    """

    __tablename__ = "article"
    __table_args__ = (unit_key(), Index("ix_article_state", "unit_id", "state", "updated_at"))

    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    genre: Mapped[str] = mapped_column(default="news")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    head_revision_id: Mapped[int | None]
    approved_revision_id: Mapped[int | None]
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    suspended_reason: Mapped[str | None] = mapped_column(Text)


class ArticleRevision(Overseen, Base):
    """One text of an article.

    While ``frozen_at`` is None it is the working text, overwritten by autosave (``saves`` counts them). Submitting
    freezes it; a later edit makes a new revision. ``kind`` "conflict" marks a text kept aside because somebody else
    had saved meanwhile, "settled" such a text after somebody decided about it. ``body_html`` is sanitised;
    ``search_text`` is folded. ``content_hash`` is over everything a reader sees and the plan node.
    ``off_plan_reason`` is None unless the article was said to be outside the plan ("" while the reason is missing).
    ``editor_ids``: everybody who wrote in this text since the last approval. ``saved_from`` names the page in the
    browser that saved last, so that a repeated request is not taken for a second person.
    """

    __tablename__ = "article_revision"
    BATCH = frozenset({"select"})
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        UniqueConstraint("unit_id", "article_id", "number"),
    )

    article_id: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(default="text")
    saves: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    body_text: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    genre: Mapped[str] = mapped_column(default="news")
    node_id: Mapped[str | None]
    plan_id: Mapped[int | None]
    plan_version: Mapped[int | None]
    off_plan_reason: Mapped[str | None] = mapped_column(Text)
    role_model_name: Mapped[str | None]
    role_model_deed: Mapped[str | None] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(default="")
    editor_ids: Mapped[list[int]] = mapped_column(JSON)
    saved_from: Mapped[str] = mapped_column(default="")
    saved_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    saved_at: Mapped[dt.datetime]
    frozen_at: Mapped[dt.datetime | None]
    approved_at: Mapped[dt.datetime | None]

    @classmethod
    def overseen(cls) -> ColumnElement[bool]:
        """Return the condition for superiors: only a text that was approved."""
        return cls.approved_at.is_not(None)


class Media(UnitOwned, Base):
    """A picture, resized and stripped of its metadata. The files are named by their hashes."""

    __tablename__ = "media"
    __table_args__ = (unit_key(), Index("ix_media_sha", "unit_id", "sha256"))

    filename: Mapped[str]
    content_type: Mapped[str]
    sha256: Mapped[str]
    thumb_sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[dt.datetime]


class RevisionMedia(UnitOwned, Base):
    """A picture in a revision, with its text alternative and caption there."""

    __tablename__ = "revision_media"
    __table_args__ = (
        unit_key(),
        own("revision_id", "article_revision"),
        own("media_id", "media"),
        UniqueConstraint("unit_id", "revision_id", "media_id"),
        Index("ix_revision_media_media", "unit_id", "media_id"),
    )

    revision_id: Mapped[int]
    media_id: Mapped[int]
    position: Mapped[int]
    alt: Mapped[str] = mapped_column(Text, default="")
    caption: Mapped[str] = mapped_column(Text, default="")


class PublishingWish(UnitOwned, Base):
    """When, and on which outlets, the author wishes an article to go out once it is approved; one for each article.

    ``wish_at`` None means as soon as it is approved. ``account_ids`` name the unit's outlets. ``state``: "open", "met"
    (the deliveries were asked for), "failed" (an outlet refused; ``sentence`` says why), "expired" (the time passed
    before the approval), "dropped".
    """

    __tablename__ = "publishing_wish"
    __table_args__ = (
        unit_key(),
        own("article_id", "article"),
        UniqueConstraint("unit_id", "article_id"),
        Index("ix_publishing_wish_state", "unit_id", "state"),
    )

    article_id: Mapped[int]
    wish_at: Mapped[dt.datetime | None]
    account_ids: Mapped[list[int]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(default="open")
    sentence: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[dt.datetime]
