"""The files a person takes: a Word script with its cover sheet, and plain text for a speech engine."""

import io
import unicodedata

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from channel_plugins import Payload
from channel_plugins.radio.channel import RadioChannel
from channel_plugins.testing import sample_account, sample_post

RADIO = RadioChannel()
ACCOUNT = sample_account(RADIO, {"station": "Đài Truyền thanh xã Tân An", "reader": "Lê Thị Đọc"})
PAYLOAD = RADIO.render(sample_post(), ACCOUNT)
WORD, TEXT = RADIO.files(PAYLOAD)


def test_both_files_have_names_that_work_everywhere() -> None:
    assert WORD.filename == "20260905_truong-thcs-hoa-mai_bai-17-r3.docx"
    assert TEXT.filename == "20260905_truong-thcs-hoa-mai_bai-17-r3.txt"
    assert WORD.content_type.endswith("wordprocessingml.document")
    assert TEXT.content_type == "text/plain; charset=utf-8"


def test_the_text_is_ready_for_a_speech_engine() -> None:
    text = TEXT.data.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert not any(c.isdigit() for c in text)
    assert "THCS" not in text
    assert "NHẠC" not in text
    assert text.count("\n") == len([line for line in PAYLOAD.data["lines"] if line["text"]])


def test_the_same_payload_gives_the_same_bytes() -> None:
    again = RADIO.files(Payload.from_json(PAYLOAD.to_json()))
    assert [item.data for item in again] == [WORD.data, TEXT.data]


def test_the_cover_sheet_names_the_bulletin_and_leaves_room_for_the_commune() -> None:
    document = Document(io.BytesIO(WORD.data))
    cover = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert cover["Đài"] == "Đài Truyền thanh xã Tân An"
    assert cover["Đơn vị gửi"] == "Trường THCS Hoa Mai"
    assert cover["Tên bản tin"] == "Khai giảng năm học mới"
    assert cover["Thời lượng dự kiến"].startswith("khoảng ")
    assert set(cover["Đề nghị phát ngày, giờ"]) == {"."}
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert "Ý KIẾN PHÊ DUYỆT CỦA ỦY BAN NHÂN DÂN XÃ" in lines
    for label in ("Họ và tên", "Chức vụ", "Ngày duyệt", "Chữ ký"):
        assert any(line.startswith(f"{label}: ....") for line in lines)


def test_the_script_has_two_columns_with_running_time() -> None:
    table = Document(io.BytesIO(WORD.data)).tables[1]
    rows = [(row.cells[0].text, row.cells[1].text) for row in table.rows]
    assert rows[0] == ("Hiệu lệnh", "Lời đọc")
    assert rows[1] == ("NHẠC HIỆU\n0 giây", "(10 giây)")
    assert rows[2][0] == "PHÁT THANH VIÊN\n10 giây"
    assert [text for _, text in rows[2:-1]] == [line["text"] for line in PAYLOAD.data["lines"] if line["text"]]


def test_the_script_is_large_and_airy_and_breaks_no_sentence() -> None:
    document = Document(io.BytesIO(WORD.data))
    style = document.styles["Normal"]
    assert style.font.size is not None
    assert style.font.size >= Pt(14)
    assert style.paragraph_format.line_spacing == 1.5
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in document.tables[1].rows)
    assert abs(document.sections[0].page_width - Mm(210)) < Mm(0.1)
