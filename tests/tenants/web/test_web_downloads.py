"""Files whose names carry Vietnamese letters."""

from __future__ import annotations

from werkzeug.http import parse_options_header

from tenants.web.downloads import attachment


def test_a_vietnamese_name_fits_into_the_header_and_arrives_whole() -> None:
    header = attachment(b"x", "text/plain", "05-KH-THĐĐ: Đồi Chè.docx").headers["Content-Disposition"]
    header.encode("latin-1")
    assert parse_options_header(header)[1]["filename"] == "05-KH-THĐĐ: Đồi Chè.docx"
    assert 'filename="05-KH-THDD: Doi Che.docx"' in header


def test_a_plain_name_is_said_once() -> None:
    header = attachment(b"x", "text/plain", "ke-hoach.docx").headers["Content-Disposition"]
    assert header == "attachment; filename=ke-hoach.docx"


def test_a_name_with_line_ends_and_quotes_stays_one_name() -> None:
    header = attachment(b"x", "text/plain", 'a"\r\nb.docx').headers["Content-Disposition"]
    assert parse_options_header(header)[1]["filename"] == 'a"  b.docx'
