"""Fixtures: an application on SQLite and on PostgreSQL, emptied after each test."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from browser import NAMES
from flask import Flask
from postgres import cluster
from webclient import PageClient

from district import migrate
from district.app import create_app
from district.config import Config
from district.tables import metadata
from tenants.db import db, prepare_engine

KEPT_TABLES = {"unit_type", "alembic_version"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql", "both", "all"], default="both")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database(kind): runs on this database only, when both are tested")
    config.addinivalue_line("markers", "soak: a long sweep, run by `make soak` alone")


PAGES = ("tests/tenants/web/", "tests/tenants/api/")
PAGE_NAMES = ("_pages.py", "_web_office.py", "_web_school.py", "_web_amendments.py", "_api_office.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both, or on the one a mark names. Pages and the API run on SQLite: what they ask the
    database is tested on both below them. `--database all` runs everything on both."""
    if "database" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--database")
    mark = metafunc.definition.get_closest_marker("database")
    path = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
    kinds = ["sqlite", "postgresql"]
    if chosen not in ("both", "all"):
        kinds = [chosen]
    elif mark:
        kinds = [mark.args[0]]
    elif chosen == "both" and (path.startswith(PAGES) or path.endswith(PAGE_NAMES)):
        kinds = ["sqlite"]
    metafunc.parametrize("database", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each database on one worker: preparing one again for every other test would cost more than the tests."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec is not None and "database" in callspec.params:
            item.add_marker(pytest.mark.xdist_group(callspec.params["database"]))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when browser tests could not run."""
    if not any(shutil.which(name) for name in NAMES):
        terminalreporter.section("KHÔNG CÓ CHROMIUM / NO CHROMIUM", sep="!", red=True, bold=True)
        terminalreporter.line("Phép thử trong trình duyệt ĐÃ KHÔNG CHẠY. Hãy cài gói chromium rồi chạy lại make test.")
        terminalreporter.line("The browser tests did NOT run: install the package chromium and run make test again.")


@dataclass(frozen=True)
class Database:
    """A migrated database.

    Args:
        url: as the service signs in (on PostgreSQL a role that owns nothing).
        owner_url: as the owner of the tables.
    """

    kind: str
    url: str
    owner_url: str


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with cluster() as url:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE ROLE loa_app LOGIN NOSUPERUSER NOBYPASSRLS"))
            connection.execute(sa.text("CREATE DATABASE loa"))
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('db') / 'loa.db'}"
        migrate.upgrade(url)
        return Database("sqlite", url, url)
    server = request.getfixturevalue("postgres_server")
    owner_url = server.replace("@/", "@/loa")
    migrate.upgrade(owner_url)
    migrate.grant(owner_url, "loa_app")
    return Database("postgresql", owner_url.replace("postgres@", "loa_app@"), owner_url)


def make_config(url: str, data_dir: Path, base_url: str = "http://localhost") -> Config:
    """Return a configuration for tests."""
    return Config.from_env(
        {
            "LOA_DATABASE_URL": url,
            "LOA_SECRET_KEY": "khoa-thu-nghiem-khong-dung-that-0123456789",
            "LOA_SECRETS_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
            "LOA_DATA_DIR": str(data_dir),
            "LOA_BASE_URL": base_url,
        }
    )


@pytest.fixture(scope="session")
def session_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(make_config(database.url, tmp_path_factory.mktemp("files")))
    app.testing = True
    app.test_client_class = PageClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def owner_engine(database: Database) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database.owner_url)
    prepare_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(session_app: Flask, owner_engine: sa.Engine) -> Iterator[Flask]:
    """The application with an empty database (unit types apart)."""
    yield session_app
    with owner_engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in KEPT_TABLES:
                connection.execute(table.delete())


@pytest.fixture
def client_for(app: Flask) -> Callable[..., PageClient]:
    """Return a function that gives a client signed in as a person; without one, an anonymous client."""

    def make(person: object | None = None) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        if person is not None:
            client.sign_in_as(person)
        return client

    return make
