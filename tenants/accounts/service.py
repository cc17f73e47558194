"""Signing in, passwords, memberships and API keys."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import threading
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from tenants import audit, clock
from tenants.accounts.models import ApiToken, Membership, Throttle, User
from tenants.accounts.permissions import OFFICE_ROLES, ROLES, SCHOOL_ROLES
from tenants.db import db
from tenants.errors import NotFound, Refused
from tenants.scope import current
from tenants.text import nfc
from tenants.units.models import Unit

MIN_PASSWORD = 10
"""Shortest password accepted, in characters."""

WINDOW = dt.timedelta(minutes=15)
MAX_FAILURES_BY_NAME = 5
MAX_FAILURES_BY_ADDRESS = 50
"""A school's people often share one public address, so an address may fail more often than a name."""

# 19 MiB and two passes: the second OWASP setting; with two at a time a small server keeps its memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = threading.BoundedSemaphore(2)
_NOBODY = _hasher.hash(secrets.token_hex())


def create_user(*, sign_in_name: str, name: str, password: str, email: str = "", language: str = "vi") -> User:
    """Create a person without any membership.

    Raises:
        Refused: the sign-in name is taken or the password too short.
    """
    folded = nfc(sign_in_name).strip().lower()
    if db.session.scalar(select(User.id).where(User.sign_in_name == folded)) is not None:
        raise Refused("name-taken", _("Tên đăng nhập «%(name)s» đã có người dùng. Hãy chọn tên khác.", name=folded))
    user = User(
        sign_in_name=folded,
        name=nfc(name).strip(),
        email=email.strip(),
        language=language,
        password_hash="",
        session_stamp="",
        created_at=clock.now(),
    )
    set_password(user, password)
    db.session.add(user)
    db.session.flush()
    return user


def set_password(user: User, password: str) -> None:
    """Give ``user`` a new password and sign them out everywhere.

    Raises:
        Refused: shorter than ``MIN_PASSWORD``.
    """
    if len(password) < MIN_PASSWORD:
        raise Refused(
            "short-password",
            _("Mật khẩu cần ít nhất %(n)s ký tự. Mật khẩu cũ vẫn được giữ.", n=MIN_PASSWORD),
        )
    with _hashing:
        user.password_hash = _hasher.hash(password)
    user.session_stamp = secrets.token_hex(8)


def check_password(user: User | None, password: str) -> bool:
    """Return whether the password is right; takes the same time when there is no such person."""
    stored = user.password_hash if user is not None else _NOBODY
    try:
        with _hashing:
            _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return user is not None


def sign_in(sign_in_name: str, password: str, address: str) -> User | None:
    """Return the person, or None when name or password is wrong. Failures are counted by name and by address.

    Commit also after None, else the failure is not counted.

    Raises:
        Refused: too many failures; says when to try again. The password was not looked at.
    """
    folded = nfc(sign_in_name).strip().lower()
    keys = {f"name:{folded}": MAX_FAILURES_BY_NAME, f"address:{address}": MAX_FAILURES_BY_ADDRESS}
    counters = {key: _counter(key) for key in keys}
    for key, most in keys.items():
        if counters[key].failures >= most:
            left = counters[key].window_start + WINDOW - clock.now()
            minutes = max(1, -(-int(left.total_seconds()) // 60))
            raise Refused(
                "too-many-failures",
                _(
                    "Đã nhập sai quá nhiều lần nên việc đăng nhập tạm dừng. "
                    "Xin thử lại sau %(minutes)s phút, hoặc nhờ người quản trị đặt lại mật khẩu.",
                    minutes=minutes,
                ),
            )
    user = db.session.scalar(select(User).where(User.sign_in_name == folded, User.active.is_(True)))
    if check_password(user, password):
        counters[f"name:{folded}"].failures = 0
        return user
    for counter in counters.values():
        counter.failures += 1
    return None


def _counter(key: str) -> Throttle:
    counter = db.session.get(Throttle, key)
    if counter is None:
        counter = Throttle(key=key, window_start=clock.now(), failures=0)
        db.session.add(counter)
    elif counter.window_start + WINDOW <= clock.now():
        counter.window_start, counter.failures = clock.now(), 0
    return counter


def grant(user: User, unit_id: int, role: str, on: dt.date | None = None) -> Membership:
    """Give ``user`` a role in a unit; a role they already hold there is returned unchanged."""
    if role not in ROLES:
        raise ValueError(role)
    held = db.session.scalar(_running(user.id, unit_id).where(Membership.role == role))
    if held is not None:
        return held
    membership = Membership(user_id=user.id, unit_id=unit_id, role=role, valid_from=on or clock.today())
    db.session.add(membership)
    db.session.flush()
    return membership


def add_person(
    *, sign_in_name: str, name: str, email: str, roles: Sequence[str], actor_id: int
) -> tuple[User, str | None]:
    """Bring a person into the present unit with these roles.

    Returns:
        The person, and a one-time password to hand over; None when the account existed already (a person may belong
        to several
        units) and was only given the roles.

    Raises:
        Refused: the account exists under another name, so the sign-in name is probably a slip; no role was given, or
            one that does not exist in this kind of unit.
    """
    unit = db.session.get_one(Unit, current().unit_id)
    if not roles or not set(roles) <= set(SCHOOL_ROLES if unit.is_school else OFFICE_ROLES):
        raise Refused("wrong-role", _("Hãy chọn ít nhất một vai trò có trong loại đơn vị này. Chưa có gì thay đổi."))
    folded = nfc(sign_in_name).strip().lower()
    user = db.session.scalar(select(User).where(User.sign_in_name == folded))
    password = None
    if user is None:
        password = one_time_password()
        user = create_user(sign_in_name=folded, name=name, password=password, email=email)
    elif user.name.casefold() != nfc(name).strip().casefold():
        raise Refused(
            "name-taken", _("Tên đăng nhập «%(name)s» đã có người khác dùng. Hãy chọn tên khác.", name=folded)
        )
    for role in roles:
        grant(user, current().unit_id, role)
    audit.record("people.manage", "user", user.id, actor_id, granted=list(roles))
    return user, password


def reset_password(user_id: int, actor: User) -> tuple[User, str]:
    """Give a person of the present unit a one-time password and sign them out everywhere.

    Raises:
        NotFound: they do not belong to this unit.
        Refused: they also belong to another unit, whose people must not lose an account to this one.
    """
    here = current().unit_id
    memberships = select(Membership.unit_id).where(
        Membership.user_id == user_id,
        or_(Membership.valid_to.is_(None), Membership.valid_to > clock.today()),
    )
    units = set(db.session.scalars(memberships))
    user = db.session.get(User, user_id)
    if user is None or here not in units:
        raise NotFound(str(user_id))
    if units != {here}:
        raise Refused(
            "several-units",
            _(
                "%(name)s còn làm việc ở đơn vị khác nên không đặt lại mật khẩu từ đây được. "
                "Hãy nhờ người quản trị hệ thống. Mật khẩu cũ vẫn được giữ.",
                name=user.name,
            ),
        )
    password = one_time_password()
    set_password(user, password)
    audit.record("people.manage", "user", user.id, actor.id, password="reset")  # noqa: S106
    return user, password


def one_time_password() -> str:
    """Return a password that can be read out over the telephone."""
    return "-".join(secrets.token_hex(2) for _n in range(3))


def revoke(user_id: int, role: str, actor: User) -> None:
    """Take a role in the present unit from a person, from today on.

    Raises:
        NotFound: they do not hold it here.
        Refused: nobody would be left who may manage people.
    """
    unit_id = current().unit_id
    held = db.session.scalar(_running(user_id, unit_id).where(Membership.role == role))
    if held is None:
        raise NotFound(role)
    if role in ("head", "principal"):
        others = select(Membership.id).where(
            Membership.unit_id == unit_id,
            Membership.role == role,
            Membership.id != held.id,
            or_(Membership.valid_to.is_(None), Membership.valid_to > clock.today()),
        )
        if db.session.scalar(others) is None:
            raise Refused(
                "last-leader",
                _("Đơn vị phải còn ít nhất một người giữ vai trò này. Hãy giao vai trò cho người khác trước."),
            )
    held.valid_to = clock.today()
    audit.record("people.manage", "user", user_id, actor.id, revoked=role)


def _running(user_id: int, unit_id: int) -> Select[Membership]:
    return select(Membership).where(
        Membership.user_id == user_id,
        Membership.unit_id == unit_id,
        Membership.valid_from <= clock.today(),
        or_(Membership.valid_to.is_(None), Membership.valid_to > clock.today()),
    )


def create_token(user: User, label: str) -> tuple[ApiToken, str]:
    """Return a new API key and its secret text, which cannot be read again later."""
    secret = "loa_" + secrets.token_urlsafe(32)
    token = ApiToken(user_id=user.id, label=nfc(label)[:80], token_hash=_digest(secret), created_at=clock.now())
    db.session.add(token)
    db.session.flush()
    return token, secret


def revoke_token(user: User, token_id: int) -> bool:
    """Make one of the person's keys useless; return False when it is not theirs."""
    token = db.session.get(ApiToken, token_id)
    if token is None or token.user_id != user.id:
        return False
    token.revoked_at = token.revoked_at or clock.now()
    return True


def user_of_token(secret: str) -> User | None:
    """Return whose key this is; None when unknown, revoked, or its person inactive."""
    rows = (
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == _digest(secret), ApiToken.revoked_at.is_(None), User.active.is_(True))
    )
    return db.session.scalar(rows)


def _digest(secret: str) -> str:
    # The secret is 256 random bits: a plain hash is enough, a slow one would be paid on every request.
    return hashlib.sha256(secret.encode()).hexdigest()
