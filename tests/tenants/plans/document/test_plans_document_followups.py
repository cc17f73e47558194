"""The documents that follow an issued plan, worded from the difference of two versions."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from plan_documents import BEFORE, CHANGED, FIELDS, ITEMS, LEGAL, LONGER, SHORTER, with_items

from tenants.plans.document import (
    FOLLOW_UPS,
    DocumentNode,
    document_for,
    notation_for,
    write_docx,
    write_html,
    write_text,
)
from tenants.plans.document.followups import changes_between


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_each_names_the_plan_it_follows_in_the_legal_form(kind: str) -> None:
    text = write_text(document_for(kind, BEFORE, CHANGED, FIELDS))  # type: ignore[arg-type]
    assert (LEGAL if kind != "correct" else "Kế hoạch số 07/KH-MNHS về truyền thông năm học 2026-2027") in text
    assert "Số: 15/" in text and "Suối Mơ, ngày 09 tháng 01 năm 2027" in text
    assert "Lê Thị Minh Họa" in text and "- Lưu: VT." in text


def test_an_adjustment_is_a_plan_that_quotes_the_new_words_at_their_place() -> None:
    document = document_for("adjust", BEFORE, CHANGED, FIELDS)
    assert document.type_name == "KẾ HOẠCH" and document.subject == f"Điều chỉnh {LEGAL}"
    text = write_text(document)
    assert f"Căn cứ {LEGAL}." in text
    assert "Sửa đổi điểm a khoản 1 mục II như sau:" in text and "“a) Đăng tin trên trang và Zalo.”" in text
    assert "Phát thanh" not in text
    assert "Để phù hợp với học kỳ II, Trường Mầm non Hoa Sim điều chỉnh" in text


def test_a_supplement_says_behind_which_item_the_new_one_stands() -> None:
    document = document_for("supplement", BEFORE, LONGER, FIELDS)
    assert document.subject.startswith("Bổ sung Kế hoạch số 07/KH-MNHS")
    assert "Bổ sung điểm c khoản 1 mục II vào sau điểm b khoản 1 mục II như sau:" in write_text(document)


def test_a_new_item_stands_behind_its_elder_sibling_and_not_behind_what_stands_below_that() -> None:
    section = BEFORE.nodes[1]
    second = DocumentNode("2", "Thời gian", "Cả năm học.", key="k2")
    after = replace(BEFORE, nodes=(BEFORE.nodes[0], replace(section, children=(*section.children, second))))
    assert "Bổ sung khoản 2 mục II vào sau khoản 1 mục II như sau:" in write_text(
        document_for("supplement", BEFORE, after, FIELDS)
    )
    first = with_items(DocumentNode("a", text="Loa phường.", key="z1"), *ITEMS)
    assert "Bổ sung điểm a khoản 1 mục II như sau:" in write_text(document_for("supplement", BEFORE, first, FIELDS))


def test_what_was_taken_out_is_named_and_numbers_that_moved_on_are_not() -> None:
    assert [(change.kind, change.where) for change in changes_between(BEFORE, SHORTER)] == [
        ("removed", "điểm a khoản 1 mục II")
    ]
    assert "Bỏ điểm a khoản 1 mục II: “a) Đăng tin trên trang của trường.”" in write_text(
        document_for("adjust", BEFORE, SHORTER, FIELDS)
    )


def test_a_new_section_is_quoted_once_with_all_that_stands_in_it() -> None:
    section = DocumentNode("III", "KINH PHÍ", children=(DocumentNode("1", text="Nguồn thu.", key="n1"),), key="s3")
    changes = list(changes_between(BEFORE, replace(BEFORE, nodes=(*BEFORE.nodes, section))))
    assert [(change.kind, change.where) for change in changes] == [("added", "mục III")]
    assert changes[0].after.split("\n") == ["III. KINH PHÍ", "1. Nguồn thu."]


def test_a_replacement_is_the_whole_plan_and_says_what_it_replaces() -> None:
    text = write_text(document_for("replace", BEFORE, CHANGED, FIELDS))
    assert "b) Phát thanh học đường." in text and f"Kế hoạch này thay thế {LEGAL}." in text


def test_a_correction_is_a_letter_without_type() -> None:
    fields = replace(FIELDS, notation=notation_for("correct", "KH-MNHS"), reason="")
    document = document_for("correct", BEFORE, CHANGED, fields)
    text = write_text(document)
    assert "Số: 15/MNHS\nV/v đính chính Kế hoạch số 07/KH-MNHS" in text
    assert "Kính gửi:\n- UBND xã Suối Mơ;\n- Các tổ chuyên môn." in text
    assert "KẾ HOẠCH\n" not in text
    assert "Nơi nhận:\n- Như trên;\n- Lưu: VT." in text
    assert "đã in: “a) Đăng tin trên trang của trường.”, nay đính chính là: “a) Đăng tin trên trang và Zalo.”" in text


def test_a_withdrawal_is_a_notice_that_tells_receivers_what_to_do() -> None:
    document = document_for("revoke", BEFORE, None, replace(FIELDS, notation=notation_for("revoke", "KH-MNHS")))
    assert (document.type_name, document.notation) == ("THÔNG BÁO", "TB-MNHS")
    text = write_text(document)
    assert "Kể từ ngày 09/01/2027" in text and "hủy bản điện tử" in text


def test_nothing_to_say_is_refused() -> None:
    for kind in ("adjust", "supplement", "correct"):
        with pytest.raises(ValueError, match="nothing differs"):
            document_for(kind, BEFORE, BEFORE, FIELDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_word_and_html_print_the_same_words(kind: str) -> None:
    document = document_for(kind, BEFORE, CHANGED, FIELDS)  # type: ignore[arg-type]
    word = Document(io.BytesIO(write_docx(document)))
    printed = [p.text for p in word.paragraphs] + [
        p.text for table in word.tables for row in table.rows for cell in row.cells for p in cell.paragraphs
    ]
    html = write_html(document)
    for line in filter(None, printed):
        assert line in html
