"""A post office: what the tests of mailings start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from audience_builders import PostOffice, make_post_office, provider_running
from flask import Flask


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    """A school with an e-mail outlet and a provider that runs."""
    with provider_running(app) as (simulator, places):
        yield make_post_office(app, simulator, places)
