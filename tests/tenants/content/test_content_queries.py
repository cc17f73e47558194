"""Lists of articles: searching without diacritics, filters, a constant number of queries."""

from __future__ import annotations

import pytest
from article_builders import draft, make_team, submitted
from builders import in_unit
from queries import count_queries

from tenants.content import queries


def titles(app, unit, **options):
    with in_unit(app, unit):
        return [article.title for article in queries.listing(**options).items]


def test_searching_ignores_diacritics_case_and_composition(app):
    team = make_team(app)
    draft(app, team.unit, team.author, title="Đại hội Liên đội năm học mới")
    draft(app, team.unit, team.author, title="Lễ khai giảng")
    found = ["Đại hội Liên đội năm học mới"]
    assert titles(app, team.unit, search="dai hoi") == found
    assert titles(app, team.unit, search="ĐẠI  lien") == found
    assert titles(app, team.unit, search="Lie\u0302n đo\u0323\u0302i") == found
    assert titles(app, team.unit, search="dai hoi khai giang") == []


def test_signs_of_the_database_are_searched_as_they_are(app):
    team = make_team(app)
    draft(app, team.unit, team.author, title="Đạt 100% chỉ tiêu")
    draft(app, team.unit, team.author, title="Đạt 100 điểm")
    assert titles(app, team.unit, search="100%") == ["Đạt 100% chỉ tiêu"]


def test_the_body_is_searched_too(app):
    team = make_team(app)
    draft(app, team.unit, team.author, title="Tin thứ Hai", body_html="<p>Cô giáo <b>Lò Thị Sáng</b></p>")
    assert titles(app, team.unit, search="lo thi sang") == ["Tin thứ Hai"]


def test_filters_narrow_by_state_genre_and_author(app):
    team = make_team(app)
    draft(app, team.unit, team.author, title="Tin của Mây")
    draft(app, team.unit, team.colleague, title="Thông báo của Suối", genre="notice")
    submitted(app, team, title="Bài đã trình")
    assert titles(app, team.unit, state="submitted") == ["Bài đã trình"]
    assert titles(app, team.unit, genre="notice") == ["Thông báo của Suối"]
    assert titles(app, team.unit, author_id=team.colleague.id) == ["Thông báo của Suối"]
    with in_unit(app, team.unit):
        assert queries.counts_by_state() == {"draft": 2, "submitted": 1}
        assert queries.counts_by_state(team.colleague.id) == {"draft": 1}


def test_lists_hold_only_the_unit_s_own_articles(app):
    team, other = make_team(app), make_team(app)
    draft(app, team.unit, team.author, title="Của trường này")
    assert titles(app, other.unit) == []


@pytest.mark.usually("sqlite")
def test_a_long_list_costs_no_more_queries_than_a_short_one(app):
    team = make_team(app)
    costs = []
    for _ in range(3):
        draft(app, team.unit, team.author)
        with in_unit(app, team.unit), count_queries() as sent:
            list(queries.listing(search="hoa sim").items)
        costs.append(len(sent))
    assert costs[0] == costs[2]
