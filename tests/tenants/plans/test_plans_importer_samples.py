"""Whole plans of many makers, compared with what a person reads in them."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest

from tenants.plans.importer import ReadPlan, read_plan, read_plan_text
from tenants.plans.importer.check import compare

ROOT = Path(__file__).parents[3]
SAMPLES = sorted(
    path
    for folder in (ROOT / "examples" / "plans", Path(__file__).with_name("importer_samples"))
    for path in folder.iterdir()
    if path.suffix in {".txt", ".docx", ".pdf"}
)
SHARED = Path(os.environ.get("LOA_SHARED") or ROOT.parent / "shared") / "plans"


def real_plan(name: str) -> ReadPlan | None:
    """A real plan, when the folder of real plans is there."""
    path = SHARED / name
    return read_plan(path.read_bytes(), name) if path.exists() else None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_field_of_a_sample_is_read_as_a_person_reads_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    read = read_plan(path.read_bytes(), path.name).as_dict()
    wrong = {score.field: score.differences for score in compare(read, expected) if score.right != score.total}
    assert wrong == {}
    assert list(read) == list(expected)


def test_spaces_line_ends_and_unicode_forms_of_a_copy_change_nothing() -> None:
    text = (ROOT / "examples" / "plans" / "ke-hoach-phuong-an-hoa.txt").read_text(encoding="utf-8")
    plain = read_plan_text(text).as_dict()
    disguised = unicodedata.normalize("NFD", text).replace(" của ", "\u00a0của\u200b ").replace("\n", "\r\n")
    assert read_plan(b"\xef\xbb\xbf" + disguised.encode(), "a.txt").as_dict() == plain
    assert read_plan(b"\xff\xfe" + text.encode("utf-16-le"), "a.txt").as_dict() == plain
    assert read_plan_text(text.replace(" " * 14, "\t")).as_dict() == plain


def test_nothing_printed_in_a_body_is_lost() -> None:
    for path in SAMPLES:
        plan = read_plan(path.read_bytes(), path.name)
        kept = " ".join([plan.introduction or "", *(f"{node.label} {node.text}" for node in plan.walk())])
        words = set(kept.split())
        for node in plan.walk():
            first, last = node.lines
            assert 1 <= first <= last <= plan.source_text.count("\n") + 1
            printed = " ".join(plan.source_text.split("\n")[first - 1 : last]).split()
            assert [
                word for word in printed if word not in words and any(map(str.isalpha, word)) and len(word) > 6
            ] == []


def test_the_kindergarten_plan_with_markdown_stars_and_a_page_break() -> None:
    plan = real_plan("000_390c0234ac9202f4.txt")
    if plan is None:
        return
    assert (plan.number, plan.symbol, plan.place) == ("331", "KH-MGLH", "Long Hậu")
    assert plan.as_dict()["date"] == "2024-09-26"
    assert plan.title == "Truyền thông về giáo dục mầm non năm 2024"
    assert plan.issuer == "Trường Mẫu giáo Long Hậu"
    assert plan.recipients == ["Phòng GD&ĐT", "Lưu: VT"]
    assert plan.signer.as_dict() == {"title": "HIỆU TRƯỞNG", "name": "Nguyễn Thị Thúy Diệu"}
    circulars = [citation for citation in plan.citations if citation.type == "Thông tư"]
    assert [(item.number, item.symbol) for item in circulars] == [("09/2024", "TT-BGDĐT"), ("11/2020", "TT-BGDĐT")]
    leaders = plan.nodes[2].children[0]
    assert leaders.owners == ["Ban giám hiệu"] and len(leaders.children) == 5
    assert "kết quả thực hiện nhiệm vụ năm học" in leaders.children[2].text
    expected = {"period-differs", "issuer-name-differs", "symbol-normalised", "spelling"}
    assert {warning.code for warning in plan.warnings} == expected


def test_the_office_plan_with_every_line_broken_and_doubled() -> None:
    plan = real_plan("003_762ef73121fcdda9.txt")
    if plan is None:
        return
    assert plan.title == "Thực hiện công tác truyền thông năm 2020 đối với giáo dục mầm non"
    assert plan.issuer == "Phòng Giáo dục và Đào tạo"
    assert [citation.symbol for citation in plan.citations] == ["KH-PGDĐT", "NĐ-CP"]
    assert plan.citations[0].subject == "tổ chức thực hiện công tác truyền thông năm 2020 đối với giáo dục mầm non"
    assert [len(node.children) for node in plan.nodes] == [2, 2, 1, 0]
    tasks = plan.nodes[2].children[0].children
    assert [node.kind for node in tasks] == ["quota", "task", "task"]
    assert all(node.text.endswith(".") for node in tasks)
    assert plan.recipients[-1] == "Lưu: VT, Ng.O (01b)" and len(plan.recipients) == 4
    assert plan.signer.as_dict() == {"title": "TRƯỞNG PHÒNG", "name": "Phạm Văn Khanh"}
    assert "symbol-issuer-mismatch" in {warning.code for warning in plan.warnings}


def test_the_primary_school_plan_with_owners_of_every_topic() -> None:
    plan = real_plan("004_8ede660ee6ea0996.txt")
    if plan is None:
        return
    topics = [node for node in plan.nodes[1].children if node.label]
    assert [node.label for node in topics] == [str(number) for number in range(1, 10)]
    assert topics[0].owners == ["bộ phận chuyên môn"]
    assert topics[1].owners == ["BGH", "tổ trưởng chuyên môn", "BCH Công đoàn"]
    assert topics[4].owners == ["Hiệu trưởng", "kế toán", "GVCN"]
    assert all(node.owners for node in topics)
    assert plan.nodes[2].children[3].owners == ["Đoàn thanh niên", "Tổng phụ trách"]
    assert [node.label for node in plan.nodes[0].children[0].children] == ["1.1", "1.2", "1.3"]
    assert plan.signer.as_dict() == {"title": "HIỆU TRƯỞNG", "name": None}
    assert {"missing-signer", "missing-number", "period-differs"} <= {warning.code for warning in plan.warnings}
