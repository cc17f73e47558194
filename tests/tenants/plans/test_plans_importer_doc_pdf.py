"""Files that need a program of their own: .doc through LibreOffice, PDF by the characters' places."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from pdf_builders import make_pdf

from tenants.plans.importer import ReadPlan, UnreadablePlan, confined, doc, pdf, read_plan

HEAD = [
    (90, 780, "UBND XÃ SUỐI MƠ"), (260, 780, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (85, 764, "TRƯỜNG MN HOA SIM"), (310, 764, "Độc lập - Tự do - Hạnh phúc"),
    (95, 744, "Số: 07/KH-MNHS"), (300, 744, "Suối Mơ, ngày 05 tháng 9 năm 2026"),
    (260, 716, "KẾ HOẠCH"),
    (190, 700, "Truyền thông năm học 2026-2027"),
]  # fmt: skip
BODY = [
    (120, 670, "I. MỤC ĐÍCH, YÊU CẦU"),
    (120, 650, "1. Mục đích: tạo sự đồng thuận của cha mẹ trẻ và cộng đồng với việc"),
    (85, 634, "chăm sóc trẻ; mỗi tháng có 02 bài viết."),
    (120, 614, "II. TỔ CHỨC THỰC HIỆN"),
    (120, 594, "1. Tổ chuyên môn"),
    (120, 574, "- Viết bài."),
]
FOOT = [
    (320, 546, "HIỆU TRƯỞNG"),
    (85, 540, "Nơi nhận:"),
    (85, 526, "- UBND xã Suối Mơ;"),
    (85, 512, "- Lưu: VT."),
    (318, 460, "Lê Thị Minh Họa"),
]


def refusal(data: bytes) -> UnreadablePlan:
    with pytest.raises(UnreadablePlan) as caught:
        read_plan(data, "ke-hoach")
    assert "Đề nghị" in caught.value.sentence and "nguyên vẹn" in caught.value.sentence
    return caught.value


def test_the_columns_of_a_pdf_are_read_one_after_the_other_and_wraps_are_undone() -> None:
    plan = read_plan(make_pdf([HEAD + BODY + FOOT]), "ke-hoach.pdf")
    assert (plan.number, plan.symbol, plan.place) == ("07", "KH-MNHS", "Suối Mơ")
    assert (plan.issuer, plan.issuer_parent) == ("TRƯỜNG MN HOA SIM", "UBND XÃ SUỐI MƠ")
    assert plan.title == "Truyền thông năm học 2026-2027"
    assert plan.recipients == ["UBND xã Suối Mơ", "Lưu: VT"]
    assert plan.signer.as_dict() == {"title": "HIỆU TRƯỞNG", "name": "Lê Thị Minh Họa"}
    purpose = plan.nodes[0].children[0]
    assert purpose.text.endswith("với việc chăm sóc trẻ; mỗi tháng có 02 bài viết.")
    assert [node.label for node in plan.walk()] == ["I", "1", "II", "1", "-"]


def test_a_paragraph_goes_on_over_the_page_and_page_numbers_are_left_out() -> None:
    first = [
        *HEAD,
        (120, 90, "I. NỘI DUNG"),
        (120, 70, "1. Tuyên truyền về nuôi dưỡng, chăm sóc sức khỏe cho trẻ và bảo"),
    ]
    second = [(300, 810, "2"), (85, 760, "đảm an toàn ở trường."), (120, 740, "2. Mục hai."), *FOOT]
    texts = [node.text for node in read_plan(make_pdf([first, second]), "a.pdf").walk()]
    assert texts[1].endswith("và bảo đảm an toàn ở trường.")
    assert "2" not in texts


def test_a_new_section_at_the_top_of_a_page_stays_one_where_every_paragraph_fits_on_a_row() -> None:
    full = "1. Tuyên truyền về nuôi dưỡng, chăm sóc sức khỏe cho trẻ và bảo vệ."
    first = [*HEAD, (120, 110, "I. NỘI DUNG"), (120, 90, full), (120, 70, full.replace("1.", "2.", 1))]
    second = [(120, 760, "II. TỔ CHỨC THỰC HIỆN, KIỂM TRA VÀ ĐÁNH GIÁ"), (120, 740, "1. Tổ chuyên môn."), *FOOT]
    labels = [node.label for node in read_plan(make_pdf([first, second]), "a.pdf").walk()]
    assert labels == ["I", "1", "2", "II", "1"]


def test_a_scan_and_a_locked_and_a_broken_pdf_are_told_apart() -> None:
    assert refusal(make_pdf([[]])).code == "pdf-scan"
    assert refusal(b"%PDF-1.7\n" + b"\x00" * 300).code == "pdf-broken"
    whole = make_pdf([HEAD + BODY + FOOT])
    assert refusal(
        whole.replace(b"/Root", b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <00> /U <00> >> /Root")
    ).code in {
        "pdf-locked",
        "pdf-broken",
    }


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert refusal(make_pdf([[(90, 700, "KẾ HOẠCH")]] * 301)).code == "too-long"


def test_pages_that_contain_themselves_end(monkeypatch: pytest.MonkeyPatch) -> None:
    looping = make_pdf([HEAD]).replace(b"/Kids [", b"/Kids [2 0 R ")
    started = time.monotonic()
    try:
        read_plan(looping, "a.pdf")
    except UnreadablePlan as error:
        assert error.code in {"pdf-broken", "too-long", "too-slow"}
    assert time.monotonic() - started < pdf.SECONDS


def program(folder: Path, text: str, name: str = "soffice") -> None:
    """A stand-in for LibreOffice on the search path."""
    target = folder / name
    target.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    target.chmod(target.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs searched before all others."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
SAMPLE = Path(__file__).with_name("importer_samples") / "mam-non.doc"


def test_without_a_converter_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = refusal(OLE)
    assert found.code == "doc-format"
    assert ".docx" in found.sentence and "LibreOffice" in found.sentence


def test_a_doc_is_read_with_its_numbering_where_the_converter_is_there() -> None:
    if doc.converter() is None:
        assert refusal(SAMPLE.read_bytes()).code == "doc-format"
        return
    plan = read_plan(SAMPLE.read_bytes(), "mam-non.doc")
    assert (plan.number, plan.symbol) == ("07", "KH-MNHS")
    assert [node.label for node in plan.nodes] == ["I", "II", ""]
    assert plan.signer.name == "Lê Thị Minh Họa"


def test_what_a_converter_sees_is_its_own_folder_and_no_macros(machine: Path) -> None:
    docx = Path(__file__).parents[3] / "examples" / "plans" / "ke-hoach-thcs-doi-thong.docx"
    program(
        machine,
        'case "$HOME" in */loa-doc-*) ;; *) exit 9;; esac\n'
        '[ "$(pwd -P)" = "$(cd "$HOME" && pwd -P)" ] || exit 8\n'
        "grep -q DisableMacrosExecution profile/user/registrymodifications.xcu || exit 7\n"
        '[ -z "$LOA_SECRET_KEY" ] || exit 6\n'
        f'cp "{docx}" plan.docx',
    )
    plan = read_plan(OLE, "cu.doc")
    assert isinstance(plan, ReadPlan) and plan.number == "52"


def test_a_converter_that_fails_or_hangs_is_told_and_ended(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "exit 1")
    assert refusal(OLE).code == "broken-file"
    program(machine, "exit 0")
    assert refusal(OLE).code == "broken-file"
    monkeypatch.setattr(doc, "SECONDS", 1)
    program(machine, f'sleep 300 & echo $! > "{machine}/child"; sleep 300')
    started = time.monotonic()
    assert refusal(OLE).code == "too-slow"
    assert time.monotonic() - started < 30
    child = int((machine / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] in "ZX"


def test_a_program_that_takes_all_memory_or_disk_ends_alone(tmp_path: Path) -> None:
    hungry = ["python3", "-c", "x = bytearray(3_000_000_000)"]
    with pytest.raises(confined.Failed):
        confined.run(hungry, tmp_path, seconds=20, memory=1_000_000_000)
    writer = ["python3", "-c", "open('a', 'wb').write(bytes(3_000_000))"]
    with pytest.raises(confined.Failed):
        confined.run(writer, tmp_path, seconds=20, memory=1_000_000_000, disk=1_000_000)
