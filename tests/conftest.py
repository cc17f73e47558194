"""Fixtures: an application on SQLite and on PostgreSQL, emptied after each test.

Each worker of a run has both databases to itself, so that any test may run on any worker, in any order.
"""

from __future__ import annotations

import base64
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from browser import NAMES
from databases import Database, Prepared, prepared
from flask import Flask
from memory import memory_folder
from webclient import PageClient

from district.app import create_app
from district.config import Config
from tenants.db import db


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql", "both", "all"], default="both")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name the marks; let temporary folders lie in memory where there is room, unless a person said where.

    Properties are tried on the same cases each time, so that a run does not fail by dice; ``make soak`` draws new ones.
    """
    hypothesis.settings.register_profile("same", derandomize=True)
    if config.option.markexpr == "not soak":
        hypothesis.settings.load_profile("same")
    config.addinivalue_line("markers", "database(kind): runs on this database only")
    config.addinivalue_line("markers", "usually(kind): runs on this database, and on both with `--database all`")
    config.addinivalue_line("markers", "soak: a long sweep, run by `make soak` alone")
    folder = memory_folder()
    if config.option.basetemp is None and folder is not None:
        config.option.basetemp = tempfile.mkdtemp(prefix="loa-tests-", dir=folder)
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


PAGES = ("tests/tenants/web/", "tests/tenants/api/")
PAGE_NAMES = ("_pages.py", "_web_office.py", "_web_school.py", "_web_amendments.py", "_api_office.py")


FEATURES = (
    "tests/tenants/plans/", "tests/tenants/content/", "tests/tenants/approval/", "tests/tenants/audience/",
    "tests/tenants/publishing/", "tests/tenants/bulletins/", "tests/tenants/orders/", "tests/tenants/offers/",
    "tests/tenants/statistics/", "tests/district/test_issuing", "tests/district/test_reorganizing",
    "tests/district/test_amending",
)  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both, or on the one that a mark names. Features usually run on PostgreSQL, and on
    SQLite through their pages and the API; what lies below them (scope, jobs, units, people) and the migrations run on
    both. `--database all` runs everything on both."""
    if "database" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--database")
    only = metafunc.definition.get_closest_marker("database")
    usually = metafunc.definition.get_closest_marker("usually")
    path = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
    kinds = ["sqlite", "postgresql"]
    if chosen not in ("both", "all"):
        kinds = [chosen]
    elif only:
        kinds = list(only.args)
    elif usually and chosen == "both":
        kinds = list(usually.args)
    elif chosen == "both" and (path.startswith(PAGES) or path.endswith(PAGE_NAMES)):
        kinds = ["sqlite"]
    elif chosen == "both" and path.startswith(FEATURES):
        kinds = ["postgresql"]
    metafunc.parametrize("database", kinds, indirect=True)


def pytest_collection_finish() -> None:
    """Whatever was imported stays: the search for garbage during the tests may pass it over."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly when browser tests could not run."""
    if not any(shutil.which(name) for name in NAMES):
        terminalreporter.section("KHÔNG CÓ CHROMIUM / NO CHROMIUM", sep="!", red=True, bold=True)
        terminalreporter.line("Phép thử trong trình duyệt ĐÃ KHÔNG CHẠY. Hãy cài gói chromium rồi chạy lại make test.")
        terminalreporter.line("The browser tests did NOT run: install the package chromium and run make test again.")


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


@dataclass(frozen=True)
class Place:
    """A database with the application that works on it."""

    prepared: Prepared
    app: Flask


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """Return a function that gives the place of a kind of database; each is made when first asked for."""
    with ExitStack() as ends:

        @cache
        def place(kind: str) -> Place:
            made = ends.enter_context(prepared(kind, tmp_path_factory.mktemp("db")))
            app = create_app(make_config(made.database.url, tmp_path_factory.mktemp("files")))
            app.testing = True
            app.test_client_class = PageClient
            ends.callback(_close, app)
            return Place(made, app)

        yield place


def _close(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Database:
    return places(request.param).prepared.database


@pytest.fixture
def session_app(database: Database, places: Callable[[str], Place]) -> Flask:
    """The application as the tests before left it: for tests that look at its routes only."""
    return places(database.kind).app


@pytest.fixture
def owner_engine(database: Database, places: Callable[[str], Place]) -> sa.Engine:
    return places(database.kind).prepared.owner


@pytest.fixture
def app(database: Database, places: Callable[[str], Place]) -> Iterator[Flask]:
    """The application with an empty database (unit types apart)."""
    place = places(database.kind)
    yield place.app
    place.prepared.empty()


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
