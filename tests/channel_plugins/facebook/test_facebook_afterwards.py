"""Editing, taking down, counting and reading comments on the simulated Facebook."""

from __future__ import annotations

import pytest
import requests
from facebook_builders import Stage, facebook, pictures

from channel_plugins import GiveUp, Metric, NeedsPerson, NextStep, Receipt, TryAgain
from channel_plugins.conformance import is_sentence
from channel_plugins.simulators.facebook import PAGE_ID


def numbers(stage: Stage, *receipts: Receipt) -> list[dict[str, int]]:
    """Return what is counted per post."""
    readings = stage.channel.collect({str(n): receipt for n, receipt in enumerate(receipts)}, stage.account)
    found: list[dict[str, int]] = [{} for _ in receipts]
    for reading in readings:
        found[int(reading.delivery_key)][reading.metric.value] = reading.value
    return found


def test_edit_changes_the_words_and_twice_is_once() -> None:
    with facebook() as stage:
        receipt = stage.publish(stage.payload(2))
        changed = stage.payload(2, title="Khai giảng vui vẻ")
        for _ in range(2):
            again = stage.channel.edit(receipt, changed, stage.account, pictures())
        (post,) = stage.posts()
        assert post["message"].startswith("Khai giảng vui vẻ") and again == receipt
        assert stage.look_up(changed, receipt=again).altered is False


def test_edit_that_changes_pictures_is_refused_and_changes_nothing() -> None:
    with facebook() as stage:
        receipt = stage.publish(stage.payload(2))
        with pytest.raises(GiveUp, match="không cho thay ảnh") as caught:
            stage.channel.edit(receipt, stage.payload(3, title="Khác"), stage.account, pictures())
        assert caught.value.next_step is NextStep.LOOK_AT_OUTLET
        assert stage.posts()[0]["message"].startswith("Khai giảng năm học mới")


def test_post_found_by_look_up_can_be_edited_too() -> None:
    with facebook() as stage:
        payload = stage.payload(1)
        stage.publish(payload)
        found = stage.look_up(payload).receipt
        assert found is not None
        stage.channel.edit(Receipt.from_json(found.to_json()), stage.payload(1, title="Mới"), stage.account, pictures())
        assert stage.posts()[0]["edited"]


@pytest.mark.parametrize("act", ["edit", "retract"])
def test_post_of_another_app_cannot_be_changed_and_the_account_stays(act: str) -> None:
    with facebook() as stage:
        receipt = Receipt(stage.sim.write_by_hand(PAGE_ID, "Bài đăng tay", app="999"))
        with pytest.raises(GiveUp, match="ứng dụng đã tạo bài"):
            if act == "edit":
                stage.channel.edit(receipt, stage.payload(), stage.account, pictures())
            else:
                stage.channel.retract(receipt, stage.account)
        assert stage.posts()[0]["message"] == "Bài đăng tay"


def test_right_taken_away_is_not_mistaken_for_a_foreign_post() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.take_scope()
        with pytest.raises(NeedsPerson) as caught:
            stage.channel.retract(receipt, stage.account)
    assert caught.value.next_step is NextStep.RECONNECT


def test_edit_of_a_post_that_is_gone_says_so() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.remove_by_hand(receipt.remote_id)
        with pytest.raises(GiveUp, match="không còn trên Trang"):
            stage.channel.edit(receipt, stage.payload(), stage.account, pictures())


def test_taking_down_twice_is_done_both_times() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.channel.retract(receipt, stage.account)
        stage.channel.retract(receipt, stage.account)
        assert stage.posts() == []


def test_taking_down_repeats_after_a_lost_answer() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.order("DELETE *", "drop_after")
        with pytest.raises(TryAgain):
            stage.channel.retract(receipt, stage.account)
        stage.channel.retract(receipt, stage.account)


def test_numbers_of_a_post() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.set_numbers(
            receipt.remote_id,
            shares=4,
            reactions=31,
            post_media_view=250,
            post_total_media_view_unique=180,
            post_clicks=9,
        )
        stage.sim.comment(receipt.remote_id, "Phạm Văn Mẫu", "Chúc mừng nhà trường")
        (found,) = numbers(stage, receipt)
    assert found == {"views": 250, "reach": 180, "clicks": 9, "reactions": 31, "comments": 1, "shares": 4}
    assert {Metric(name) for name in found} == stage.channel.limits.metrics


def test_no_shares_are_zero_shares() -> None:
    with facebook() as stage:
        (found,) = numbers(stage, stage.publish())
    assert found["shares"] == 0


def test_dead_metric_is_dropped_and_asked_for_once() -> None:
    metrics = "post_media_view=views,post_impressions=reach,post_clicks=clicks"
    with facebook(metrics=metrics) as stage:
        one, two = stage.publish(stage.payload(title="Một")), stage.publish(stage.payload(title="Hai"))
        stage.sim.requests.clear()
        found = numbers(stage, one, two)
        asked = [request.query["metric"] for request in stage.sim.requests if request.path.endswith("insights")]
    assert all({"views", "clicks"} <= set(each) and "reach" not in each for each in found)
    assert sum("post_impressions" in names for names in asked) == 2, (
        "in the whole, and alone; never for the second post"
    )


def test_counts_that_need_a_missing_right_are_left_out_one_by_one() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.take_scope(without="pages_read_user_content")
        stage.sim.set_numbers(receipt.remote_id, shares=2)
        (found,) = numbers(stage, receipt)
    assert found["shares"] == 2 and "views" in found
    assert "comments" not in found and "reactions" not in found


def test_insights_without_their_right_leave_the_free_counts() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.take_scope(without="read_insights")
        assert set(numbers(stage, receipt)[0]) == {"shares", "comments", "reactions"}


def test_vanished_post_is_left_out_of_the_numbers() -> None:
    with facebook() as stage:
        one, two = stage.publish(stage.payload(title="Một")), stage.publish(stage.payload(title="Hai"))
        stage.sim.remove_by_hand(one.remote_id)
        found = numbers(stage, one, two)
    assert found[0] == {} and found[1]["views"] > 0


def test_limit_reached_half_way_keeps_what_was_read() -> None:
    with facebook() as stage:
        one, two = stage.publish(stage.payload(title="Một")), stage.publish(stage.payload(title="Hai"))
        stage.sim.order(f"GET */{two.remote_id}", "rate_limit", times=2)
        found = numbers(stage, one, two)
        assert found[0]["views"] > 0 and found[1] == {}
        with pytest.raises(TryAgain) as caught:
            numbers(stage, two)
        assert caught.value.pause_account and caught.value.after is not None


def test_dead_token_while_counting_needs_a_person() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.kill()
        with pytest.raises(NeedsPerson) as caught:
            numbers(stage, receipt)
    assert is_sentence(caught.value.for_school)


def test_comments_are_read_with_answers_and_through_pages() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        first = stage.sim.comment(receipt.remote_id, "Phạm Văn Mẫu", "Trường mình tuyệt vời")
        second = stage.sim.comment(receipt.remote_id, "Trường THCS Hoa Mai", "Cảm ơn bác", parent=first)
        for number in range(120):
            stage.sim.comment(receipt.remote_id, "Người đọc", f"Lời chúc {number}")
        found = stage.channel.comments({"d-1": receipt}, stage.account)
    by_id = {comment.remote_id: comment for comment in found}
    assert len(found) == len(by_id) == 122 and found[0].text == "Lời chúc 119"
    one, answer = by_id[first], by_id[second]
    assert (one.author, one.text, one.delivery_key) == ("Phạm Văn Mẫu", "Trường mình tuyệt vời", "d-1")
    assert answer.parent_id == first and one.parent_id is None and one.at == stage.sim.now()


def test_of_very_many_comments_the_newest_are_read() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        for number in range(520):
            stage.sim.comment(receipt.remote_id, "Người đọc", f"Lời chúc {number}")
        found = stage.channel.comments({"d-1": receipt}, stage.account)
    assert len(found) == 500 and found[0].text == "Lời chúc 519"


def test_comments_without_the_right_are_never_told_as_none() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        stage.sim.take_scope(without="pages_read_user_content")
        with pytest.raises(NeedsPerson, match="việc đăng bài vẫn chạy") as caught:
            stage.channel.comments({"d-1": receipt}, stage.account)
        assert is_sentence(caught.value.for_school)
        stage.channel.verify(stage.account)


def test_installation_may_leave_comments_alone() -> None:
    with facebook() as stage, facebook(read_comments="false") as quiet:
        assert stage.channel.limits.has_comments and not quiet.channel.limits.has_comments


def test_comments_of_a_vanished_post_are_left_out() -> None:
    with facebook() as stage:
        one, two = stage.publish(stage.payload(title="Một")), stage.publish(stage.payload(title="Hai"))
        stage.sim.comment(two.remote_id, "Phạm Văn Mẫu", "Hay quá")
        stage.sim.remove_by_hand(one.remote_id)
        assert len(stage.channel.comments({"1": one, "2": two}, stage.account)) == 1


def test_simulated_page_shows_the_post_as_readers_see_it() -> None:
    with facebook() as stage:
        receipt = stage.publish(stage.payload(1))
        stage.sim.comment(receipt.remote_id, "Phạm Văn Mẫu", "Hay <b>quá</b>")
        assert receipt.url is not None
        shown = requests.get(receipt.url, timeout=10).text
        wall = requests.get(f"{stage.url}/trang/{PAGE_ID}", timeout=10).text
        home = requests.get(f"{stage.url}/", timeout=10).text
        stage.channel.retract(receipt, stage.account)
        gone = requests.get(receipt.url, timeout=10)
    assert "Khai giảng năm học mới" in shown and 'alt="Ảnh số 0"' in shown and "&lt;b&gt;quá" in shown
    assert "Khai giảng năm học mới" in wall and "1 bài" in home
    assert gone.status_code == 404
