"""Dates and clock times as they are spoken."""

import pytest

from channel_plugins.radio.spoken import speak


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ngày 20/11", "Ngày hai mươi tháng mười một."),
        ("05/9/2026", "Ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("Khai giảng 5/9", "Khai giảng ngày mùng năm tháng chín."),
        ("ngày 5 tháng 9 năm 2026", "Ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("mùng 5/9", "Mùng năm tháng chín."),
        ("mồng 10 tháng 3", "Mồng mười tháng ba."),
        ("ngày 02-9-2026", "Ngày mùng hai tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("28.9.2026", "Ngày hai mươi tám tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("20/11/26", "Ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu."),
        ("31/4 không có", "Ba mươi mốt trên bốn không có."),
        (
            "từ 20-25/11/2026",
            "Từ ngày hai mươi đến ngày hai mươi lăm tháng mười một năm hai nghìn không trăm hai mươi sáu.",
        ),
        ("từ 01/9 - 15/9", "Từ ngày mùng một tháng chín đến ngày mười lăm tháng chín."),
        (
            "20/11/2025 – 20/11/2026",
            "Ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi lăm đến ngày hai mươi tháng mười một "
            "năm hai nghìn không trăm hai mươi sáu.",
        ),
        ("các ngày 20, 21/11", "Các ngày hai mươi, ngày hai mươi mốt tháng mười một."),
        ("ngày 20-25 tháng 11", "Ngày hai mươi đến ngày hai mươi lăm tháng mười một."),
        ("sáng thứ 4", "Sáng thứ tư."),
        ("thứ 2, 4, 6", "Thứ hai, tư, sáu."),
        ("Thứ 7 và Chủ nhật", "Thứ bảy và Chủ nhật."),
        ("lần thứ 1", "Lần thứ nhất."),
        ("tháng 4", "Tháng tư."),
        ("tháng 9/2026", "Tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("09/2026", "Tháng chín năm hai nghìn không trăm hai mươi sáu."),
        ("tháng 10-12/2026", "Tháng mười đến tháng mười hai năm hai nghìn không trăm hai mươi sáu."),
        ("quý IV/2026", "Quý bốn năm hai nghìn không trăm hai mươi sáu."),
        ("2025-2026", "Năm học hai nghìn không trăm hai mươi lăm, hai nghìn không trăm hai mươi sáu."),
        ("năm học 2026 – 2027", "Năm học hai nghìn không trăm hai mươi sáu, hai nghìn không trăm hai mươi bảy."),
        ("niên khóa 2022-2026", "Niên khóa hai nghìn không trăm hai mươi hai đến hai nghìn không trăm hai mươi sáu."),
        ("giai đoạn 2021-2025", "Giai đoạn hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm."),
        ("từ năm 2020-2021", "Từ năm hai nghìn không trăm hai mươi đến hai nghìn không trăm hai mươi mốt."),
        ("ngày 2 buổi", "Ngày hai buổi."),
        ("hạn ngày 5 hằng tháng", "Hạn ngày mùng năm hằng tháng."),
        ("3/4 học sinh", "Ba phần tư học sinh."),
        ("ngày 3/4 học sinh nghỉ", "Ngày mùng ba tháng tư học sinh nghỉ."),
        ("nhân dịp 1/6", "Nhân dịp ngày mùng một tháng sáu."),
        ("2/9 trường nghỉ", "Ngày mùng hai tháng chín trường nghỉ."),
        ("số 12/5 đường Trần Phú", "Số mười hai trên năm đường Trần Phú."),
        (
            "ngày 05.09.2026 và 01-09-2026",
            "Ngày mùng năm tháng chín năm hai nghìn không trăm hai mươi sáu và ngày mùng một tháng chín năm hai "
            "nghìn không trăm hai mươi sáu.",
        ),
        ("dịp 26-3, 8-3", "Dịp ngày hai mươi sáu tháng ba, ngày mùng tám tháng ba."),
        ("lễ 30/4-1/5", "Lễ ngày ba mươi tháng tư đến ngày mùng một tháng năm."),
        ("Vòng 1/8 diễn ra", "Vòng một phần tám diễn ra."),
        ("kết quả 9/10 điểm", "Kết quả chín trên mười điểm."),
        ("1/2 ngày", "Một phần hai ngày."),
    ],
)
def test_dates_and_periods(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("7h30", "Bảy giờ ba mươi phút."),
        ("7h", "Bảy giờ."),
        ("07h00", "Bảy giờ."),
        ("7g15", "Bảy giờ mười lăm phút."),
        ("19:30", "Mười chín giờ ba mươi phút."),
        ("7 giờ 30", "Bảy giờ ba mươi phút."),
        ("1 giờ 30 phút", "Một giờ ba mươi phút."),
        ("7h30-9h00", "Bảy giờ ba mươi phút đến chín giờ."),
        ("7-9h", "Bảy giờ đến chín giờ."),
        ("8h00 - 10h30 ngày 5/9", "Tám giờ đến mười giờ ba mươi phút ngày mùng năm tháng chín."),
        ("90'", "Chín mươi phút."),
        ("trực 24/7", "Trực hai mươi tư trên bảy."),
        ("tỷ số 2:1", "Tỷ số hai một."),
        (
            "Thời gian: 7h00-11h30 các ngày 20, 21/11/2026 (Thứ 6, Thứ 7)",
            "Thời gian: bảy giờ đến mười một giờ ba mươi phút các ngày hai mươi, ngày hai mươi mốt tháng mười "
            "một năm hai nghìn không trăm hai mươi sáu, Thứ sáu, Thứ bảy.",
        ),
        (
            "12 giờ đêm 31/12, 0h ngày 01/01/2027",
            "Mười hai giờ đêm ngày ba mươi mốt tháng mười hai, không giờ ngày mùng một tháng một năm hai nghìn "
            "không trăm hai mươi bảy.",
        ),
        (
            "vào 14h00' ngày 15/10/2026",
            "Vào mười bốn giờ ngày mười lăm tháng mười năm hai nghìn không trăm hai mươi sáu.",
        ),
        ("Hà 7:30, 8:45", "Hà bảy giờ ba mươi phút, tám giờ bốn mươi lăm phút."),
    ],
)
def test_clock_times(written: str, expected: str) -> None:
    assert speak(written).text == expected
