"""The whole main job, in a real browser: from the office's Word file to the office's dashboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flows import steps_articles as article
from flows import steps_office as office
from flows import steps_publishing as publishing
from flows import steps_readers as anybody
from flows import steps_school as school
from flows.visitor import PHONE, Visitor
from flows.world import World


@pytest.mark.database("postgresql")
def test_from_the_offices_plan_to_the_schools_article_and_back(
    app: Flask, place: World, visit: Callable[..., Visitor]
) -> None:
    officer = visit(place.officer)
    office.import_the_plan_from_a_word_file(officer)
    office.correct_what_was_read(officer)
    office.say_when_the_plan_is_in_force(officer)
    office.give_a_node_to_preschools_only(officer)
    office.lock_a_node(officer)
    office.ask_for_one_exemplary_article_a_month(officer)
    office.issue_to_both_schools(officer, place)

    principal = visit(place.principal)
    school.read_the_inherited_plan(principal)
    school.confirm_it_was_studied(principal)
    school.adapt_a_node(principal)
    school.be_refused_on_a_locked_node(principal)
    school.add_an_own_node(principal)
    school.omit_a_node_with_a_reason(principal)
    school.compare_with_the_superior(principal)
    school.issue_the_schools_plan(principal)

    web = visit(place.web)
    publishing.find_the_outlets_ready(web)

    teacher = visit(place.teacher, PHONE)
    article.write_an_exemplary_article(teacher)
    article.add_a_photo_with_words_for_the_blind(teacher)
    article.find_everything_again_after_closing_the_page(teacher)
    article.preview_on_each_channel(teacher)
    article.submit(teacher)

    vetter = visit(place.vetter)
    article.return_it_with_a_remark(vetter)
    article.mend_and_submit_again(teacher, place)
    article.vet(vetter, place)
    article.approve(principal, place)
    article.find_no_way_to_approve_an_own_article(principal, app, place, place.principal)

    publishing.publish_now(web, place)
    publishing.take_the_radio_script(web)
    publishing.let_the_station_confirm(web, visit(width=PHONE))

    reader = visit(width=PHONE)
    anybody.read_home_and_article(reader, place)
    anybody.read_the_plan_and_take_its_file(reader)
    anybody.follow_the_feeds(reader, place)
    anybody.find_the_article_without_diacritics(reader, place)

    office.see_how_far_the_schools_have_come(officer, place)
    office.count_the_article_in_every_way(officer, place, article.TITLE)
    office.see_the_quota_filled(officer, place, article.TITLE)
