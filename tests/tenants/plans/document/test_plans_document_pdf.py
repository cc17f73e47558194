"""The HTML and PDF of a plan: the measures of NĐ 30/2020, and nothing a text could smuggle in."""

from __future__ import annotations

import datetime as dt

import pytest

from tenants.plans.document import DocumentNode, PlanDocument, pdf, write_html
from tenants.plans.importer.pdf import extract_pages

PLAN = PlanDocument(
    managing_unit="UBND xã Suối Mơ",
    issuing_unit="Trường Mầm non Hoa Sim",
    number="7",
    notation="KH-MNHS",
    place="Suối Mơ",
    issued_on=dt.date(2026, 9, 5),
    subject="Truyền thông <script>alert(1)</script> & năm học",
    nodes=tuple(DocumentNode(str(at), text=f"Nội dung thứ {at} " + "dài thêm " * 40) for at in range(1, 16)),
    recipients=("Lưu: VT",),
    signer_title="HIỆU TRƯỞNG",
    signer_name="Lê Thị Minh Họa",
)
MM = 72 / 25.4


def test_the_page_has_the_decrees_margins_and_escapes_what_it_prints() -> None:
    html = write_html(PLAN)
    assert "size: 210mm 297mm" in html and "margin: 20mm 15mm 20mm 30mm" in html
    assert "text-indent: 12.7mm; margin: 0 0 6pt" in html
    assert "<script" not in html and "&lt;script&gt;" in html


def test_a_pdf_keeps_the_measures_in_millimetres_and_points(monkeypatch: pytest.MonkeyPatch) -> None:
    if not pdf.available():
        with pytest.raises(pdf.PdfUnavailable):
            pdf.write_pdf(PLAN)
        return
    pages = extract_pages(pdf.write_pdf(PLAN))
    assert len(pages) > 1
    assert abs(pages[0]["width"] - 210 * MM) < 1 and abs(pages[0]["height"] - 297 * MM) < 1
    body = [char for page in pages for char in page["characters"] if round(char[4]) == 14 and char[0].strip()]
    assert abs(min(char[1] for char in body) - 30 * MM) < 2
    assert max(char[2] for char in body) < (210 - 15) * MM + 1
    assert min(char[3] for char in body) > 20 * MM - 1
    tops = ["".join(char[0] for char in page["characters"] if char[3] > 277 * MM) for page in pages]
    assert [text.strip() for text in tops] == ["", *(str(number) for number in range(2, len(pages) + 1))]


def test_without_the_library_the_refusal_is_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_weasyprint", lambda: None)
    assert pdf.available() is False
    with pytest.raises(pdf.PdfUnavailable):
        pdf.write_pdf(PLAN)
