"""Addresses, brackets, bullets and signs: what a listener cannot hear."""

import pytest

from channel_plugins.radio.spoken import speak


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Xem https://truong.edu.vn/tin?id=1.", "Xem trang thông tin điện tử của nhà trường."),
        ("Bài đăng trên trang thông tin điện tử: https://hoamai.edu.vn.", "Bài đăng trên trang thông tin điện tử."),
        ("Xem thêm tại www.hoamai.edu.vn.", "Xem thêm tại trang thông tin điện tử của nhà trường."),
        (
            "Gửi thư qua email: lan@hoamai.edu.vn trước 20/9",
            "Gửi thư qua thư điện tử của nhà trường trước ngày hai mươi tháng chín.",
        ),
        ("#khaigiang Chào mừng năm học mới!!! 🎉", "Chào mừng năm học mới!"),
        ("Câu hỏi gửi @hoamai nhé", "Câu hỏi gửi nhé."),
    ],
)
def test_addresses_are_spoken_around(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("cán bộ quản lý (CBQL), giáo viên mầm non (GVMN) tận tụy", "Cán bộ quản lý, giáo viên mầm non tận tụy."),
        ("Trường TH Sao Mai (phường 5) dự lễ", "Trường tiểu học Sao Mai, phường năm, dự lễ."),
        ("Chị H. (30 tuổi), em T. học lớp 3C", "Chị H, ba mươi tuổi, em T học lớp ba C."),
        ("(1) Công tác; (2) Thi đua", "Công tác; Thi đua."),
        ("Lưu: VT (01b).", "Lưu: văn thư."),
        ("Hội thi [cấp trường] (lần 2)", "Hội thi, cấp trường, lần hai."),
        ("Ngoặc hở (chưa đóng", "Ngoặc hở, chưa đóng."),
    ],
)
def test_brackets_become_clauses_or_go(written: str, expected: str) -> None:
    assert speak(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("- Kính gửi: các trường;", "Kính gửi: các trường."),
        ("a) Tuyên truyền; b) ký cam kết", "A. Tuyên truyền; b, ký cam kết."),
        ("1.1.Đẩy mạnh công tác", "Một chấm một. Đẩy mạnh công tác."),
        ("1.2. Yêu cầu", "Một chấm hai. Yêu cầu."),
        ("sách, báo, tạp chí,... Các em vui... Hết./.", "Sách, báo, tạp chí, vân vân. Các em vui. Hết."),
        ("“Mỗi ngày đến trường là một ngày vui”...", "Mỗi ngày đến trường là một ngày vui."),
        ("Thi đua - Khen thưởng; Sáng nay - ngày hội", "Thi đua Khen thưởng; Sáng nay, ngày hội."),
        ("đức- trí- thể - mỹ", "Đức, trí, thể, mỹ."),
        ("cha/mẹ, và/hoặc, SGK & vở", "Cha hoặc mẹ, và hoặc, sách giáo khoa và vở."),
        ("H'Mông, Ê-đê, in-tơ-nét", "H Mông, Ê đê, in tơ nét."),
        ("Vui!!! Có phải không???", "Vui! Có phải không?"),
        ("Chuyện vui → kể mau", "Chuyện vui, kể mau."),
    ],
)
def test_marks(written: str, expected: str) -> None:
    assert speak(written).text == expected
