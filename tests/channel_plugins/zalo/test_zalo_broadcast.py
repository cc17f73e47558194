"""Sending an article to every follower: offered with its price, done once, never repeated by the program."""

from dataclasses import replace
from typing import Any

import pytest

from channel_plugins import GiveUp, NeedsPerson, TryAgain, Unsure

SEND = "POST /v2.0/oa/message"


def test_the_offer_says_whom_it_reaches_and_what_it_uses_up(zalo: Any) -> None:
    offer = zalo.channel.offer_follow_up(zalo.published(), zalo.account)
    assert offer.possible
    assert "khoảng 1.250 người quan tâm OA Trường THCS Hoa Mai" in offer.sentence
    assert "còn 4 trên 4 lượt, gửi xong còn 3" in offer.sentence and "không thu hồi" in offer.sentence
    assert zalo.calls(SEND) == 0


def test_the_step_is_taken_once_and_then_not_offered_again(zalo: Any) -> None:
    receipt = zalo.published()
    after = zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
    assert [item["articles"] for item in zalo.sim.state()["broadcasts"]] == [[receipt.remote_id]]
    assert after.remote_id == receipt.remote_id and after.detail["broadcast"]
    offer = zalo.channel.offer_follow_up(after, zalo.account)
    assert not offer.possible and "đã được gửi" in offer.sentence
    with pytest.raises(GiveUp, match="đã được gửi"):
        zalo.channel.do_follow_up(after, zalo.payload(), zalo.account, "f-1")
    assert zalo.calls(SEND) == 1


@pytest.mark.parametrize(("fault", "sent"), [("drop_after", 1), ("error_after", 1), ("garbage", 1), ("drop_before", 0)])
def test_a_lost_answer_is_unsure_and_nothing_is_sent_twice(zalo: Any, fault: str, sent: int) -> None:
    receipt = zalo.published()
    zalo.sim.order(SEND, fault)
    with pytest.raises(Unsure):
        zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
    assert zalo.calls(SEND) == 1 and len(zalo.sim.broadcasts) == sent


@pytest.mark.parametrize(("hours", "possible"), [(13, True), (14, False), (21, False), (22, True)])
def test_at_night_it_is_not_offered_and_not_done(zalo: Any, hours: int, possible: bool) -> None:
    receipt = zalo.published()
    zalo.sim._moved -= zalo.sim.now() - zalo.sim._fixed
    zalo.sim.advance(hours * 3_600)
    offer = zalo.channel.offer_follow_up(receipt, zalo.account)
    assert offer.possible is possible
    if not possible:
        assert "từ 6 giờ đến trước 22 giờ" in offer.sentence
        with pytest.raises(GiveUp):
            zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
        assert zalo.calls(SEND) == 0


def test_the_clock_of_zalo_decides_when_ours_is_wrong(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.configure(broadcast_from_hour=0, broadcast_until_hour=24)
    zalo.sim.advance(15 * 3_600)
    with pytest.raises(TryAgain, match="22 giờ đến 6 giờ"):
        zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
    assert zalo.sim.broadcasts == []


def test_without_quota_it_is_not_possible(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.sim.set_modes(broadcast_quota=0)
    offer = zalo.channel.offer_follow_up(receipt, zalo.account)
    assert not offer.possible and "hết hạn mức" in offer.sentence


def test_a_quota_that_cannot_be_read_is_said_to_be_unknown(zalo: Any) -> None:
    zalo.sim.set_modes(quota_readable=False)
    offer = zalo.channel.offer_follow_up(zalo.published(), zalo.account)
    assert offer.possible and "không đọc được hạn mức" in offer.sentence


def test_what_followers_cannot_read_is_not_sent(zalo: Any) -> None:
    accepted = zalo.channel.publish(zalo.payload(), "k-1", zalo.account, zalo.host)
    assert not zalo.channel.offer_follow_up(accepted, zalo.account).possible
    receipt = zalo.published(title="Ngày hội đọc sách")
    zalo.channel.retract(receipt, zalo.account)
    with pytest.raises(GiveUp):
        zalo.channel.do_follow_up(receipt, zalo.payload(), zalo.account, "f-1")
    assert zalo.sim.broadcasts == []


def test_lost_access_is_said_before_anything_is_sent(zalo: Any) -> None:
    receipt = zalo.published()
    zalo.sim.set_modes(refuse_all=-204)
    with pytest.raises(NeedsPerson):
        zalo.channel.do_follow_up(receipt, zalo.payload(), replace(zalo.account), "f-1")
    assert zalo.calls(SEND) == 0
