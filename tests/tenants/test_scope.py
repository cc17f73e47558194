"""The fail-closed scope: a table of attacks. Each must be refused or answer with the own unit's rows only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from builders import UnitRef, in_unit, make_office, make_person, make_school
from flask import Flask
from sqlalchemy.orm import aliased

from tenants import clock, scope
from tenants.audit import AuditEntry
from tenants.content.models import Article, ArticleRevision
from tenants.db import db, transaction
from tenants.errors import NotFound, ScopeError
from tenants.plans.models import Plan, PlanVersion
from tenants.units import queries as units
from tenants.units import service
from tenants.units.models import Unit


def add_article(app: Flask, unit: UnitRef, author_id: int, title: str, approved: bool = False) -> int:
    with in_unit(app, unit) as session:
        article = Article(
            title=title, author_id=author_id, created_at=clock.now(), updated_at=clock.now(), genre="news"
        )
        session.add(article)
        session.flush()
        session.add(
            ArticleRevision(
                article_id=article.id,
                number=1,
                title=title,
                editor_ids=[],
                saved_by=author_id,
                saved_at=clock.now(),
                approved_at=clock.now() if approved else None,
            )
        )
        return article.id


@pytest.fixture
def world(app: Flask) -> dict[str, Any]:
    office = make_office(app)
    here, there = make_school(app, office), make_school(app, office)
    foreign = make_school(app, make_office(app))
    person = make_person(app, here, "author")
    return {
        "office": office,
        "here": here,
        "there": there,
        "foreign": foreign,
        "person": person,
        "own": add_article(app, here, person.id, "của trường này"),
        "other": add_article(app, there, person.id, "của trường kia"),
    }


def session() -> Any:
    return db.session


READS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "entity": lambda w: [a.title for a in session().scalars(sa.select(Article))],
    "columns": lambda w: list(session().scalars(sa.select(Article.title))),
    "alias": lambda w: list(session().scalars(sa.select(aliased(Article).title))),
    "where the other unit": lambda w: list(
        session().scalars(sa.select(Article.title).where(Article.unit_id.in_([w["here"].id, w["there"].id])))
    ),
    "or true": lambda w: list(
        session().scalars(sa.select(Article.title).where(sa.or_(Article.id == w["other"], sa.true())))
    ),
    "join": lambda w: list(
        session().scalars(sa.select(Article.title).join(ArticleRevision, ArticleRevision.article_id == Article.id))
    ),
    "sub-select": lambda w: list(
        session().scalars(sa.select(Article.title).where(Article.id.in_(sa.select(ArticleRevision.article_id))))
    ),
    "cte": lambda w: list(session().scalars(sa.select(sa.select(Article.title).cte("x").c.title))),
    "union": lambda w: sorted(set(session().scalars(sa.union_all(sa.select(Article.title), sa.select(Article.title))))),
    "from_statement": lambda w: [
        a.title for a in session().scalars(sa.select(Article).from_statement(sa.select(Article)))
    ],
    "legacy query": lambda w: [a.title for a in session().query(Article).all()],
}


@pytest.mark.parametrize("name", READS)
def test_reads_see_only_the_own_unit(app: Flask, world: dict[str, Any], name: str) -> None:
    with in_unit(app, world["here"]):
        assert READS[name](world) == ["của trường này"]


@pytest.mark.parametrize("name", READS)
def test_reads_without_scope_are_refused(app: Flask, world: dict[str, Any], name: str) -> None:
    with app.app_context(), pytest.raises(ScopeError):
        READS[name](world)


def test_counts_and_exists(app: Flask, world: dict[str, Any]) -> None:
    with in_unit(app, world["here"]):
        assert session().scalar(sa.select(sa.func.count()).select_from(Article)) == 1
        assert session().scalar(sa.select(sa.func.count(Article.id))) == 1
        foreign = sa.select(Article.id).where(Article.unit_id == world["there"].id)
        assert session().scalar(sa.select(foreign.exists())) is False
        rows = sa.select(Unit.id).where(sa.exists().where(Article.unit_id == Unit.id))
        assert list(session().scalars(rows)) == [world["here"].id]


REFUSED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "text": lambda w: session().execute(sa.text("select * from article")).all(),
    "text in where": lambda w: session().scalars(sa.select(Article).where(sa.text("1=1"))).all(),
    "literal column": lambda w: session().execute(
        sa.select(Article.id, sa.literal_column("(select title from article limit 1)"))
    ),
    "core select": lambda w: session().execute(sa.select(Article.__table__)).all(),
    "core column": lambda w: session().execute(sa.select(Article.__table__.c.title)).all(),
    "core in exists": lambda w: (
        session().execute(sa.select(Unit.id).where(sa.exists(sa.select(Article.__table__.c.id)))).all()
    ),
    "core update": lambda w: session().execute(sa.update(Article.__table__).values(title="x")),
    "core delete": lambda w: session().execute(sa.delete(Article.__table__)),
    "core insert": lambda w: session().execute(sa.insert(Article.__table__).values(title="x")),
    "connection": lambda w: session().connection(),
    "bulk save": lambda w: session().bulk_save_objects([]),
    "bulk update by key": lambda w: session().execute(sa.update(Article), [{"id": w["other"], "title": "x"}]),
    "move a row": lambda w: session().execute(sa.update(Article).values(unit_id=w["there"].id)),
    "insert elsewhere": lambda w: session().execute(
        sa.insert(AuditEntry),
        [
            {
                "unit_id": w["there"].id,
                "at": clock.now(),
                "action": "x",
                "subject_type": "x",
                "subject_id": "1",
                "data": {},
            }
        ],
    ),
    "add elsewhere": lambda w: (
        session().add(
            AuditEntry(unit_id=w["there"].id, at=clock.now(), action="x", subject_type="x", subject_id="1", data={})
        ),
        session().flush(),
    ),
    "change of unit": lambda w: (
        setattr(scope.get_own(Article, w["own"]), "unit_id", w["there"].id),
        session().flush(),
    ),
    "second scope": lambda w: scope.enter(scope.Scope(w["there"].id)),
}


def test_a_count_by_an_expression_must_name_its_class(app: Flask, world: dict[str, Any]) -> None:
    """SQLAlchemy takes a statement that begins with AND or OR for one without classes and would not restrict it."""
    both = sa.case((sa.and_(Article.title == "x", Article.genre == "y"), sa.literal("xy")), else_=Article.genre)
    with in_unit(app, world["here"]):
        with pytest.raises(ScopeError):
            session().execute(sa.select(both, sa.func.count()).group_by(both)).all()
        rows = session().execute(sa.select(both, sa.func.count()).select_from(Article).group_by(both)).all()
        assert [tuple(row) for row in rows] == [("news", 1)]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_checked_is_refused(app: Flask, world: dict[str, Any], name: str) -> None:
    with pytest.raises(ScopeError), in_unit(app, world["here"]):
        REFUSED[name](world)


def test_bulk_statements_reach_only_the_own_unit(app: Flask, world: dict[str, Any]) -> None:
    with in_unit(app, world["here"]):
        assert session().execute(sa.update(Article).values(title="đổi")).rowcount == 1
        assert session().execute(sa.delete(ArticleRevision)).rowcount == 1
    with in_unit(app, world["there"]):
        assert list(session().scalars(sa.select(Article.title))) == ["của trường kia"]
        assert session().scalar(sa.select(sa.func.count(ArticleRevision.id))) == 1


def test_a_foreign_id_is_not_found(app: Flask, world: dict[str, Any]) -> None:
    with in_unit(app, world["here"]):
        with pytest.raises(NotFound):
            scope.get_own(Article, world["other"])
        assert session().get(Article, (world["there"].id, world["other"])) is None


def test_a_forged_detached_object_cannot_be_written(app: Flask, world: dict[str, Any]) -> None:
    with app.app_context():
        scope.enter(scope.Scope(world["there"].id))
        stolen = scope.get_own(Article, world["other"])
        db.session.expunge(stolen)
    with pytest.raises(ScopeError), in_unit(app, world["here"]):
        session().add(stolen)
        stolen.title = "bị sửa"
        session().flush()


def test_a_child_cannot_point_into_another_unit(app: Flask, world: dict[str, Any]) -> None:
    with pytest.raises(sa.exc.IntegrityError), in_unit(app, world["here"]):
        session().add(
            ArticleRevision(
                article_id=world["other"],
                number=9,
                title="x",
                editor_ids=[],
                saved_by=world["person"].id,
                saved_at=clock.now(),
            )
        )
        session().flush()


def make_issued(app: Flask, unit: UnitRef) -> int:
    with in_unit(app, unit) as s:
        plan = Plan(
            subject="Kế hoạch",
            levels=[],
            introduction=[],
            recipients=[],
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        s.add(plan)
        s.flush()
        s.add(
            PlanVersion(
                plan_id=plan.id,
                version=1,
                subject="Kế hoạch",
                period_kind="year",
                levels=[],
                number="1",
                notation="KH",
                place="",
                document_date=dt.date(2026, 9, 1),
                signer_title="",
                signer_name="",
                unit_name=unit.name,
                introduction=[],
                citations=[],
                recipients=[],
                chain=[],
                bases=[],
                year=2026,
                file_sha256="",
                content_sha256="",
                issued_at=clock.now(),
            )
        )
        return plan.id


def test_issued_plans_are_handed_down_and_never_up_or_sideways(app: Flask, world: dict[str, Any]) -> None:
    for name in ("office", "here", "there", "foreign"):
        make_issued(app, world[name])

    def seen(unit: UnitRef, kind: scope.Kind = scope.Kind.UNIT) -> set[int]:
        with in_unit(app, unit, kind):
            return set(session().scalars(sa.select(PlanVersion.unit_id)))

    ids = {name: world[name].id for name in ("office", "here", "there", "foreign")}
    assert seen(world["here"]) == {ids["here"], ids["office"]}
    assert seen(world["office"]) == {ids["office"]}
    assert seen(world["office"], scope.Kind.OVERSIGHT) == {ids["office"], ids["here"], ids["there"]}
    with in_unit(app, world["here"]):
        assert list(session().scalars(sa.select(Plan.unit_id))) == [ids["here"]], "a draft is the owner's alone"
    with in_unit(app, world["here"]):
        session().execute(sa.update(PlanVersion).values(note="sửa"))
    with in_unit(app, world["office"]):
        assert list(session().scalars(sa.select(PlanVersion.note))) == [""], "what was handed down is read only"


def test_oversight_sees_what_was_approved_in_its_own_subtree_and_writes_nothing_there(
    app: Flask, world: dict[str, Any]
) -> None:
    add_article(app, world["there"], world["person"].id, "đã duyệt", approved=True)
    add_article(app, world["foreign"], world["person"].id, "nơi khác", approved=True)
    with in_unit(app, world["office"], scope.Kind.OVERSIGHT):
        assert list(session().scalars(sa.select(ArticleRevision.title))) == ["đã duyệt"]
        assert list(session().scalars(sa.select(Article.title))) == []
        assert session().execute(sa.update(ArticleRevision).values(title="sửa")).rowcount == 0
    with pytest.raises(ScopeError), in_unit(app, world["office"], scope.Kind.OVERSIGHT):
        session().scalars(sa.select(ArticleRevision)).one().title = "sửa"
        session().flush()


def test_a_public_reader_writes_nothing(app: Flask, world: dict[str, Any]) -> None:
    with in_unit(app, world["here"], scope.Kind.PUBLIC):
        assert list(session().scalars(sa.select(Article.title))) == ["của trường này"]
    for write in (
        lambda: session().execute(sa.update(Article).values(title="x")),
        lambda: session().execute(sa.delete(Article)),
        lambda: setattr(scope.get_own(Article, world["own"]), "title", "x") or session().flush(),
    ):
        with pytest.raises(ScopeError), in_unit(app, world["here"], scope.Kind.PUBLIC):
            write()


def test_a_unit_that_left_the_subtree_is_out_of_sight(app: Flask, world: dict[str, Any]) -> None:
    add_article(app, world["there"], world["person"].id, "đã duyệt", approved=True)
    new_office = make_office(app)
    with app.app_context(), transaction() as s:
        child, parent = s.get(Unit, world["there"].id), s.get(Unit, new_office.id)
        service.place_under(child, parent, on=clock.today())
    for office, expected in ((world["office"], []), (new_office, ["đã duyệt"])):
        with in_unit(app, office, scope.Kind.OVERSIGHT):
            assert list(session().scalars(sa.select(ArticleRevision.title))) == expected
    with app.app_context():
        assert units.superior_ids(world["there"].id) == {new_office.id}


def test_the_subtree_is_todays_also_in_a_process_that_ran_yesterday(app: Flask, world: dict[str, Any]) -> None:
    add_article(app, world["there"], world["person"].id, "đã duyệt", approved=True)
    new_office = make_office(app)
    today = clock.today()
    with app.app_context(), transaction() as s:
        service.place_under(s.get(Unit, world["there"].id), s.get(Unit, new_office.id), on=today)
    yesterday = clock.now() - dt.timedelta(days=1)
    with clock.frozen(yesterday), in_unit(app, world["office"], scope.Kind.OVERSIGHT):
        assert list(session().scalars(sa.select(ArticleRevision.title))) == ["đã duyệt"]
    with in_unit(app, world["office"], scope.Kind.OVERSIGHT):
        assert list(session().scalars(sa.select(ArticleRevision.title))) == []
        assert list(session().scalars(sa.select(PlanVersion.id))) == []


def test_row_level_security_stands_below_the_session(app: Flask, world: dict[str, Any]) -> None:
    """A connection outside the session sees nothing on PostgreSQL; SQLite has only the first wall."""
    with app.app_context(), db.engine.begin() as connection:
        rows = connection.execute(sa.text("select unit_id from article")).all()
        if connection.dialect.name == "postgresql":
            assert rows == []
            connection.execute(sa.text("select set_config('app.unit_id', :u, true)"), {"u": str(world["here"].id)})
            assert connection.execute(sa.text("select unit_id from article")).all() == [(world["here"].id,)]
        else:
            assert len(rows) == 2


def test_the_policies_cover_every_table_of_units(app: Flask, owner_engine: sa.Engine) -> None:
    if owner_engine.dialect.name != "postgresql":
        assert scope.scoped_tables()
        return
    with owner_engine.connect() as connection:
        with_policy = set(connection.execute(sa.text("select tablename from pg_policies")).scalars())
        forced = set(
            connection.execute(
                sa.text("select relname from pg_class where relrowsecurity and relforcerowsecurity")
            ).scalars()
        )
        both = {
            (table, name)
            for table, name in connection.execute(sa.text("select tablename, policyname from pg_policies"))
        }
    expected = {table.name for table in scope.scoped_tables()}
    assert with_policy == forced == expected
    classes = all_scoped()
    policies = (
        ("handed_down", scope.HandedDown),
        ("overseen", scope.Overseen),
        ("overseen_then", scope.OverseenInTime),
    )
    for policy, base in policies:
        assert {t for t, n in both if n == policy} == {c.__tablename__ for c in classes if issubclass(c, base)}


def all_scoped() -> list[type]:
    from tenants.db import Base

    return [m.class_ for m in Base.registry.mappers if issubclass(m.class_, scope.Scoped)]
