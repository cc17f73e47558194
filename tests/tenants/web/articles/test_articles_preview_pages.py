"""Previews: how an article will look on each outlet, and what hinders it there."""

from __future__ import annotations

from article_builders import FULL, draft, make_team
from builders import in_unit

from tenants.publishing import outlets


def test_each_outlet_has_its_preview(app, client_for):
    team = make_team(app)
    with in_unit(app, team.unit):
        names = {account.label: account.id for account in outlets.ensure_default_accounts()}
    ref = draft(app, team.unit, team.author)
    client = client_for(team.author)
    for label, account_id in names.items():
        page = client.get(f"/u/{team.unit.slug}/articles/{ref.id}/preview?account={account_id}")
        html = page.get_data(as_text=True)
        assert page.status_code == 200
        assert label in html
        assert "tán bàng" in html


def test_what_hinders_an_article_on_an_outlet_is_said(app, client_for):
    team = make_team(app)
    with in_unit(app, team.unit):
        website = outlets.create_account("website", "Trang trường", {}, actor_id=None).id
    ref = draft(app, team.unit, team.author, summary="")
    page = client_for(team.author).get(f"/u/{team.unit.slug}/articles/{ref.id}/preview?account={website}")
    assert "tóm tắt" in page.get_data(as_text=True)


def test_nothing_typed_runs_in_the_preview(app, client_for):
    team = make_team(app)
    with in_unit(app, team.unit):
        outlets.create_account("website", "Trang trường", {}, actor_id=None)
    ref = draft(app, team.unit, team.author, title="<script>alert(1)</script>", body_html=FULL.body_html)
    html = client_for(team.author).get(f"/u/{team.unit.slug}/articles/{ref.id}/preview").get_data(as_text=True)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_unit_without_outlets_reads_what_to_do(app, client_for):
    team = make_team(app)
    ref = draft(app, team.unit, team.author)
    html = client_for(team.author).get(f"/u/{team.unit.slug}/articles/{ref.id}/preview").get_data(as_text=True)
    assert "chưa bật kênh nào" in html
