"""Abbreviations, capitals and what nobody knows."""

import pytest

from channel_plugins.radio.spoken import SpeechOptions, speak


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "UBND xã, HĐND xã và Sở GDĐT phối hợp",
            "Ủy ban nhân dân xã, Hội đồng nhân dân xã và Sở Giáo dục và Đào tạo phối hợp.",
        ),
        (
            "Bộ GD-ĐT, Bộ GD&ĐT, ngành GD và ĐT, PGDĐT",
            "Bộ Giáo dục và Đào tạo, Bộ Giáo dục và Đào tạo, ngành Giáo dục và Đào tạo, Phòng Giáo dục và Đào tạo.",
        ),
        ("phòng VH-XH, KT-XH, CNH-HĐH", "Phòng Văn hóa Xã hội, kinh tế xã hội, công nghiệp hóa, hiện đại hóa."),
        (
            "MTTQ, UBMTTQVN, BTV Huyện ủy, BCH, BCĐ",
            "Mặt trận Tổ quốc, Ủy ban Mặt trận Tổ quốc Việt Nam, Ban Thường vụ Huyện ủy, Ban Chấp hành, Ban Chỉ đạo.",
        ),
        ("BGH, HĐT, HĐSP, BĐDCMHS", "Ban giám hiệu, Hội đồng trường, Hội đồng sư phạm, Ban đại diện cha mẹ học sinh."),
        (
            "MN, MG, THCS, THPT, TH&THCS, TH-THCS",
            "Mầm non, mẫu giáo, trung học cơ sở, trung học phổ thông, tiểu học và trung học cơ sở, tiểu học và "
            "trung học cơ sở.",
        ),
        (
            "PTDTNT, PTDTBT, GDNN-GDTX",
            "Phổ thông dân tộc nội trú, phổ thông dân tộc bán trú, giáo dục nghề nghiệp, giáo dục thường xuyên.",
        ),
        (
            "GDMN, GDTH, GDTrH, GDPT, CTGDPT 2018",
            "Giáo dục mầm non, giáo dục tiểu học, giáo dục trung học, giáo dục phổ thông, Chương trình giáo "
            "dục phổ thông hai nghìn không trăm mười tám.",
        ),
        (
            "CBQL, CBGVNV, CB-GV-NV, CBGVCNV",
            "Cán bộ quản lý, cán bộ, giáo viên, nhân viên, cán bộ, giáo viên, nhân viên, cán bộ, giáo viên, công "
            "nhân viên.",
        ),
        (
            "GV, HS, HSSV, PHHS, CMHS, GVCN, GVBM",
            "Giáo viên, học sinh, học sinh, sinh viên, phụ huynh học sinh, cha mẹ học sinh, giáo viên chủ "
            "nhiệm, giáo viên bộ môn.",
        ),
        (
            "HT, PHT, TTCM, TPCM, TPT, TPTĐ",
            "Hiệu trưởng, phó hiệu trưởng, tổ trưởng chuyên môn, tổ phó chuyên môn, tổng phụ trách, tổng phụ trách "
            "Đội.",
        ),
        (
            "Đoàn TNCS Hồ Chí Minh, Đội TNTP HCM",
            "Đoàn Thanh niên Cộng sản Hồ Chí Minh, Đội Thiếu niên Tiền phong Hồ Chí Minh.",
        ),
        (
            "ĐTN, LĐLĐ, CNTT, CĐS, cổng TTĐT",
            "Đoàn Thanh niên, Liên đoàn Lao động, công nghệ thông tin, chuyển đổi số, cổng thông tin điện tử.",
        ),
        ("TTHC, CCHC, CSVC, TBDH", "Thủ tục hành chính, cải cách hành chính, cơ sở vật chất, thiết bị dạy học."),
        (
            "ATGT, ATTP, ANTT, TNTT, BLHĐ, PCGD, XMC",
            "An toàn giao thông, an toàn thực phẩm, an ninh trật tự, tai nạn thương tích, bạo lực học đường, "
            "phổ cập giáo dục, xóa mù chữ.",
        ),
        (
            "PCCC, BHYT, BHXH, NTM, KHTN",
            "Phòng cháy, chữa cháy, bảo hiểm y tế, bảo hiểm xã hội, nông thôn mới, khoa học tự nhiên.",
        ),
        (
            "TP.HCM, TP Cần Thơ, Tp. Vinh, TX. Hoa Lư, T.P Vinh",
            "Thành phố Hồ Chí Minh, thành phố Cần Thơ, thành phố Vinh, thị xã Hoa Lư, thành phố Vinh.",
        ),
        ("P. Long Bình, Q.1, H. Châu Thành, P.12", "Phường Long Bình, quận một, huyện Châu Thành, phường mười hai."),
        ("đ/c Lan, t/h, b/c, p/h, v/v", "Đồng chí Lan, thực hiện, báo cáo, phối hợp, về việc."),
        ("VD: bánh; hoa, quả, v.v.", "Ví dụ: bánh; hoa, quả, vân vân."),
        ("HKI, HKII, HK2, cuối HKI", "Học kỳ một, học kỳ hai, học kỳ hai, cuối học kỳ một."),
        ("ứng dụng AI, STEM, COVID-19, mã QR", "Ứng dụng ây ai, xờ tem, cô vít mười chín, mã quy rờ."),
        (
            "OA, Zalo, Facebook, website, fanpage, email",
            "Ô ây, Da lô, phây búc, trang mạng, trang phây búc, thư điện tử.",
        ),
        ("trên fanpage Facebook của trường", "Trên trang phây búc của trường."),
        (
            "SĐT 0912 345 678, ĐT: 0912 345 678",
            "Số điện thoại không chín một hai, ba bốn năm, sáu bảy tám, điện thoại: không chín một hai, ba bốn "
            "năm, sáu bảy tám.",
        ),
        ("PGS.TS Lê Văn C, ThS. Trần D, TS. Hoa", "Phó giáo sư, tiến sĩ Lê Văn C, thạc sĩ Trần D, tiến sĩ Hoa."),
        ("U.B.N.D xã", "Ủy ban nhân dân xã."),
        ("gv và hs thcs", "Giáo viên và học sinh trung học cơ sở."),
        (
            "QL1A, NĐ 81/2021/NĐ-CP",
            "Quốc lộ một A, nghị định số tám mươi mốt năm hai nghìn không trăm hai mươi mốt của Chính phủ.",
        ),
        ("VHVN-TDTT, GV/HS", "Văn hóa văn nghệ, thể dục thể thao, giáo viên hoặc học sinh."),
        ("quyết định của TTg, Nghị quyết TW", "Quyết định của Thủ tướng Chính phủ, Nghị quyết Trung ương."),
    ],
)
def test_table_of_abbreviations(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Trường TH Hoa Mai", "Trường tiểu học Hoa Mai."),
        ("các trường MN, TH, THCS", "Các trường mầm non, tiểu học, trung học cơ sở."),
        ("môn TH", "Môn tin học."),
        ("kết quả TH nhiệm vụ", "Kết quả thực hiện nhiệm vụ."),
        ("xây dựng KH năm học", "Xây dựng kế hoạch năm học."),
        ("nghiên cứu KH", "Nghiên cứu khoa học."),
        ("KH kỹ thuật", "Khoa học kỹ thuật."),
        ("TT số 22", "Thông tư số hai mươi hai."),
        ("TT 22/2021", "Thông tư số hai mươi hai năm hai nghìn không trăm hai mươi mốt."),
        ("công tác TT của trường", "Công tác truyền thông của trường."),
        ("TT Y tế xã", "Trung tâm Y tế xã."),
        ("tổ CM họp", "Tổ chuyên môn họp."),
        ("CM tháng Tám", "Cách mạng tháng Tám."),
        ("CĐ trường, Chủ tịch CĐ", "Công đoàn trường, Chủ tịch Công đoàn."),
        ("trường CĐ nghề", "Trường cao đẳng nghề."),
        ("CĐ số 5", "Công điện số năm."),
        ("NH 2026-2027", "Năm học hai nghìn không trăm hai mươi sáu, hai nghìn không trăm hai mươi bảy."),
        ("NH Chính sách xã hội", "Ngân hàng Chính sách xã hội."),
        ("HK 1", "Học kỳ một."),
        ("xếp loại HK tốt", "Xếp loại hạnh kiểm tốt."),
        ("Phó CT UBND xã", "Phó chủ tịch Ủy ban nhân dân xã."),
        ("CT GDPT mới", "Chương trình giáo dục phổ thông mới."),
        ("theo CT số 5", "Theo chỉ thị số năm."),
        ("điểm TB môn", "Điểm trung bình môn."),
        ("TB số 12", "Thông báo số mười hai."),
        ("HĐ trải nghiệm", "Hoạt động trải nghiệm."),
        ("HĐ thi", "Hội đồng thi."),
    ],
)
def test_ambiguous_ones_are_decided_by_the_words_around_them(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "KẾ HOẠCH TRUYỀN THÔNG NĂM 2026 CỦA TRƯỜNG THCS HOA MAI",
            "Kế hoạch truyền thông năm hai nghìn không trăm hai mươi sáu của trường trung học cơ sở Hoa Mai.",
        ),
        ("I. MỤC ĐÍCH, YÊU CẦU", "Một. Mục đích, yêu cầu."),
        ("II. NỘI DUNG TRUYỀN THÔNG", "Hai. Nội dung truyền thông."),
        ("em NGUYỄN VĂN AN lớp 5A đạt giải I, giải II", "Em Nguyễn Văn An lớp năm A đạt giải một, giải hai."),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Cộng hòa xã hội chủ nghĩa Việt Nam."),
        (
            "THÔNG BÁO SỐ 2: TUYỂN SINH LỚP 1 NĂM HỌC 2026-2027",
            "Thông báo số hai: tuyển sinh lớp một năm học hai nghìn không trăm hai mươi sáu, hai nghìn không "
            "trăm hai mươi bảy.",
        ),
        ("UBND XÃ TÂN AN – TRƯỜNG TIỂU HỌC SAO MAI", "Ủy ban nhân dân xã tân an, trường tiểu học Sao Mai."),
        ("BAN GIÁM HIỆU TRƯỜNG TH SAO MAI", "Ban giám hiệu trường tiểu học Sao Mai."),
        ("ỨNG DỤNG AI TRONG DẠY HỌC", "Ứng dụng ây ai trong dạy học."),
        (
            "BÁO CÁO TỔNG KẾT HK I, NĂM HỌC 2025 - 2026",
            "Báo cáo tổng kết học kỳ một, năm học hai nghìn không trăm hai mươi lăm, hai nghìn không trăm hai "
            "mươi sáu.",
        ),
        ("TRƯỜNG THPT CHUYÊN LÊ HỒNG PHONG", "Trường trung học phổ thông chuyên Lê Hồng Phong."),
        ("DANH SÁCH HS ĐẠT GIẢI KỲ THI HSG LỚP 9", "Danh sách học sinh đạt giải kỳ thi học sinh giỏi lớp chín."),
        ("PHIẾU ĐĂNG KÝ VÀO LỚP 1 TẠI TRƯỜNG TH A", "Phiếu đăng ký vào lớp một tại trường tiểu học A."),
        ("A. PHẦN CHUNG", "A. Phần chung."),
    ],
)
def test_capitals_that_are_ordinary_words(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "unknown"),
    [
        ("hội nghị NASA và XYZW", ("NASA", "XYZW")),
        ("phần mềm VnEdu, SMAS", ("VnEdu", "SMAS")),
        ("Lưu KH thi đua", ("KH",)),
        ("Thường trực TU", ("TU",)),
        ("đang TT gấp", ("TT",)),
        ("đài VTV1 đưa tin", ("VTV1",)),
        ("KẾ HOẠCH TRIỂN KHAI XQZ NĂM HỌC MỚI", ("XQZ",)),
        ("giải TOP của khối", ("TOP",)),
        ("XYZ rồi lại XYZ", ("XYZ",)),
    ],
)
def test_what_nobody_knows_is_named_and_left_alone(written: str, unknown: tuple[str, ...]) -> None:
    spoken = speak(written)
    assert spoken.unknown == unknown
    assert all(token.rstrip("1") in spoken.text for token in unknown)


@pytest.mark.parametrize(
    "written",
    [
        "TIN VUI TRONG TUẦN",
        "HỘI KHỎE PHÙ ĐỔNG",
        "Cô giáo MAI LAN HOA dạy giỏi",
        "KHÔNG đùa nghịch gần ao hồ",
        "Em Nguyễn Văn A và bạn B",
        "LỄ KHAI GIẢNG: VUI, KHỎE, AN TOÀN",
        "Thầy Đỗ Ý, cô Âu",
    ],
)
def test_ordinary_words_in_capitals_are_not_flagged(written: str) -> None:
    assert speak(written).unknown == ()


def test_own_readings_win_over_the_table_and_settle_what_is_unknown() -> None:
    options = SpeechOptions(
        readings={"VEX": "véc", "GV": "thầy cô giáo", "OA": "trang Da lô", "GD&ĐT": "ngành giáo dục"}
    )
    spoken = speak("GV thi VEX, OA và GD&ĐT", options)
    assert spoken.text == "Thầy cô giáo thi véc, trang Da lô và ngành giáo dục."
    assert spoken.unknown == ()


def test_own_readings_replace_whole_words_only() -> None:
    assert speak("GVCN và GV", SpeechOptions(readings={"GV": "thầy cô"})).text == "Giáo viên chủ nhiệm và thầy cô."


def test_a_definition_in_the_text_holds_for_the_rest_of_it() -> None:
    spoken = speak("Câu lạc bộ Sách và Phát thanh (CLBSPT) họp.\nCLBSPT có 12 em.")
    assert spoken.text == "Câu lạc bộ Sách và Phát thanh họp.\nCâu lạc bộ Sách và Phát thanh có mười hai em."
    assert spoken.unknown == ()


def test_a_definition_may_come_before_its_words() -> None:
    assert speak("BPTV (ban phụ trách vườn) họp").text == "Ban phụ trách vườn họp."


def test_the_south_reads_numbers_its_own_way() -> None:
    options = SpeechOptions(thousand="ngàn", zero_tens="lẻ")
    assert speak("năm 2026, 105 em, 50k", options).text == (
        "Năm hai ngàn không trăm hai mươi sáu, một trăm lẻ năm em, năm mươi ngàn."
    )
