"""Pictures for the tests of articles."""

import pytest
from article_builders import jpeg


@pytest.fixture
def picture() -> bytes:
    """A small photograph."""
    return jpeg()
