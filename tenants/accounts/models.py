"""People, what they are in which unit, and their keys for the API."""

from __future__ import annotations

import datetime as dt

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, BigId


class User(UserMixin, Base):  # type: ignore[misc]
    """A person. One account, however many units they belong to.

    ``sign_in_name`` is folded to lower case. ``session_stamp`` is in every session cookie: changing it signs out
    everywhere.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    sign_in_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    session_stamp: Mapped[str]
    created_at: Mapped[dt.datetime]

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """Return what the session cookie carries."""
        return f"{self.id}:{self.session_stamp}"


class Membership(Base):
    """One role of one person in one unit, with its days. Roles stack: a person may hold several."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "unit_id", "role", "valid_from"),
        Index("ix_membership_unit", "unit_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]


class ApiToken(Base):
    """A key with which a program acts as this person. Only its hash is stored."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    label: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class Throttle(Base):
    """Failed sign-ins counted by key ("name:..." or "address:...") in one window of time."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[dt.datetime]
    failures: Mapped[int]
