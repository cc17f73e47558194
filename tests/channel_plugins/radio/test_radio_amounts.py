"""Amounts, classes, ordinals and document symbols as they are spoken."""

import pytest

from channel_plugins.radio.spoken import speak


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("đạt 86,8% và 1.250 em", "Đạt tám mươi sáu phẩy tám phần trăm và một nghìn hai trăm năm mươi em."),
        ("đi 1,5 km", "Đi một phẩy năm ki lô mét."),
        ("1.250.000 đồng/học sinh/tháng", "Một triệu hai trăm năm mươi nghìn đồng trên học sinh trên tháng."),
        ("50k, 15tr, 1tr5, 2 tỷ", "Năm mươi nghìn, mười lăm triệu, một triệu năm trăm nghìn, hai tỷ."),
        ("500.000đ/tháng", "Năm trăm nghìn đồng trên tháng."),
        (
            "giá 25.000đ – 30.000đ/suất, 10k-15k",
            "Giá hai mươi lăm nghìn đến ba mươi nghìn đồng trên suất, mười đến mười lăm nghìn.",
        ),
        (
            "Môn Toán: 9,25đ; Văn: 8.75đ; TB: 9,0",
            "Môn Toán: chín phẩy hai năm điểm; Văn: tám phẩy bảy năm điểm; trung bình: chín phẩy không.",
        ),
        ("ủng hộ $5 và 20 USD", "Ủng hộ năm đô la và hai mươi đô la Mỹ."),
        ("2 buổi/ngày", "Hai buổi trên ngày."),
        (
            "60km/h, 5km/1h, 80km/giờ",
            "Sáu mươi ki lô mét trên giờ, năm ki lô mét trên một giờ, tám mươi ki lô mét trên giờ.",
        ),
        (
            "25°C, -5°C, 10-15°C, 37,5 độ C",
            "Hai mươi lăm độ C, âm năm độ C, mười đến mười lăm độ C, ba mươi bảy phẩy năm độ C.",
        ),
        ("diện tích >5.000m2, cách ~3km", "Diện tích hơn năm nghìn mét vuông, cách khoảng ba ki lô mét."),
        (
            "nặng 12,5kg, cao 1m05 và 1m65",
            "Nặng mười hai phẩy năm ki lô gam, cao một mét không năm và một mét sáu mươi lăm.",
        ),
        ("2-3 ngày", "Hai đến ba ngày."),
        ("trẻ 3-5 tuổi, 24 - 36 tháng", "Trẻ ba đến năm tuổi, hai mươi tư đến ba mươi sáu tháng."),
        ("tăng 5-10%", "Tăng năm đến mười phần trăm."),
        (
            "3/5 em; 12/15 em; 24/24 phòng",
            "Ba trên năm em; mười hai trên mười lăm em; hai mươi tư trên hai mươi tư phòng.",
        ),
        (
            "Vòng 1/8; 1/2 số học sinh; 2/3 diện tích",
            "Vòng một phần tám; một phần hai số học sinh; hai phần ba diện tích.",
        ),
        ("thắng đội 4B 3-1, tỷ số 2-1", "Thắng đội bốn B ba một, tỷ số hai một."),
        ("lớp 1,2,3 và khối 6,7,8", "Lớp một, hai, ba và khối sáu, bảy, tám."),
        ("12A1, lớp 5B, lớp 3C", "Mười hai A một, lớp năm B, lớp ba C."),
        ("12A1-12A5, 7A – 7D", "Mười hai A một đến mười hai A năm, bảy A đến bảy D."),
        ("lớp 4/1, lớp 10/3", "Lớp bốn một, lớp mười trên ba."),
        ("lớp 6/1, 6/2 và 6/3; lớp 5A, 5/2", "Lớp sáu một, sáu hai và sáu ba; lớp năm A, năm hai."),
        ("giấy A4, màn hình 3D, H5N1, vitamin B12", "Giấy A bốn, màn hình ba D, H năm N một, vitamin B mười hai."),
        (
            "công nghiệp 4.0, mục 2.1, tăng 2.5 lần",
            "Công nghiệp bốn chấm không, mục hai chấm một, tăng hai phẩy năm lần.",
        ),
        (
            "Mức 1.490.000 x 2 = 2.980.000",
            "Mức một triệu bốn trăm chín mươi nghìn nhân hai bằng hai triệu chín trăm tám mươi nghìn.",
        ),
        ("học kỳ II, thế kỷ XXI, hạng III, quý IV", "Học kỳ hai, thế kỷ hai mươi mốt, hạng ba, quý bốn."),
        ("lần thứ XIV, thứ 4, giải I, giải II", "Lần thứ mười bốn, thứ tư, giải một, giải hai."),
        ("phần I, II và III", "Phần một, hai và ba."),
        ("02 thư khen, 01 cờ thi đua", "Hai thư khen, một cờ thi đua."),
        ("máy tính 8GB, ổ cứng 256 GB", "Máy tính tám gi ga bai, ổ cứng hai trăm năm mươi sáu gi ga bai."),
        ("½ ngày", "Một phần hai ngày."),
    ],
)
def test_amounts(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Kế hoạch số 129/KH-MNHM ngày 13/8/2026 của Trường Mầm non Hoa Mai",
            "Kế hoạch số một trăm hai mươi chín ngày mười ba tháng tám năm hai nghìn không trăm hai mươi sáu "
            "của Trường Mầm non Hoa Mai.",
        ),
        ("Số: 331 /KH-MGSM", "Số: ba trăm ba mươi mốt."),
        (
            "Nghị định số 30/2020/NĐ-CP về công tác văn thư",
            "Nghị định số ba mươi năm hai nghìn không trăm hai mươi của Chính phủ về công tác văn thư.",
        ),
        (
            "Thông tư số 09/2024/TT-BGDĐT ban hành quy chế; Thông tư số 11-2020/TT-BGDĐT ngày 19/5/2020 của Bộ "
            "Giáo dục và Đào tạo",
            "Thông tư số chín năm hai nghìn không trăm hai mươi tư của Bộ Giáo dục và Đào tạo ban hành quy "
            "chế; Thông tư số mười một năm hai nghìn không trăm hai mươi ngày mười chín tháng năm năm hai "
            "nghìn không trăm hai mươi của Bộ Giáo dục và Đào tạo.",
        ),
        (
            "Nghị quyết số 29-NQ/TW ngày 04/11/2013 của Ban Chấp hành Trung ương",
            "Nghị quyết số hai mươi chín ngày mùng bốn tháng mười một năm hai nghìn không trăm mười ba của Ban "
            "Chấp hành Trung ương.",
        ),
        ("Luật số 43/2019/QH14", "Luật số bốn mươi ba năm hai nghìn không trăm mười chín của Quốc hội khóa mười bốn."),
        (
            "theo TT 22/2021/TT-BGDĐT, KH số 15/KH-THCS",
            "Theo thông tư số hai mươi hai năm hai nghìn không trăm hai mươi mốt của Bộ Giáo dục và Đào tạo, "
            "kế hoạch số mười lăm.",
        ),
        (
            "Theo QĐ số 123/QĐ-UBND, CV 456/SGDĐT-GDTrH, TB số 12-TB/TU",
            "Theo quyết định số một trăm hai mươi ba, công văn số bốn trăm năm mươi sáu, thông báo số mười hai.",
        ),
        (
            "Nghị quyết 29; Thông tư 22/2021; Luật Giáo dục 2019; Đề án 06",
            "Nghị quyết hai mươi chín; Thông tư số hai mươi hai năm hai nghìn không trăm hai mươi mốt; Luật "
            "Giáo dục hai nghìn không trăm mười chín; Đề án sáu.",
        ),
        (
            "Công văn số 1234/SGDĐT-GDTrH ngày 01/9/2026 v/v hướng dẫn thực hiện nhiệm vụ năm học",
            "Công văn số một nghìn hai trăm ba mươi tư ngày mùng một tháng chín năm hai nghìn không trăm hai "
            "mươi sáu về việc hướng dẫn thực hiện nhiệm vụ năm học.",
        ),
        (
            "Luật 43/2019/QH14 và Nghị quyết 29-NQ/TW",
            "Luật số bốn mươi ba năm hai nghìn không trăm mười chín của Quốc hội khóa mười bốn và Nghị quyết "
            "số hai mươi chín của Trung ương.",
        ),
        ("Văn bản hợp nhất số 03/VBHN-BGDĐT", "Văn bản hợp nhất số ba của Bộ Giáo dục và Đào tạo."),
        (
            "Thông tư liên tịch số 13/2016/TTLT-BYT-BGDĐT",
            "Thông tư liên tịch số mười ba năm hai nghìn không trăm mười sáu.",
        ),
        (
            "Căn cứ Quyết định số 2345/QĐ-BGDĐT, ngày 07/6/2026",
            "Căn cứ Quyết định số hai nghìn ba trăm bốn mươi lăm của Bộ Giáo dục và Đào tạo, ngày mùng bảy "
            "tháng sáu năm hai nghìn không trăm hai mươi sáu.",
        ),
    ],
)
def test_document_symbols(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "Điện thoại: 0277 3 851 234 - 0912.345.678 (gặp cô Lan)",
            "Điện thoại: không hai bảy bảy, ba, tám năm một, hai ba bốn, không chín một hai, ba bốn năm, sáu "
            "bảy tám, gặp cô Lan.",
        ),
        (
            "+84 912 345 678; (028) 3823 1234; 18001567",
            "Cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám; không hai tám, ba tám hai ba, một hai ba "
            "bốn; một tám không không, một năm sáu bảy.",
        ),
        (
            "Gọi 0912345678 hoặc 0912 345 678",
            "Gọi không chín một hai, ba bốn năm, sáu bảy tám hoặc không chín một hai, ba bốn năm, sáu bảy tám.",
        ),
        (
            "Tổng đài 111, gọi 113; 1900 1234",
            "Tổng đài một một một, gọi một một ba; một chín không không, một hai ba bốn.",
        ),
    ],
)
def test_telephone_numbers(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("câu 2a", "Câu hai a."),
        ("Q1/2026", "Quý một năm hai nghìn không trăm hai mươi sáu."),
        ("8/10 em đạt giải", "Tám trên mười em đạt giải."),
        ("3/5 diện tích", "Ba phần năm diện tích."),
        ("Thầy T.V.An", "Thầy T V An."),
        ("≥ 95% HS", "Ít nhất chín mươi lăm phần trăm học sinh."),
        (
            "1.234.567,89 đồng",
            "Một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy phẩy tám chín đồng.",
        ),
    ],
)
def test_amounts_in_hurried_writing(written: str, expected: str) -> None:
    assert speak(written).text == expected
