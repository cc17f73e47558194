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
        quotas = {state for (state,) in rows("SELECT DISTINCT state FROM quota_slot")}
    engine.dispose()
    assert tiers == {"department": 1, "office": 2, "school": 14}
    assert roles == set(ROLES)
    assert {account.sign_in_name for account in ACCOUNTS} <= names
    assert len(PASSWORD) >= 10
    assert shown == set(states.LABELS) - {states.RETRACTED}
    assert received > opened > localized > issued > 0  # type: ignore[operator]
    assert several
    assert quotas == {"filled", "due", "missed"}
