"""Running every benchmark and writing the rows."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from district import migrate
from district.app import create_app
from district.bench import amendments, article_page, deliveries, effective_plan
from district.bench.rows import Row
from district.config import Config
from district.demo import runner, seed
from tenants import scope
from tenants.db import db
from tenants.publishing import desk
from tenants.units.models import Unit


def run(output: str | None = None, only: Collection[str] = (), schools: int = effective_plan.SCHOOLS) -> list[Row]:
    """Measure, print a table, and write JSON to ``output`` (default: the path in ``BENCH_JSON``).

    Args:
        only: names of ``PARTS``; empty for all.
        schools: how many the rows about many schools have.
    """
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        chosen = [part for name, part in PARTS.items() if name in only or not only]
        rows = [row for part in chosen for row in part(Path(folder), schools)]
    click.echo(f"{'name':<52}{'ours':>12}{'reference':>12}{'ratio':>8}  goal")
    for row in rows:
        click.echo(f"{row.name:<52}{row.ours:>12}{row.reference:>12}{row.ratio:>8}  {row.goal}")
    target = output or os.environ.get("BENCH_JSON")
    if target:
        Path(target).write_text(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=2), "utf-8")
    return rows


def _article_page(folder: Path, _schools: int) -> list[Row]:
    folder /= "site"
    env = runner.environment(folder, 8000)
    runner.prepare(env)
    app = create_app(Config.from_env(env))
    with app.app_context():
        unit = db.session.scalars(select(Unit).where(Unit.slug == "th-may-trang")).one()
        scope.enter(scope.Scope(unit.id, scope.Kind.PUBLIC))
        address = desk.newest_published(1)[0].url or ""
        db.session.rollback()
    with seed.closing_database(app):
        pass
    path = "/" + address.split("/", 3)[3]
    return [article_page.measure({**env, "LOA_LOG_LEVEL": "ERROR"}, path)]


def _effective_plan(folder: Path, schools: int) -> list[Row]:
    app = _empty_app(folder / "plan")
    try:
        return [effective_plan.measure(app, schools)]
    finally:
        effective_plan.close(app)


def _amendments(folder: Path, schools: int) -> list[Row]:
    return amendments.measure(lambda: _empty_app(folder / "many"), lambda: _empty_app(folder / "few"), schools)


def _deliveries(folder: Path, _schools: int) -> list[Row]:
    return deliveries.measure(folder / "deliveries")


def _empty_app(folder: Path) -> Flask:
    env = runner.environment(folder, 8000)
    config = Config.from_env({**env, "LOA_LOG_LEVEL": "ERROR"})
    migrate.upgrade(config.migration_url)
    return create_app(config)


PARTS: dict[str, Callable[[Path, int], list[Row]]] = {
    "page": _article_page,
    "plan": _effective_plan,
    "amendments": _amendments,
    "deliveries": _deliveries,
}
"""What is measured, by name, in the order of the table."""
