"""The effective plan of one school among 1,000, against the same SQL by hand."""

from __future__ import annotations

import json
import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from district.bench.rows import Row
from district.issuing import service as issuing
from tenants import clock, scope
from tenants.accounts import service as accounts
from tenants.db import db, transaction
from tenants.jobs.worker import Worker
from tenants.plans import queries, service
from tenants.plans.models import Adoption, Plan
from tenants.plans.values import DocumentFields, NodeValues
from tenants.units import queries as units
from tenants.units import service as unit_service

SCHOOLS = 1000
LOCALIZED = 50
"""How many of them have changed their plan; the measured school is one of these."""

NODES = 40
ROUNDS = 60


def measure(app: Flask, schools: int = SCHOOLS) -> Row:
    """Return the row: milliseconds to read one school's plan, ours and by hand, medians of ``ROUNDS`` in turn."""
    school_id, plan_id = prepare(app, schools)
    ours, by_hand = [], []
    if _ours(app, school_id, plan_id) != _by_hand(app, plan_id):
        raise RuntimeError("both sides must read the same plan")
    for _n in range(ROUNDS):
        ours.append(_timed(lambda: _ours(app, school_id, plan_id)))
        by_hand.append(_timed(lambda: _by_hand(app, plan_id)))
    return Row.of(
        f"effective plan of one school among {schools}, ms",
        statistics.median(ours),
        statistics.median(by_hand),
        "<= 3",
    )


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _ours(app: Flask, school_id: int, plan_id: int) -> dict[str, str]:
    with app.app_context():
        scope.enter(scope.Scope(school_id, superiors=units.superior_ids(school_id)))
        plan = queries.working_plan(plan_id)
        return {ident: item.node.body for ident, item in plan.items.items() if item.is_present}


def _by_hand(app: Flask, plan_id: int) -> dict[str, str]:
    """Read and lay over one another, with nothing around it: no scope, no objects, no tree."""
    texts: dict[str, dict[str, Any]] = {}
    with app.app_context(), engine(app).connect() as c:
        plan = c.execute(sa.text("SELECT * FROM plan WHERE id = :p"), {"p": plan_id}).mappings().one()
        base = c.execute(sa.text("SELECT * FROM adoption WHERE plan_id = :p"), {"p": plan_id}).mappings().one()
        given = {"b": base["base_plan_id"], "v": base["base_version"], "p": plan_id}
        c.execute(sa.text("SELECT * FROM plan_version WHERE plan_id = :b AND version = :v"), given).mappings().one()
        nodes = c.execute(
            sa.text(
                "SELECT * FROM plan_node WHERE plan_id = :b AND from_version <= :v "
                "AND (to_version IS NULL OR to_version > :v) AND NOT (kind = 'closing' AND parent_node_id = '')"
            ),
            given,
        ).mappings()
        levels = set(json.loads(plan["levels"]) if isinstance(plan["levels"], str) else plan["levels"])
        for node in nodes:
            row = dict(node)
            for name in ("owners", "audience", "levels", "channels", "quota", "policies"):
                row[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
            if not row["levels"] or not levels or levels & set(row["levels"]):
                texts[row["node_id"]] = row
        for change in c.execute(sa.text("SELECT * FROM node_override WHERE plan_id = :p"), given).mappings():
            value = change["value"]
            texts[change["node_id"]][change["field"]] = json.loads(value) if isinstance(value, str) else value
        for left_out in c.execute(sa.text("SELECT * FROM node_omission WHERE plan_id = :p"), given).mappings():
            texts.pop(left_out["node_id"], None)
        for own in c.execute(sa.text("SELECT * FROM draft_node WHERE plan_id = :p"), given).mappings():
            texts[own["node_id"]] = dict(own)
    return {ident: row["body"] for ident, row in texts.items()}


def engine(app: Flask) -> sa.Engine:
    """Return the connections of the side that works by hand."""
    known: sa.Engine | None = app.extensions.get("bench.engine")
    if known is None:
        known = app.extensions["bench.engine"] = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    return known


def close(app: Flask) -> None:
    """Close the connections of both sides."""
    engine(app).dispose()
    with app.app_context():
        db.engine.dispose()


def prepare(app: Flask, schools: int, localized: int = LOCALIZED) -> tuple[int, int]:
    """Found an office with many schools, issue a plan, let each school receive it and some change six nodes.

    Returns:
        the last school and its plan.
    """
    with app.app_context(), transaction():
        office = unit_service.found_unit(slug="bench-office", type_code="commune_office", name="Cơ quan đo")
        ids = []
        for number in range(schools):
            school = unit_service.found_unit(slug=f"bench-{number}", type_code="primary", name=f"Trường đo {number}")
            unit_service.place_under(school, office, rebuild=False)
            ids.append(school.id)
        unit_service.rebuild_closure()
        actor = accounts.create_user(sign_in_name="bench", name="Người Đo", password=secrets.token_hex()).id
        office_id = office.id
    with app.app_context():
        scope.enter(scope.Scope(office_id, scope.Kind.OVERSIGHT))
        with transaction():
            plan = service.create_plan(subject="Kế hoạch đo", actor_id=actor)
            db.session.flush()
            first = queries.working_plan(plan.id).tree[0].node.node_id
            for number in range(NODES):
                service.add_node(plan.id, first, NodeValues(body=f"Nội dung thứ {number}"), actor)
            document = DocumentFields("1", "KH-UBND", clock.today(), "CHỦ TỊCH", "Người Đo", "Nơi đo")
            issuing.issue_to(plan.id, ids, document, actor)
    worker = Worker(app)
    while worker.run_once(50):
        continue
    own_plan = 0
    for school_id in ids[-localized:]:
        own_plan = _localize(app, school_id, actor)
    return ids[-1], own_plan


def _localize(app: Flask, school_id: int, actor: int) -> int:
    with app.app_context():
        scope.enter(scope.Scope(school_id, superiors=units.superior_ids(school_id)))
        with transaction():
            adoption = db.session.scalars(sa.select(Adoption)).one()
            plan = scope.get_own(Plan, adoption.plan_id)
            nodes = [node for top in queries.working_plan(plan.id).tree for node in top.walk()]
            numbers = [node for node in nodes if node.body.startswith("Nội dung thứ")]
            for node in numbers[:4]:
                service.adapt(plan.id, node.node_id, {"body": f"{node.body}, ở trường này"}, actor)
            service.omit(plan.id, numbers[-1].node_id, "Không có ở trường này.", actor)
            service.add_node(plan.id, numbers[0].item.node.parent, NodeValues(body="Nội dung riêng"), actor)
            return plan.id
