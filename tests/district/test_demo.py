"""The demonstration: complete, loaded once, and kept."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from district.config import Config
from district.demo import runner, seed
from tenants.accounts.demo import ACCOUNTS, PASSWORD
from tenants.accounts.permissions import ROLES
from tenants.content import states

SHOWCASE_STATES = (
    "SELECT a.state FROM article a JOIN unit u ON u.id = a.unit_id WHERE u.slug = 'th-may-trang' GROUP BY a.state"
)
AMENDED = (
    "SELECT u.slug, t.state FROM plan_takeover t JOIN unit u ON u.id = t.unit_id JOIN unit o ON o.id = t.base_unit_id "
    "WHERE o.slug = 'xa-suoi-mo' AND t.version = 2"
)
LEFT_TO_PEOPLE = "SELECT u.slug, d.kind, d.state FROM plan_decision d JOIN unit u ON u.id = d.unit_id"
ASKED_FOR_COMMENTS = "SELECT count(*), count(answered_at) FROM plan_consulted"
REMARKS = "SELECT verdict, count(*) FROM plan_remark GROUP BY verdict"
ADOPTION_STATES = "SELECT count(*), count(opened_at), count(localized_at), count(issued_at) FROM adoption"


def test_the_demonstration_shows_every_role_and_every_state_and_is_kept(tmp_path: Path) -> None:
    env = runner.environment(tmp_path / "demo", 8000)
    said: list[str] = []
    runner.prepare(env)
    assert runner.environment(tmp_path / "demo", 8000) == env, "its keys are kept"
    assert seed.load_if_empty(Config.from_env(env), said.append) is False
    assert said == []
    engine = sa.create_engine(env["LOA_DATABASE_URL"])
    with engine.connect() as connection:

        def rows(sentence: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in connection.execute(sa.text(sentence))]

        tiers = dict(rows("SELECT t.tier, count(*) FROM unit u JOIN unit_type t ON t.code = u.type_code GROUP BY 1"))
        roles = {role for (role,) in rows("SELECT DISTINCT role FROM membership")}
        names = {name for (name,) in rows("SELECT sign_in_name FROM user")}
        shown = {state for (state,) in rows(SHOWCASE_STATES)}
        received, opened, localized, issued = rows(ADOPTION_STATES)[0]
        several = rows("SELECT user_id FROM membership GROUP BY user_id HAVING count(DISTINCT unit_id) > 1")
        amended = dict(rows(AMENDED))
        left = set(rows(LEFT_TO_PEOPLE))
        comments = (rows(ASKED_FOR_COMMENTS)[0], dict(rows(REMARKS)))
        reminded = rows("SELECT count(*) FROM plan_reminder")
        follow_ups = rows("SELECT count(*) FROM plan_version WHERE version > 1")
        quotas = {state for (state,) in rows("SELECT DISTINCT state FROM quota_slot")}
    engine.dispose()
    assert tiers == {"department": 1, "office": 2, "school": 14}
    assert roles == set(ROLES)
    assert {account.sign_in_name for account in ACCOUNTS} <= names
    assert len(PASSWORD) >= 10
    assert shown == set(states.LABELS) - {states.RETRACTED}
    assert received > opened > localized > issued > 0  # type: ignore[operator]
    assert several
    assert amended == {
        "th-may-trang": "needs_decision", "mn-sao-mai": "needs_decision", "thcs-ban-gio": "needs_decision",
        "th-doi-che": "waiting", "mn-bong-sen": "taken", "mg-vanh-khuyen": "taken", "thcs-song-xanh": "taken",
    }  # fmt: skip
    assert left == {
        ("th-may-trang", "text", "open"), ("mn-sao-mai", "orphan", "open"), ("mn-sao-mai", "text", "combined"),
        ("thcs-ban-gio", "text", "asked"),
    }  # fmt: skip
    assert comments == ((5, 3), {"taken": 1, "": 2})
    assert reminded == [(2,)] and follow_ups == [(2,)]
    assert quotas == {"filled", "due", "missed"}
