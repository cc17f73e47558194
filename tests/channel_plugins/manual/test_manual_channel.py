"""Assisted posting: the words, the sheet, the archive, and what waits for a person."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from docx import Document
from docx.shared import Mm

from channel_plugins.conformance import ChannelConformance
from channel_plugins.errors import GiveUp
from channel_plugins.manual.channel import ManualChannel
from channel_plugins.testing import PICTURE, FakeHost, sample_account, sample_media, sample_post
from channel_plugins.types import Account, Payload, Post

CHANNEL = ManualChannel()
LONG = "Sáng nay thầy và trò cùng trồng cây trong vườn trường. " * 60


class TestManual(ChannelConformance):
    def make_channel(self) -> ManualChannel:
        return ManualChannel()


def account(**raw: object) -> Account:
    return sample_account(CHANNEL, {"place": "Nhóm Zalo lớp 5A", **raw})


def pasted(post: Post, **raw: object) -> str:
    return str(CHANNEL.render(post, account(**raw)).data["text"])


def test_short_text_is_pasted_whole_with_greeting_link_and_sender() -> None:
    post = sample_post()
    lines = pasted(post).split("\n\n")
    assert lines[0] == "Kính gửi quý cha mẹ học sinh," and lines[1] == post.title
    assert lines[-2:] == [f"Xem đầy đủ: {post.canonical_url}", post.unit_name]
    assert post.body_text in pasted(post)


@pytest.mark.parametrize("longest", [200, 400, 5000])
def test_long_text_is_cut_at_a_word_and_keeps_the_link(longest: int) -> None:
    post = sample_post(body_text=LONG, summary="")
    words = pasted(post, longest=longest)
    assert len(words) <= longest
    assert post.canonical_url in words and words.endswith(post.unit_name)
    if longest < 5000:
        assert "…" in words


def test_summary_stands_for_a_text_that_does_not_fit() -> None:
    assert "Trồng cây cùng thầy cô." in pasted(sample_post(body_text=LONG, summary="Trồng cây cùng thầy cô."))


def test_tone_and_link_are_the_units_choice() -> None:
    words = pasted(sample_post(), tone="plain", with_link=False)
    assert "Kính gửi" not in words and "http" not in words


def test_board_is_previewed_as_its_sheet_and_a_group_as_its_words() -> None:
    board = CHANNEL.preview(CHANNEL.render(sample_post(), account(kind="notice_board", poster="Bác Páo")))
    group = CHANNEL.preview(CHANNEL.render(sample_post(), account()))
    assert (board.kind, group.kind) == ("html", "text")
    assert "Người đăng: Bác Páo." in board.notes


def kit(payload: Payload, host: FakeHost) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(CHANNEL.kit(payload, host)[-1].data))


def test_kit_holds_the_words_the_sheet_and_the_pictures_in_order() -> None:
    media = (sample_media("b"), sample_media("a", content_type="image/png"), sample_media("gone"))
    payload = CHANNEL.render(sample_post(media=media), account())
    found = kit(payload, FakeHost({"a": b"hai", "b": PICTURE}))
    assert found.namelist() == ["1-loi-dang.txt", "2-ban-in-a4.docx", "3-anh-01.jpg", "3-anh-02.png"]
    assert (found.read("3-anh-01.jpg"), found.read("3-anh-02.png")) == (PICTURE, b"hai")


def test_sheet_is_a4_with_large_letters() -> None:
    payload = CHANNEL.render(sample_post(), account())
    document = Document(io.BytesIO(CHANNEL.files(payload)[1].data))
    assert abs(document.sections[0].page_width - Mm(210)) < Mm(0.1)
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert sample_post().title in texts and "TRƯỜNG THCS HOA MAI" in texts
    assert document.styles["Normal"].font.size.pt >= 16  # type: ignore[union-attr]


def test_receipt_says_until_when_and_nothing_is_posted_by_the_program() -> None:
    receipt = CHANNEL.publish(CHANNEL.render(sample_post(), account(due_hours=5)), "k-1", account(), FakeHost())
    assert (receipt.due, receipt.url, CHANNEL.info.confirmed_by) == (timedelta(hours=5), None, "person")
    with pytest.raises(GiveUp, match="gỡ"):
        CHANNEL.retract(receipt, account())
