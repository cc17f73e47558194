"""Publishing on a Page of the simulated Facebook, over real HTTP, with every fault the real one is known for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from facebook_builders import Stage, facebook, pictures

from channel_plugins import GiveUp, NeedsPerson, NextStep, Payload, TryAgain, Unsure
from channel_plugins.conformance import is_sentence
from channel_plugins.facebook import posting
from channel_plugins.simulators.facebook import PAGE_ID
from channel_plugins.testing import sample_post

FEED = f"POST */{PAGE_ID}/feed"
PHOTOS = f"POST */{PAGE_ID}/photos"


def test_text_with_a_link_card_stands_on_the_page() -> None:
    with facebook() as stage:
        receipt = stage.publish()
        (post,) = stage.posts()
    assert post["message"].startswith("Khai giảng năm học mới\n\nSáng 05/9/2026")
    assert post["message"].endswith("Xem trên trang của trường: https://hoamai.example.edu.vn/tin-bai/khai-giang")
    assert post["link"] == "https://hoamai.example.edu.vn/tin-bai/khai-giang"
    assert receipt.remote_id == post["id"] and receipt.url == f"{stage.url}/{post['id']}"
    assert receipt.published_at == stage.sim.now()


def test_text_only_when_the_school_wants_no_card() -> None:
    with facebook() as stage:
        account = stage.account_with(link="text")
        stage.publish(stage.channel.render(sample_post(media=()), account))
        (post,) = stage.posts()
    assert post["link"] == "" and "https://hoamai.example.edu.vn" in post["message"]


@pytest.mark.parametrize("count", [1, 10])
def test_pictures_go_into_one_post_with_their_descriptions(count: int) -> None:
    with facebook() as stage:
        stage.publish(stage.payload(count))
        (post,) = stage.posts()
        creating = [request.place for request in stage.sim.requests if request.method == "POST"]
    assert post["photos"] == [f"Ảnh số {n}" for n in range(count)]
    assert post["link"] == "", "beside pictures the card would be lost"
    assert creating.count(f"POST /v26.0/{PAGE_ID}/feed") == 1 and creating[-1].endswith("/feed")


@pytest.mark.parametrize("lag", [0, 8])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "error_before", "error_after", "garbage", "rate_limit"])
@pytest.mark.parametrize("place", [FEED, PHOTOS])
def test_after_each_fault_there_is_exactly_one_post(place: str, fault: Any, lag: int) -> None:
    with facebook() as stage:
        stage.sim.set_rules(lag=lag)
        stage.sim.order(place, fault)
        receipt = stage.deliver(stage.payload(2))
        assert [post["id"] for post in stage.posts()] == [receipt.remote_id]


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "garbage"])
def test_answer_lost_after_storing_is_found_without_a_second_call(fault: Any) -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(), stage.sim.now()
        stage.sim.order(FEED, fault)
        with pytest.raises(Unsure):
            stage.publish(payload)
        found = stage.look_up(payload, started_at)
        assert found.receipt is not None and not found.altered
        assert found.receipt.remote_id == stage.posts()[0]["id"]
        assert [request.path.split("/")[-1] for request in stage.sim.requests].count("feed") == 1


def test_missing_post_counts_only_after_the_waiting_time() -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(1), stage.sim.now()
        stage.sim.order(FEED, "drop_before")
        with pytest.raises(Unsure):
            stage.publish(payload)
        with pytest.raises(TryAgain) as early:
            stage.look_up(payload, started_at)
        assert early.value.after == timedelta(seconds=140), "twenty for the picture, then two minutes"
        stage.sim.advance(140)
        assert stage.look_up(payload, started_at).state == "not_there"


def test_same_words_by_hand_or_by_another_app_are_not_ours() -> None:
    with facebook() as stage:
        payload = stage.payload()
        stage.sim.write_by_hand(PAGE_ID, payload.data["message"], app="999")
        started_at = stage.sim.now()
        stage.sim.advance(600)
        assert stage.look_up(payload, started_at).state == "not_there"


def test_post_changed_by_a_person_is_found_by_its_address() -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(), stage.sim.now()
        receipt = stage.publish(payload)
        stage.sim.world.posts[receipt.remote_id].message = f"Tin vui!\n{payload.data['marker']} nhé"
        found = stage.look_up(payload, started_at)
    assert found.state == "found" and found.altered and found.text.startswith("Tin vui!")


def test_clocks_may_differ_by_a_minute() -> None:
    with facebook() as stage:
        payload = stage.payload()
        receipt = stage.publish(payload)
        host_clock = stage.sim.now() + timedelta(seconds=59)
        found = stage.look_up(payload, host_clock)
    assert found.receipt is not None and found.receipt.remote_id == receipt.remote_id


def test_search_goes_through_every_page_of_the_list() -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(), stage.sim.now()
        receipt = stage.publish(payload)
        for number in range(130):
            stage.sim.write_by_hand(PAGE_ID, f"Tin khác {number}")
        found = stage.look_up(payload, started_at)
        urls = [request.query for request in stage.sim.requests if request.path.endswith("published_posts")]
    assert found.receipt is not None and found.receipt.remote_id == receipt.remote_id
    assert len(urls) == 2 and all("access_token" not in query for query in urls)


def test_two_posts_for_one_delivery_are_both_named() -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(), stage.sim.now()
        first = stage.publish(payload)
        twin = stage.sim.write_by_hand(PAGE_ID, payload.data["message"], app=stage.sim.rules.app_id)
        found = stage.look_up(payload, started_at)
    assert found.receipt is not None and found.receipt.remote_id == first.remote_id
    (address,) = found.receipt.detail["twins"]
    assert address.startswith("http") and address.endswith(twin)


@pytest.mark.parametrize("refusal", [(506, 0), (368, 1404082)])
def test_duplicate_refusal_after_a_lost_answer_is_the_post_that_landed(refusal: tuple[int, int]) -> None:
    with facebook() as stage:
        stage.sim.set_rules(duplicate=refusal)
        payload = stage.payload()
        stage.sim.order(FEED, "drop_after")
        with pytest.raises(Unsure):
            stage.publish(payload)
        stage.sim.advance(900)
        receipt = stage.publish(payload)
        assert [post["id"] for post in stage.posts()] == [receipt.remote_id]


def test_pictures_refused_as_posted_already_lead_to_the_post() -> None:
    with facebook() as stage:
        stage.sim.set_rules(same_photos_refused=True)
        payload = stage.payload(2)
        first = stage.publish(payload)
        stage.sim.world.posts[first.remote_id].message += " "
        assert stage.publish(payload).remote_id == first.remote_id
        assert len(stage.posts()) == 1


def test_duplicate_of_something_else_sends_people_to_look() -> None:
    with facebook() as stage:
        payload = stage.payload()
        post = stage.sim.write_by_hand(PAGE_ID, payload.data["message"], app="999")
        stage.sim.world.posts[post].link = payload.data["link"]
        with pytest.raises(GiveUp) as caught:
            stage.publish(payload)
    assert caught.value.next_step is NextStep.LOOK_AT_OUTLET and is_sentence(caught.value.for_school)


def test_duplicate_that_cannot_be_searched_stays_unsure() -> None:
    with facebook() as stage:
        payload = stage.payload()
        stage.publish(payload)
        stage.sim.order("GET */published_posts", "error_before")
        with pytest.raises(Unsure):
            stage.publish(payload)


def test_slow_uploads_make_no_post_any_more() -> None:
    with facebook() as stage:
        seconds = iter([0.0, 40.5])
        with pytest.raises(TryAgain):
            posting.publish(
                stage.channel._graph, stage.payload(2), stage.account, pictures(), elapsed=lambda: next(seconds)
            )
        assert stage.posts() == []


def test_oversize_picture_is_named_and_nothing_is_posted() -> None:
    with facebook() as stage:
        host = pictures()
        host.pictures["anh-1"] = b"\xff\xd8\xff" + bytes(4 * 1024 * 1024)
        with pytest.raises(GiveUp, match="4 MB") as caught:
            stage.channel.publish(stage.payload(2), "k-1", stage.account, host)
        assert stage.posts() == [] and caught.value.next_step is NextStep.EDIT_ARTICLE


def test_picture_that_left_the_store_is_named() -> None:
    with facebook() as stage, pytest.raises(GiveUp, match="Ảnh 2"):
        stage.channel.publish(stage.payload(2), "k-1", stage.account, pictures(1))


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_dead_token_needs_a_person_who_connects_again(subcode: int) -> None:
    with facebook() as stage:
        stage.sim.kill(subcode=subcode)
        with pytest.raises(NeedsPerson) as caught:
            stage.publish()
    assert caught.value.next_step is NextStep.RECONNECT and is_sentence(caught.value.for_school)
    assert stage.account.secrets["page_token"] not in str(caught.value)


def test_right_to_post_taken_away_needs_a_person() -> None:
    with facebook() as stage:
        stage.sim.take_scope(without="pages_manage_posts")
        with pytest.raises(NeedsPerson) as caught:
            stage.publish()
    assert "quyền" in caught.value.for_school and caught.value.next_step is NextStep.RECONNECT


def test_budget_used_up_pauses_the_page_as_long_as_facebook_says() -> None:
    with facebook() as stage:
        stage.sim.set_budget(1)
        stage.publish(stage.payload(title="Bài một"))
        stage.sim.advance(3600)
        with pytest.raises(TryAgain) as caught:
            stage.publish()
        assert caught.value.pause_account and caught.value.after == timedelta(hours=24), "the refused call counts too"
        stage.sim.advance(caught.value.after.total_seconds() + 60)
        stage.publish()
        assert len(stage.posts()) == 2


def test_page_near_its_limit_is_left_alone_after_publishing() -> None:
    with facebook() as stage:
        stage.sim.set_budget(10)
        assert stage.publish(stage.payload(2)).rest is None
        for number in range(5):
            stage.publish(stage.payload(title=f"Bài {number}"))
        assert stage.publish().rest == timedelta(hours=1), "nine of ten calls are used"


def test_brake_on_posting_too_often_waits_for_hours() -> None:
    with facebook(spam_pause_hours="4") as stage:
        stage.sim.set_rules(posts_per_hour=1)
        stage.publish(stage.payload(title="Bài một"))
        with pytest.raises(TryAgain) as caught:
            stage.publish()
    assert caught.value.pause_account and caught.value.after == timedelta(hours=4)


def test_link_facebook_cannot_read_leads_to_the_settings() -> None:
    with facebook() as stage:
        stage.sim.set_rules(unreadable_links=["hoamai.example"])
        with pytest.raises(GiveUp) as caught:
            stage.publish()
    assert caught.value.next_step is NextStep.OPEN_SETTINGS and "liên kết" in caught.value.for_school


def test_article_made_for_another_page_is_refused() -> None:
    with facebook() as stage:
        other = stage.account_with(page_id="100200300400502")
        payload = stage.channel.render(sample_post(media=()), other)
        with pytest.raises(GiveUp, match="Trang khác"):
            stage.publish(payload)
        assert stage.look_up(payload).state == "cannot_tell"


def test_token_of_another_page_posts_nowhere() -> None:
    with facebook() as stage:
        token = stage.sim.page_token("100200300400502")
        account = stage.account_with(page_token=token)
        with pytest.raises(NeedsPerson):
            stage.channel.publish(stage.payload(), "k-1", account, pictures())
        assert stage.sim.state()["posts"] == 0


def test_call_without_the_right_proof_is_refused_and_names_the_cause() -> None:
    with facebook(app_secret="mot-khoa-khac-hoan-toan") as stage, pytest.raises(NeedsPerson) as caught:
        stage.publish()
    assert caught.value.next_step is NextStep.CALL_SUPPORT


def test_proof_can_be_switched_off() -> None:
    with facebook(proof="0") as stage:
        stage.sim.set_rules(need_proof=False)
        stage.publish()
        assert all("appsecret_proof" not in request.body.decode() for request in stage.sim.requests)


def test_token_is_in_no_address() -> None:
    with facebook() as stage:
        payload = stage.payload(1)
        receipt = stage.publish(payload)
        stage.look_up(payload)
        stage.channel.collect({"d": receipt}, stage.account)
        stage.channel.retract(receipt, stage.account)
        asked = [str(request.query) for request in stage.sim.requests]
    assert asked and not any(stage.account.secrets["page_token"] in text for text in asked)


def test_read_back_tells_what_stands_there() -> None:
    with facebook() as stage:
        payload: Payload = stage.payload(1)
        receipt = stage.publish(payload)
        found = stage.look_up(payload, receipt=receipt)
        assert found.state == "found" and not found.altered and found.text == payload.data["message"]
        stage.sim.world.posts[receipt.remote_id].message = "Chữ khác"
        assert stage.look_up(payload, receipt=receipt).altered


def test_new_post_that_cannot_be_read_yet_is_asked_for_again() -> None:
    with facebook() as stage:
        stage.sim.set_rules(lag=8)
        payload = stage.payload()
        receipt = stage.publish(payload)
        with pytest.raises(TryAgain):
            stage.look_up(payload, receipt=receipt)
        stage.sim.advance(8)
        assert stage.look_up(payload, receipt=receipt).state == "found"


def test_post_taken_down_by_a_person_is_not_there_when_read_back() -> None:
    with facebook() as stage:
        payload, started_at = stage.payload(), stage.sim.now()
        receipt = stage.publish(payload)
        stage.sim.remove_by_hand(receipt.remote_id)
        stage.sim.advance(3600)
        assert stage.look_up(payload, started_at, receipt).state == "not_there"


def test_post_that_only_administrators_see_is_not_there() -> None:
    with facebook() as stage:
        payload = stage.payload()
        receipt = stage.publish(payload)
        stage.sim.world.posts[receipt.remote_id].published = False
        assert stage.look_up(payload, receipt=receipt).state == "not_there"


def test_two_stages_share_nothing() -> None:
    with facebook() as one, facebook() as other:
        one.publish()
        assert len(one.posts()) == 1 and other.posts() == []
        assert isinstance(one, Stage)
