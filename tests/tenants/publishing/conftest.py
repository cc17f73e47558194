"""A desk with a board: what the tests of publishing start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from publishing_builders import Board, Desk, board_installed, make_desk


@pytest.fixture
def board(app: Flask) -> Iterator[Board]:
    """A remote outlet that does as it is told; the application knows its channel."""
    with board_installed(app) as installed:
        yield installed


@pytest.fixture
def desk(app: Flask, board: Board) -> Desk:
    """A school with people, a topic and outlets: its site, the radio, the board."""
    return make_desk(app)
