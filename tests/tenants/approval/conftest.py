"""Fixtures for the tests of reviews."""

from dataclasses import replace

import pytest
from article_builders import (
    FULL,
    ArticleRef,
    Team,
    add_pictures,
    article_ref,
    described,
    draft,
    jpeg,
    make_team,
    submit,
)
from builders import in_unit
from flask import Flask

from tenants.content import service


@pytest.fixture
def described_article(app: Flask) -> tuple[Team, ArticleRef]:
    """An article with one described picture, handed in."""
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    pictures = described(*add_pictures(app, team.unit, team.author, ref, jpeg()))
    ref = article_ref(app, team.unit, ref.id)
    with in_unit(app, team.unit):
        service.save(
            ref.id,
            replace(FULL, pictures=pictures),
            head_revision_id=ref.revision_id,
            saves=ref.saves,
            actor_id=team.author.id,
        )
    return team, submit(app, team.unit, team.author, article_ref(app, team.unit, ref.id))
