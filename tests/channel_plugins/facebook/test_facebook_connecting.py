"""From the consent page to a Page's own credential, and the daily proof that it still is one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import requests
from facebook_builders import BACK, Stage, facebook

from channel_plugins import ConnectStep, NeedsPerson, NextStep, TryAgain
from channel_plugins.conformance import is_sentence
from channel_plugins.facebook.channel import FacebookChannel
from channel_plugins.simulators.facebook import PAGE_ID
from channel_plugins.testing import FakeTransport, reply, sample_account

CLUB, PRIMARY, UNION = "100200300400501", "100200300400502", "100200300400503"


def begun(stage: Stage) -> ConnectStep:
    return stage.connect({})


def chosen(stage: Stage, *pages: str, choice: str = PAGE_ID) -> ConnectStep:
    """Go the whole way with these Pages ticked."""
    step = begun(stage)
    choose = stage.connect(stage.consent(step, *pages), step.keep)
    assert choose.kind == "choose"
    return stage.connect({"choice": choice}, choose.keep)


def refused(stage: Stage, answers: dict[str, str], kept: Mapping[str, str]) -> NeedsPerson:
    with pytest.raises(NeedsPerson) as caught:
        stage.connect(answers, kept)
    assert is_sentence(caught.value.for_school)
    return caught.value


def test_first_step_sends_to_the_consent_page_with_a_fresh_state() -> None:
    with facebook() as stage:
        one, two = begun(stage), begun(stage)
    assert one.kind == "redirect" and one.url.startswith(f"{stage.url}/v26.0/dialog/oauth?")
    assert "pages_manage_posts" in one.url and one.keep["state"] in one.url
    assert one.keep["state"] != two.keep["state"]


def test_connected_page_can_publish_at_once() -> None:
    with facebook() as stage:
        done = chosen(stage, PAGE_ID, CLUB)
        assert done.kind == "done" and done.label == "Trường THCS Hoa Mai"
        assert done.settings == {"page_id": PAGE_ID, "page_name": "Trường THCS Hoa Mai"}
        stage.account = sample_account(stage.channel, {**done.settings, **done.secrets})
        stage.channel.verify(stage.account)
        assert stage.channel.account_ref(stage.account) == PAGE_ID
        stage.publish()
        assert len(stage.posts()) == 1


def test_kept_credential_is_the_pages_and_lasts_longer_than_the_persons() -> None:
    with facebook() as stage:
        done = chosen(stage, PAGE_ID)
        assert set(done.secrets) == {"page_token"}
        token = stage.sim.world.tokens[done.secrets["page_token"]]
        assert token.kind == "page" and token.page == PAGE_ID
        stage.sim.advance(timedelta(days=200).total_seconds())
        stage.channel.verify(sample_account(stage.channel, {**done.settings, **done.secrets}))


def test_choice_shows_pages_of_a_business_and_names_those_without_the_right() -> None:
    with facebook() as stage:
        step = begun(stage)
        choose = stage.connect(stage.consent(step, PAGE_ID, CLUB, PRIMARY, UNION), step.keep)
        assert [choice.value for choice in choose.choices] == [PAGE_ID, PRIMARY]
        assert "Câu lạc bộ Đọc sách Hoa Mai" in choose.sentence and "Đoàn xã Hoa Mai" in choose.sentence
        assert stage.connect({"choice": PRIMARY}, choose.keep).label == "Trường Tiểu học Hoa Mai"


def test_business_pages_are_left_alone_when_the_installation_says_so() -> None:
    with facebook(business_pages="false", scopes="pages_show_list,pages_manage_posts") as stage:
        step = begun(stage)
        choose = stage.connect(stage.consent(step, PAGE_ID, PRIMARY), step.keep)
        assert [choice.value for choice in choose.choices] == [PAGE_ID]


def test_business_list_that_is_refused_hides_only_those_pages() -> None:
    with facebook(scopes="pages_show_list,pages_manage_posts") as stage:
        step = begun(stage)
        choose = stage.connect(stage.consent(step, PAGE_ID, PRIMARY), step.keep)
        assert [choice.value for choice in choose.choices] == [PAGE_ID]


def test_many_pages_are_read_through_the_whole_list() -> None:
    with facebook() as stage:
        ids = [str(200_000_000 + n) for n in range(130)]
        for page in ids:
            stage.sim.add_page(page, f"Trường mẫu số {page}")
        step = begun(stage)
        choose = stage.connect(stage.consent(step, *ids), step.keep)
        assert len(choose.choices) == 130


def test_cancelling_is_told_as_cancelling() -> None:
    with facebook() as stage:
        step = begun(stage)
        error = refused(stage, stage.consent(step, answer="no"), step.keep)
    assert "dừng lại" in error.for_school and "giữ nguyên" in error.for_school


def test_no_page_ticked_is_told() -> None:
    with facebook() as stage:
        step = begun(stage)
        error = refused(stage, stage.consent(step), step.keep)
    assert "chưa có Trang nào được tích" in error.for_school


def test_page_without_the_task_is_named() -> None:
    with facebook() as stage:
        step = begun(stage)
        error = refused(stage, stage.consent(step, CLUB), step.keep)
    assert "Tạo nội dung" in error.for_school and "Câu lạc bộ Đọc sách Hoa Mai" in error.for_school


def test_person_without_pages_is_told() -> None:
    with facebook() as stage:
        step = begun(stage)
        refused(stage, stage.consent(step, person="5002"), step.keep)


@pytest.mark.parametrize("state", ["", "mot-gia-tri-khac"])
def test_way_back_that_this_person_did_not_begin_is_ignored(state: str) -> None:
    with facebook() as stage:
        step = begun(stage)
        back = {**stage.consent(step, PAGE_ID), "state": state}
        refused(stage, back, step.keep)
        refused(stage, back, {})
        assert not any("access_token" in request.path for request in stage.sim.requests)


def test_way_back_used_twice_is_told() -> None:
    with facebook() as stage:
        step = begun(stage)
        back = stage.consent(step, PAGE_ID)
        stage.connect(back, step.keep)
        error = refused(stage, back, step.keep)
    assert "đã dùng hoặc hết hạn" in error.for_school


def test_choice_of_a_page_that_was_not_offered_is_refused() -> None:
    with facebook() as stage:
        step = begun(stage)
        choose = stage.connect(stage.consent(step, PAGE_ID), step.keep)
        refused(stage, {"choice": PRIMARY}, choose.keep)
        refused(stage, {"choice": PAGE_ID}, {})


def test_right_to_post_unticked_is_found_before_anything_is_stored() -> None:
    with facebook() as stage:
        step = begun(stage)
        back = stage.consent(step, PAGE_ID, scope="pages_show_list,pages_read_engagement")
        choose = stage.connect(back, step.keep)
        error = refused(stage, {"choice": PAGE_ID}, choose.keep)
    assert "quyền đăng bài" in error.for_school


def test_installation_without_an_app_says_whom_to_ask() -> None:
    with pytest.raises(NeedsPerson) as caught:
        FacebookChannel().connect({}, {}, BACK)
    assert caught.value.next_step is NextStep.CALL_SUPPORT


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": None}])
def test_answer_without_a_token_never_becomes_a_credential(body: dict[str, Any]) -> None:
    channel = FacebookChannel(FakeTransport([reply(body)]))
    channel.configure({"app_id": "1", "app_secret": "khoa-bi-mat"})
    step = channel.connect({}, {}, BACK)
    with pytest.raises(TryAgain):
        channel.connect({"code": "c", "state": step.keep["state"]}, step.keep, BACK)


def test_page_listed_without_a_token_is_no_choice() -> None:
    person = {"access_token": "nguoi-ket-noi-1"}
    listed = {"data": [{"id": PAGE_ID, "name": "Trường Mẫu", "tasks": ["CREATE_CONTENT"]}]}
    channel = FacebookChannel(FakeTransport([reply(person), reply(person), reply(listed)]))
    channel.configure({"app_id": "1", "app_secret": "khoa-bi-mat", "business_pages": "no"})
    step = channel.connect({}, {}, BACK)
    with pytest.raises(NeedsPerson, match="Trường Mẫu"):
        channel.connect({"code": "c", "state": step.keep["state"]}, step.keep, BACK)


def test_persons_token_in_the_place_of_the_pages_is_found_out() -> None:
    with facebook() as stage:
        person = stage.sim.world.issue("long", "5001", None, pages=(PAGE_ID,)).value
        with pytest.raises(NeedsPerson, match="của một người") as caught:
            stage.channel.verify(stage.account_with(page_token=person))
    assert person not in str(caught.value)


def test_token_of_another_page_is_found_out() -> None:
    with facebook() as stage, pytest.raises(NeedsPerson, match="Trang khác"):
        stage.channel.verify(stage.account_with(page_token=stage.sim.page_token(PRIMARY)))


@pytest.mark.parametrize(("subcode", "word"), [(460, "mật khẩu"), (492, "vai trò"), (459, "xác minh")])
def test_daily_proof_finds_a_dead_token_and_says_why(subcode: int, word: str) -> None:
    with facebook() as stage:
        stage.channel.verify(stage.account)
        stage.sim.kill(subcode=subcode)
        with pytest.raises(NeedsPerson, match=word) as caught:
            stage.channel.verify(stage.account)
    assert caught.value.next_step is NextStep.RECONNECT


def test_daily_proof_finds_the_right_to_post_missing() -> None:
    with facebook() as stage:
        stage.sim.take_scope()
        with pytest.raises(NeedsPerson, match="quyền đăng bài"):
            stage.channel.verify(stage.account)


def test_right_given_for_another_page_only_is_found() -> None:
    with facebook() as stage:
        stage.sim.world.tokens[stage.sim.page_token()].pages = (PRIMARY,)
        with pytest.raises(NeedsPerson, match="tích đúng Trang"):
            stage.channel.verify(stage.account)


def test_token_about_to_run_out_is_found() -> None:
    with facebook() as stage:
        stage.sim.world.tokens[stage.sim.page_token()].ends = stage.sim.now() + timedelta(days=2)
        with pytest.raises(NeedsPerson, match="sắp hết hạn"):
            stage.channel.verify(stage.account)


@pytest.mark.parametrize("fault", ["drop_before", "error_before", "garbage"])
@pytest.mark.parametrize("place", ["GET */me", "GET */debug_token"])
def test_proof_that_could_not_be_made_disconnects_nobody(place: str, fault: Any) -> None:
    with facebook() as stage:
        stage.sim.order(place, fault)
        with pytest.raises(TryAgain):
            stage.channel.verify(stage.account)
        stage.channel.verify(stage.account)


def test_wrong_app_secret_is_told_to_the_administrator() -> None:
    with facebook(app_secret="khoa-sai-hoan-toan", proof="no") as stage:
        stage.sim.set_rules(need_proof=False)
        with pytest.raises(NeedsPerson) as caught:
            stage.channel.verify(stage.account)
    assert caught.value.next_step is NextStep.CALL_SUPPORT and "khoa-sai" not in str(caught.value)


def test_webhooks_are_subscribed_where_the_installation_wants_them() -> None:
    scopes = "pages_show_list,pages_manage_posts,pages_manage_metadata"
    with facebook(webhooks="true", scopes=scopes) as stage:
        chosen(stage, PAGE_ID)
        assert stage.sim.world.pages[PAGE_ID].subscribed == ["feed"]
    with facebook(webhooks="true") as stage:
        assert chosen(stage, PAGE_ID).kind == "done", "posting does not depend on webhooks"


def test_consent_page_can_be_clicked_through() -> None:
    with facebook() as stage:
        page = requests.get(begun(stage).url, timeout=10)
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert page.text.count('type="checkbox"') == 4 and "Trường THCS Hoa Mai" in page.text
    assert "Tiếp tục" in page.text and "Hủy" in page.text
