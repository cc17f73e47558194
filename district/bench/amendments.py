"""An amendment of six nodes to 1,000 schools: all visible and worked through, against copying rows by hand in SQL; what
the office's own request costs; and the adoption board, in statements.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

from district.bench import effective_plan
from district.bench.rows import Row
from district.issuing import amending
from district.oversight import activity, adoption, directory, sections
from tenants import clock, scope
from tenants.accounts.models import User
from tenants.db import db, prepare_engine, transaction
from tenants.jobs.worker import Worker
from tenants.plans import queries, service
from tenants.plans.models import PlanVersion
from tenants.plans.takeover_models import PlanTakeover
from tenants.plans.values import DocumentFields, NodeValues

SCHOOLS, FEW, CHANGED, ROUNDS = 1000, 10, 6, 3
ELSEWHERE, MET = 10, 0
"""Number of the first node that is changed: where no school has words of its own, and where those that have, have."""


def measure(many: Callable[[], Flask], few: Callable[[], Flask], schools: int = SCHOOLS) -> list[Row]:
    """Return four rows: medians of ``ROUNDS`` amendments, all that is compared in turn, and at the end one amendment
    that meets the own words of the schools that have any, which are then asked.

    Args:
        many, few: make an application with an empty database each.
        schools: how many ``many`` is to have.
    """
    small, large = Office(few(), FEW), Office(many(), schools)
    try:
        small.amend()  # the statements of both are compiled from here on
        by_hand, requests, wholes, small_requests = [], [], [], []
        for _n in range(ROUNDS):
            by_hand.append(large.by_hand())
            request, whole = large.amend()
            requests.append(request * 1000)
            wholes.append(whole)
            small_requests.append(small.amend()[0] * 1000)
        meeting = large.amend(MET)[1]
        asked = large.asked()
        statements, few_statements = large.board(), small.board()
    finally:
        large.close()
        small.close()
    median = statistics.median
    return [
        Row.of(f"amendment of {CHANGED} nodes to {schools} schools, s", median(wholes), median(by_hand), "< 1"),
        Row.of(f"the same, {asked} of them asked about own words, s", meeting, median(by_hand), "< 1"),
        Row.of(
            f"the office's request, {schools} schools and {FEW}, ms",
            median(requests),
            median(small_requests),
            "~ 1",
        ),
        Row.of(f"statements of the board, {schools} schools and {FEW}", statements, few_statements, "= 1"),
    ]


def work_off(app: Flask) -> None:
    """Run the jobs that are due, one after the other, without the periodic work, which has nothing to do with it."""
    Worker(app).run_queued()


COPY = "INSERT INTO copied SELECT :s, :v, n.* FROM plan_node n WHERE n.plan_id = :p AND n.to_version IS NULL"


class Office:
    """An office with schools that have received its plan, a few of them with words of their own."""

    def __init__(self, app: Flask, schools: int) -> None:
        self.app, self.schools, self.version = app, schools, 1
        self.school_id, _plan = effective_plan.prepare(app, schools, localized=min(effective_plan.LOCALIZED, schools))
        with app.app_context():
            engine = effective_plan.engine(app)
            with engine.connect() as c:
                row = c.execute(sa.text("SELECT unit_id, plan_id FROM plan_version WHERE version = 1")).first()
            actor = db.session.scalar(sa.select(User.id).limit(1))
        if row is None:
            raise RuntimeError("the office has issued nothing")
        self.office_id, self.plan_id, self.actor = int(row[0]), int(row[1]), actor

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.app.app_context():
            scope.enter(scope.Scope(self.office_id, scope.Kind.OVERSIGHT))
            yield

    def amend(self, first: int = ELSEWHERE) -> tuple[float, float]:
        """Return the seconds of the request, and those until the last school has taken the amendment over.

        Args:
            first: number of the first node that is changed.
        """
        with self.at_work(), transaction():
            service.begin_amendment(self.plan_id, self.actor)
            nodes = [node for top in queries.working_plan(self.plan_id).tree for node in top.walk()]
            for node in [one for one in nodes if one.body.startswith("Nội dung thứ")][first : first + CHANGED]:
                service.edit_node(self.plan_id, node.node_id, NodeValues(body=f"{node.body}, đã sửa"), self.actor)
        start = time.perf_counter()
        with self.at_work(), transaction():
            self.version += 1
            document = DocumentFields(str(self.version), "KH-UBND", clock.today(), "CHỦ TỊCH", "Người Đo", "Nơi đo")
            amending.issue_amendment(self.plan_id, document, self.actor)
        request = time.perf_counter() - start
        work_off(self.app)
        whole = time.perf_counter() - start
        with self.at_work():
            taken = db.session.scalar(
                sa.select(sa.func.count(PlanTakeover.id)).where(
                    PlanTakeover.version == self.version, PlanTakeover.taken_at.is_not(None)
                )
            )
        if taken != self.schools:
            raise RuntimeError(f"{taken} of {self.schools} schools have taken the amendment over")
        return request, whole

    def asked(self) -> int:
        """Return how many schools were asked about the newest amendment."""
        with self.at_work():
            rows = sa.select(sa.func.count(PlanTakeover.id)).where(
                PlanTakeover.version == self.version, PlanTakeover.state == "needs_decision"
            )
            return db.session.scalar(rows) or 0

    def by_hand(self) -> float:
        """Return the seconds it takes to give every school a copy of the changed plan, school by school, in SQL.

        What a system without layers does: each school's copy is a version of its own, written in its own transaction,
        with its nodes copied, the changed ones replaced and one line in its log. The engine has the settings of ours.
        """
        engine = sa.create_engine(self.app.config["SQLALCHEMY_DATABASE_URI"])
        prepare_engine(engine)
        try:
            with engine.begin() as c:
                shape = "CREATE TABLE copied AS SELECT 0 AS school, 0 AS version, n.* FROM plan_node n WHERE 1 = 0"
                c.execute(sa.text(shape))
                c.execute(sa.text("CREATE TABLE copied_log (school INTEGER, version INTEGER, said TEXT)"))
                c.execute(sa.text("CREATE INDEX ix_copied ON copied (school, version)"))
                self._copy_all(c, 1)
                nodes = c.execute(sa.text("SELECT node_id FROM copied WHERE school = 0 ORDER BY position"))
                changed = [str(row[0]) for row in nodes][ELSEWHERE : ELSEWHERE + CHANGED]
            start = time.perf_counter()
            for school in range(self.schools):
                with engine.begin() as c:
                    self._copy(c, school, changed)
            return time.perf_counter() - start
        finally:
            with engine.begin() as c:
                c.execute(sa.text("DROP TABLE copied"))
                c.execute(sa.text("DROP TABLE copied_log"))
            engine.dispose()

    def _copy_all(self, c: Any, version: int) -> None:
        for school in range(self.schools):
            c.execute(sa.text(COPY), {"s": school, "v": version, "p": self.plan_id})

    def _copy(self, c: Any, school: int, changed: Sequence[str]) -> None:
        given = {"s": school, "p": self.plan_id}
        c.execute(sa.text(COPY), {**given, "v": 2})
        change = "UPDATE copied SET body = body || ', đã sửa' WHERE school = :s AND version = 2 AND node_id = :n"
        for node_id in changed:
            c.execute(sa.text(change), {"s": school, "n": node_id})
        c.execute(sa.text("INSERT INTO copied_log VALUES (:s, 2, 'Cập nhật kế hoạch')"), given)

    def board(self) -> int:
        """Return how many statements the adoption board of all schools takes, with every section of every school."""
        sent: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            sent.append(statement)

        with self.at_work():
            sa.event.listen(db.engine, "before_cursor_execute", note)
            try:
                self._read_board()
            finally:
                sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    def _read_board(self) -> None:
        below = directory.read(self.office_id)
        plan: PlanVersion = adoption.issued_plan(self.plan_id)
        steps = adoption.boards([self.plan_id])[self.plan_id].steps
        columns = sections.columns(activity.plan_text(plan))
        taking = sections.takings(self.plan_id)
        cells = sections.cells(self.plan_id, list(below.by_id), columns)
        if len(steps) != self.schools or len(taking) != self.schools or len(cells) != self.schools:
            raise RuntimeError("the board does not show every school")

    def close(self) -> None:
        effective_plan.close(self.app)
