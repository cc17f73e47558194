"""Pictures: unpublished ones are for members, published ones for everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from article_builders import (
    FULL,
    ArticleRef,
    Team,
    add_pictures,
    approve,
    article_ref,
    described,
    draft,
    jpeg,
    make_team,
    submit,
    vet,
)
from builders import in_unit, make_office, make_person
from flask import Flask
from webclient import PageClient
from werkzeug.datastructures import Headers

from tenants import clock
from tenants.content import media, service
from tenants.publishing.models import ChannelAccount, Delivery


def picture_of(app: Flask, team: Team) -> tuple[ArticleRef, int]:
    ref = draft(app, team.unit, team.author)
    [media_id] = add_pictures(app, team.unit, team.author, ref, jpeg())
    ref = article_ref(app, team.unit, ref.id)
    with in_unit(app, team.unit):
        service.save(
            ref.id, replace(FULL, pictures=described(media_id)), head_revision_id=ref.revision_id,
            saves=ref.saves, actor_id=team.author.id,
        )  # fmt: skip
    return article_ref(app, team.unit, ref.id), media_id


def approved_picture(app: Flask, team: Team) -> tuple[ArticleRef, int]:
    ref, media_id = picture_of(app, team)
    ref = vet(app, team.unit, team.vetter, submit(app, team.unit, team.author, ref))
    return approve(app, team.unit, team.principal, ref), media_id


def deliver(app: Flask, team: Team, ref: ArticleRef, state: str) -> None:
    with in_unit(app, team.unit) as session:
        account = ChannelAccount(channel="website", label="Trang", settings={}, created_at=clock.now())
        session.add(account)
        session.flush()
        session.add(
            Delivery(
                article_id=ref.id,
                revision_id=ref.revision_id,
                account_id=account.id,
                channel="website",
                key=f"thu-{ref.id}",
                state=state,
                scheduled_at=clock.now(),
                published_at=clock.now() - dt.timedelta(minutes=1),
                payload={},
                payload_hash="",
                artefacts=[],
                title=FULL.title,
                genre="news",
                asked_at=clock.now(),
            )
        )


@dataclass(frozen=True)
class Answer:
    """What a reader gets."""

    status: int
    headers: Headers
    data: bytes


def look(client: PageClient, address: str, **headers: str) -> Answer:
    """Fetch a picture whole, so that its file is closed."""
    with client.get(address, headers=headers) as response:
        return Answer(response.status_code, response.headers, response.data)


def url(team: Team, media_id: int, size: str = "full") -> str:
    return f"/media/{team.unit.slug}/{media_id}/{size}"


@pytest.mark.parametrize("size", ["full", "thumb"])
def test_members_see_a_picture_before_it_is_published(app, client_for, size):
    team = make_team(app)
    _ref, media_id = picture_of(app, team)
    answer = look(client_for(team.viewer), url(team, media_id, size))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8")
    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_strangers_do_not_see_what_is_not_published(app, client_for):
    team, other = make_team(app), make_team(app)
    _ref, media_id = approved_picture(app, team)
    assert look(client_for(), url(team, media_id)).status == 404
    assert look(client_for(other.principal), url(team, media_id)).status == 404


def test_everybody_sees_a_published_picture_and_may_keep_it_for_days(app, client_for):
    team = make_team(app)
    ref, media_id = approved_picture(app, team)
    deliver(app, team, ref, "published")
    answer = look(client_for(), url(team, media_id))
    assert answer.status == 200
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", f"max-age={7 * 24 * 3600}"}
    again = look(client_for(), url(team, media_id), **{"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("state", ["scheduled", "failed", "retracted"])
def test_a_picture_that_was_taken_down_or_never_went_out_is_not_public(app, client_for, state):
    team = make_team(app)
    ref, media_id = approved_picture(app, team)
    deliver(app, team, ref, state)
    assert look(client_for(), url(team, media_id)).status == 404


def test_a_picture_of_a_newer_draft_is_not_public_because_an_older_text_is(app, client_for):
    team = make_team(app)
    ref, _media_id = approved_picture(app, team)
    deliver(app, team, ref, "published")
    with in_unit(app, team.unit):
        service.reopen(ref.id, actor_id=team.author.id)
        ready, _refused = media.make_ready([("moi.jpg", jpeg(colour="red"))], 1600)
        [newer] = media.attach(ref.id, ready, actor_id=team.author.id).media_ids
    assert look(client_for(), url(team, newer)).status == 404


def test_a_picture_is_found_under_its_own_unit_only(app, client_for):
    team, other = make_team(app), make_team(app)
    _ref, media_id = picture_of(app, team)
    assert look(client_for(team.author), url(other, media_id)).status == 404
    assert look(client_for(team.author), url(team, media_id, "original")).status == 404


def test_the_office_sees_the_pictures_of_approved_texts_only(app, client_for):
    office = make_office(app)
    team = make_team(app, office=office)
    officer = make_person(app, office, "officer")
    stranger = make_person(app, make_office(app), "officer")
    ref, media_id = picture_of(app, team)
    assert look(client_for(officer), url(team, media_id)).status == 404
    ref = vet(app, team.unit, team.vetter, submit(app, team.unit, team.author, ref))
    approve(app, team.unit, team.principal, ref)
    assert look(client_for(officer), url(team, media_id)).status == 200
    assert look(client_for(stranger), url(team, media_id)).status == 404
