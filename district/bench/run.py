"""Running every benchmark and writing the rows."""

from __future__ import annotations

import json
import os
import tempfile
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


def run(output: str | None = None) -> list[Row]:
    """Measure, print a table, and write JSON to ``output`` (default: the path in ``BENCH_JSON``)."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        rows = [
            _article_page(Path(folder) / "site"),
            _effective_plan(Path(folder) / "plan"),
            *amendments.measure(lambda: _empty_app(Path(folder) / "many"), lambda: _empty_app(Path(folder) / "few")),
            *deliveries.measure(Path(folder) / "deliveries"),
        ]
    click.echo(f"{'name':<52}{'ours':>12}{'reference':>12}{'ratio':>8}  goal")
    for row in rows:
        click.echo(f"{row.name:<52}{row.ours:>12}{row.reference:>12}{row.ratio:>8}  {row.goal}")
    target = output or os.environ.get("BENCH_JSON")
    if target:
        Path(target).write_text(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=2), "utf-8")
    return rows


def _article_page(folder: Path) -> Row:
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
    return article_page.measure({**env, "LOA_LOG_LEVEL": "ERROR"}, path)


def _effective_plan(folder: Path) -> Row:
    app = _empty_app(folder)
    try:
        return effective_plan.measure(app)
    finally:
        effective_plan.close(app)


def _empty_app(folder: Path) -> Flask:
    env = runner.environment(folder, 8000)
    config = Config.from_env({**env, "LOA_LOG_LEVEL": "ERROR"})
    migrate.upgrade(config.migration_url)
    return create_app(config)
