"""The body of a plan: paragraphs, labels, nesting, kinds and owners."""

from __future__ import annotations

import pytest

from tenants.plans.importer import Node, ReadPlan, read_plan_text
from tenants.plans.importer.labels import roman_value
from tenants.plans.importer.owners import bracket_owners, heading_owners, named_owners, split_owners
from tenants.plans.importer.tree import is_quota

HEAD = "KẾ HOẠCH\nTruyền thông năm 2025\n\nTrường MN Hoa Mai xây dựng kế hoạch như sau:\n"


def read(body: str) -> ReadPlan:
    return read_plan_text(HEAD + body)


def outline(nodes: list[Node]) -> list[object]:
    """Labels as nested lists: ["I", ["1", "2"]]."""
    found: list[object] = []
    for node in nodes:
        found.append(node.label)
        if node.children:
            found.append(outline(node.children))
    return found


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("I. MỤC ĐÍCH\n1. Một.\n2. Hai.\nII. YÊU CẦU\n1. Ba.", ["I", ["1", "2"], "II", ["1"]]),
        ("I MỤC ĐÍCH\nMột.\nII.NỘI DUNG\nHai.", ["I", [""], "II", [""]]),
        ("I- MỤC ĐÍCH\n1- Một.\nII/ NỘI DUNG\n1/ Hai.", ["I", ["1"], "II", ["1"]]),
        ("I. MỤC ĐÍCH\n1.Chung\n1.1.Một.\n1.2. Hai.\n2.Riêng\n2.1.Ba.", ["I", ["1", ["1.1", "1.2"], "2", ["2.1"]]]),
        ("I. NỘI DUNG\n1. Chung\na) Một;\nb) Hai;\nđ) Ba.\n2. Riêng", ["I", ["1", ["a", "b", "đ"], "2"]]),
        ("I. NỘI DUNG\n1. Chung\n- Một:\na) Hai;\nb) Ba.\n- Bốn.", ["I", ["1", ["-", ["a", "b"], "-"]]]),
        ("I. NỘI DUNG\n1. Chung\n- Một:\n+ Hai;\n+ Ba.\n- Bốn.", ["I", ["1", ["-", ["+", "+"], "-"]]]),
        (
            "PHẦN I. CHUNG\nI. MỤC ĐÍCH\n1. Một.\nPHẦN II. NỘI DUNG\nI. CHUNG",
            ["PHẦN I", ["I", ["1"]], "PHẦN II", ["I"]],
        ),
        ("A. MỤC ĐÍCH\nI. CHUNG\n1. Một.\nB. NỘI DUNG\nC. KINH PHÍ", ["A", ["I", ["1"]], "B", "C"]),
        ("1. Mục đích\n- Một.\n2. Nội dung\n- Hai.", ["1", ["-"], "2", ["-"]]),
        ("I. NỘI DUNG\n1. Một.\n1. Hai.\n1. Ba.", ["I", ["1", "1", "1"]]),
        ("I. NỘI DUNG\n• Một.\n• Hai.\n\uf0b7 Ba.", ["I", ["•", "•", "•"]]),
        ("I. NỘI DUNG\n(1) Một;\n(2) Hai.", ["I", ["1", "2"]]),
        ("I. NỘI DUNG\n1) Một:\n- Hai.\n2) Ba.", ["I", ["1", ["-"], "2"]]),
        ("I. NỘI DUNG.\n1. Nội dung.\na, Một;\nb, Hai.", ["I", ["1", ["a", "b"]]]),
        (
            "I. GIẢI PHÁP\nNhiệm vụ 1: Viết bài\n- Một;\n- Hai.\nNhiệm vụ 2: Đăng bài\n- Ba.",
            ["I", ["", ["-", "-"], "", ["-"]]],
        ),
        ("I. CHỈ TIÊU\n1.100% lớp có góc tuyên truyền.\n2.Hai.", ["I", ["1", "2"]]),
        ("I.\nNỘI DUNG\n1.\nMột.\n-\nHai.", ["I", ["1", ["-"]]]),
        ("I. NỘI DUNG\nĐề nghị các trường:\n- Một;\n- Hai.\nBa.", ["I", ["", ["-", "-"], ""]]),
    ],
)
def test_labels_of_every_form_nest_as_printed(body: str, labels: list[object]) -> None:
    assert outline(read(body).nodes) == labels


def test_a_heading_with_a_stop_still_names_its_section() -> None:
    plan = read("I. MỤC ĐÍCH - YÊU CẦU.\n1. Mục đích.\nMột.\n2. Yêu cầu.\nHai.\nII. TỔ CHỨC THỰC HIỆN.\n1. Tổ Văn.\n")
    assert [node.kind for node in plan.walk()] == [
        "section", "purpose", "purpose", "requirement", "requirement", "task", "task",
    ]  # fmt: skip


def test_a_number_or_dash_inside_a_wrapped_sentence_is_no_label() -> None:
    body = (
        "I. MỤC ĐÍCH\n1. Thực hiện đúng quy định về phát ngôn và cung cấp thông tin, theo Nghị định số\n"
        "09/2017/NĐ-CP và các văn bản khác; mỗi trường có ít nhất một bài viết trong tháng, cả năm\n"
        "2. đạt mười bài trở lên, gửi về phường để đăng tải trên cổng thông tin và trên các Đài Truyền thanh\n"
        "- Truyền hình của tỉnh, góp phần lan tỏa gương người tốt việc tốt của thầy và trò trên địa bàn\n"
        "phường trong suốt năm học này và các năm học tiếp theo, tạo niềm tin trong cha mẹ học sinh và\n"
        "nhân dân. Nhà trường phối hợp chặt chẽ với các cơ quan báo chí, với địa phương và với cha mẹ\n"
        "học sinh để có thêm nguồn tin, có thêm người viết và có thêm những câu chuyện đẹp từ lớp học\n"
        "và từ sân trường.\n"
        "2. Chủ động thông tin, giải thích kịp thời các chủ trương, chính sách mới về giáo dục tới cán bộ,\n"
        "giáo viên, nhân viên, cha mẹ học sinh và toàn xã hội, nhất là những việc được nhiều người quan\n"
        "tâm như tuyển sinh, học phí và các khoản thu đầu năm học, đúng với quy định tại các khoản\n"
        "2. Điều 5 của Quy chế.\n"
    )
    plan = read(body)
    assert outline(plan.nodes) == ["I", ["1", "2"]]
    assert "cả năm 2. đạt mười bài" in plan.nodes[0].children[0].text
    assert "Truyền thanh - Truyền hình của tỉnh" in plan.nodes[0].children[0].text


def test_a_sentence_cut_by_a_page_break_is_one_node() -> None:
    plan = read(
        "I. NỘI DUNG\n- Đăng tin về hoạt động, kết quả\n\n\nthực hiện nhiệm vụ năm học.\n- Viết bài về lớp học."
    )
    assert [node.text for node in plan.nodes[0].children] == [
        "Đăng tin về hoạt động, kết quả thực hiện nhiệm vụ năm học.",
        "Viết bài về lớp học.",
    ]


def test_items_without_end_marks_stay_apart() -> None:
    plan = read(
        "I. NỘI DUNG\n- Tuyển sinh của nhà trường\n- Học phí và các khoản thu\nAn toàn trường học\nSức khỏe học đường"
    )
    assert [node.text for node in plan.nodes[0].children] == [
        "Tuyển sinh của nhà trường",
        "Học phí và các khoản thu",
        "An toàn trường học",
        "Sức khỏe học đường",
    ]


def test_a_heading_in_capitals_over_two_lines_is_one_heading() -> None:
    plan = read("I. MỤC ĐÍCH,\nYÊU CẦU\n1. Một.\nII. NỘI DUNG\nTRUYỀN THÔNG\n1. Hai.")
    assert [node.text for node in plan.nodes] == ["MỤC ĐÍCH, YÊU CẦU", "NỘI DUNG TRUYỀN THÔNG"]


def test_page_numbers_of_a_pdf_copy_are_left_out() -> None:
    pages = [f"{number}. Nội dung thứ {number} của trường mầm non Hoa Mai." for number in range(1, 31)]
    pages.insert(28, "3")
    pages.insert(14, "2")
    plan = read("I. NỘI DUNG\n" + "\n".join(pages))
    texts = [node.text for node in plan.nodes[0].walk()][1:]
    assert len(texts) == 30
    assert all(text.startswith("Nội dung thứ") for text in texts)


def test_kinds_follow_the_headings() -> None:
    plan = read(
        "I. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\n- Một.\n2. Yêu cầu\n- Hai.\nII. NỘI DUNG\n1. Nội dung trọng tâm\n- Ba.\n"
        "2. Kênh truyền thông\nWebsite của trường.\n3. Chỉ tiêu\n- Mỗi lớp có ảnh.\nIII. KINH PHÍ\nTừ nguồn chi "
        "thường xuyên.\n"
        "IV. TỔ CHỨC THỰC HIỆN\n1. Ban giám hiệu\n- Bốn.\n"
    )
    kinds = {node.text: node.kind for node in plan.walk()}
    assert kinds == {
        "MỤC ĐÍCH, YÊU CẦU": "section",
        "Mục đích": "purpose",
        "Một.": "purpose",
        "Yêu cầu": "requirement",
        "Hai.": "requirement",
        "NỘI DUNG": "topic",
        "Nội dung trọng tâm": "topic",
        "Ba.": "topic",
        "Kênh truyền thông": "channel",
        "Website của trường.": "channel",
        "Chỉ tiêu": "quota",
        "Mỗi lớp có ảnh.": "quota",
        "KINH PHÍ": "section",
        "Từ nguồn chi thường xuyên.": "section",
        "TỔ CHỨC THỰC HIỆN": "task",
        "Ban giám hiệu": "task",
        "Bốn.": "task",
    }


def test_sections_inside_parts_are_main_sections() -> None:
    plan = read("PHẦN I. NỘI DUNG KẾ HOẠCH\nI. Mục tiêu\n1. Một.\nII. Các nhiệm vụ\n1. Hai.\nIII. Tuyển sinh\n1. Ba.")
    assert [node.kind for node in plan.nodes[0].children] == ["purpose", "task", "topic"]


def test_a_section_of_bases_is_read_as_bases() -> None:
    plan = read(
        "I. CĂN CỨ\n- Căn cứ Luật Trẻ em;\n- Kế hoạch số 3/KH-UBND ngày 01/8/2025 của UBND xã.\nII. NỘI DUNG\n1. Một."
    )
    assert {node.kind for node in plan.nodes[0].walk()} == {"basis"}
    assert [(item.type, item.subject or item.number) for item in plan.citations] == [
        ("Luật", "Trẻ em"),
        ("Kế hoạch", "3"),
    ]


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("Thành lập tổ truyền thông, hàng tháng xây dựng 01 bài viết về tấm gương người tốt.", True),
        ("Mỗi tuần đăng ít nhất hai tin, bài.", True),
        ("Mỗi lớp viết 02 bài/học kỳ.", True),
        ("Phát 03 (ba) bản tin mỗi tháng.", True),
        ("Báo cáo trước ngày 25 hằng tháng.", False),
        ("Đăng bài thường xuyên hằng tháng.", False),
        ("Viết 01 bài giới thiệu trường. Họp tổ hằng tháng.", False),
        ("Dạy học 2 buổi/ngày ở tất cả các khối lớp.", False),
    ],
)
def test_a_sentence_with_a_number_of_products_per_period_is_a_quota(text: str, quota: bool) -> None:
    assert is_quota(text) is quota
    assert (read(f"I. TỔ CHỨC THỰC HIỆN\n- {text}\n- Xong.").nodes[0].children[0].kind == "quota") is quota


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Dạy thêm, học thêm,…(giao cho bộ phận chuyên môn)", ["bộ phận chuyên môn"]),
        (
            "Chuẩn giáo viên ( BGH, tổ trưởng chuyên môn, BCH Công đoàn thực hiện).",
            ["BGH", "tổ trưởng chuyên môn", "BCH Công đoàn"],
        ),
        ("Học phí (Hiệu trưởng, kế toán và GVCN cùng thực hiện);", ["Hiệu trưởng", "kế toán", "GVCN"]),
        ("Thể dục (Tổng phụ trách, GV dạy thể dục chịu trách nhiệm chính)", ["Tổng phụ trách", "GV dạy thể dục"]),
        ("Thanh tra (Ban kiểm tra nội bộ làm đầu mối)", ["Ban kiểm tra nội bộ"]),
        ("Y tế (do giáo viên chủ nhiệm thực hiện).", ["giáo viên chủ nhiệm"]),
        ("Tin bài (Chủ trì: tổ Văn; phối hợp: Đoàn trường).", ["tổ Văn", "Đoàn trường"]),
        ("Cho giáo viên mầm non (GVMN)", []),
        ("Việc này (đang thực hiện)", []),
        ("Theo quy định (Thông tư số 9)", []),
    ],
)
def test_owners_in_the_bracket_at_the_end(text: str, owners: list[str]) -> None:
    assert bracket_owners(text) == owners
    node = read(f"I. NỘI DUNG TRỌNG TÂM\n1. {text}").nodes[0].children[0]
    assert (node.text, node.owners) == (text.rstrip(), owners)


@pytest.mark.parametrize(
    ("heading", "owners"),
    [
        ("Ban giám hiệu:", ["Ban giám hiệu"]),
        ("Đoàn thanh niên, Tổng phụ trách:", ["Đoàn thanh niên", "Tổng phụ trách"]),
        ("Giáo viên, nhân viên", ["Giáo viên", "nhân viên"]),
        ("Đối với các cơ sở giáo dục", ["các cơ sở giáo dục"]),
        ("Đề nghị các cơ sở giáo dục mầm non:", ["các cơ sở giáo dục mầm non"]),
        ("Phòng Văn hóa - Xã hội: chủ trì, theo dõi.", ["Phòng Văn hóa - Xã hội"]),
        ("Giao Phòng Giáo dục và Đào tạo chủ trì, hướng dẫn các trường.", ["Phòng Giáo dục và Đào tạo"]),
        ("Các trường mầm non, tiểu học và THCS", ["Các trường mầm non, tiểu học và THCS"]),
        (
            "Tổ Khoa học tự nhiên, tổ Khoa học xã hội và tổ Ngoại ngữ: viết 02 bài.",
            ["Tổ Khoa học tự nhiên", "tổ Khoa học xã hội", "tổ Ngoại ngữ"],
        ),
        ("Đề nghị UBND các xã, phường, đặc khu: chỉ đạo các trường.", ["UBND các xã, phường, đặc khu"]),
        ("Bà Đinh Thị Thử – Hiệu trưởng: chỉ đạo chung.", ["Bà Đinh Thị Thử – Hiệu trưởng"]),
        ("Bà con trong bản", []),
        ("Thời gian thực hiện", []),
        ("Tổ chức hội nghị truyền thông", []),
        ("Đăng tin, bài hằng ngày", []),
        ("Phòng, chống đuối nước", []),
        ("Các giải pháp chủ yếu", []),
        ("Phân công tổ truyền thông; duyệt tin, bài trước khi đăng.", []),
    ],
)
def test_headings_of_the_implementation_section_name_owners(heading: str, owners: list[str]) -> None:
    assert heading_owners(heading) == owners
    section = read(f"I. TỔ CHỨC THỰC HIỆN\n1. {heading}\n- Làm tốt việc được giao.").nodes[0]
    assert section.children[0].owners == owners
    assert section.children[0].children[0].owners == []


@pytest.mark.parametrize(
    ("sentence", "owners"),
    [
        ("Ban giám hiệu chỉ đạo, theo dõi việc thực hiện.", ["Ban giám hiệu"]),
        (
            "Tổ trưởng chuyên môn và Tổng phụ trách có trách nhiệm cung cấp tin.",
            ["Tổ trưởng chuyên môn", "Tổng phụ trách"],
        ),
        ("Các trường xây dựng kế hoạch trước ngày 20/9.", ["Các trường"]),
        ("Các hoạt động tổ chức theo lịch.", []),
        ("Đăng tin thường xuyên.", []),
    ],
)
def test_a_numbered_task_that_begins_with_its_doer(sentence: str, owners: list[str]) -> None:
    section = read(f"I. TỔ CHỨC THỰC HIỆN\n1. {sentence}\n- Các tổ phối hợp thực hiện.").nodes[0]
    assert section.children[0].owners == owners
    assert section.children[0].children[0].owners == []


def test_owners_after_a_named_role() -> None:
    assert named_owners("Viết bài về Tết. Người thực hiện: BGH, tổ Văn. Thời gian: tháng 1.") == ["BGH", "tổ Văn"]
    assert named_owners("Chủ trì là việc khó.") == []


def test_a_name_with_and_in_it_is_one_owner() -> None:
    assert split_owners("Sở Giáo dục và Đào tạo, Công đoàn và Đoàn trường") == [
        "Sở Giáo dục và Đào tạo",
        "Công đoàn",
        "Đoàn trường",
    ]
    assert split_owners("Tổ 1, 2, 3 và BGH") == ["Tổ 1, 2, 3", "BGH"]


def test_closing_paragraphs_leave_the_last_section() -> None:
    plan = read(
        "I. NỘI DUNG\n1. Một.\nII. TỔ CHỨC THỰC HIỆN\n1. Tổ Văn\nViết bài.\nTrên đây là kế hoạch năm 2025.\n"
        "Trong quá trình thực hiện, nếu có vướng mắc, phản ánh về trường./.\nNơi nhận:\n- Lưu: VT."
    )
    assert [node.kind for node in plan.nodes] == ["topic", "task", "closing", "closing"]
    assert [node.label for node in plan.nodes[2:]] == ["", ""]
    assert plan.nodes[1].children[0].children[0].text == "Viết bài."


def test_the_rows_of_a_table_are_nodes_of_their_section() -> None:
    plan = read(
        "I. NỘI DUNG\n1. Lịch\n| Tháng | Chủ đề |\n|---|---|\n| 9 | Khai giảng |\n| 1. Tết | Về quê |\n2. Khác."
    )
    assert [node.text for node in plan.nodes[0].children[0].children] == [
        "Tháng | Chủ đề",
        "9 | Khai giảng",
        "1. Tết | Về quê",
    ]
    assert plan.nodes[0].children[1].label == "2"


def test_what_follows_the_signature_is_kept_as_an_annex() -> None:
    plan = read(
        "I. NỘI DUNG\n1. Một.\nNơi nhận:\n- Lưu: VT.\nHIỆU TRƯỞNG\nLê Thị Mơ\n"
        "PHỤ LỤC\n1. Tháng 9: khai giảng.\n2. Tháng 11: tri ân."
    )
    annex = plan.nodes[-1]
    assert (annex.text, [node.text for node in annex.children]) == (
        "PHỤ LỤC",
        ["Tháng 9: khai giảng.", "Tháng 11: tri ân."],
    )
    assert plan.recipients == ["Lưu: VT"] and plan.signer.name == "Lê Thị Mơ"


def test_a_plan_without_sections_keeps_every_paragraph() -> None:
    plan = read_plan_text(
        "KẾ HOẠCH\nTruyền thông\n\nCăn cứ nhiệm vụ năm học;\n\nNhà trường giao nhiệm vụ đăng tin mỗi tuần.\n\nCác "
        "lớp gửi ảnh.\n"
    )
    assert {node.kind for node in plan.nodes} == {"section"}
    assert [(node.label, node.text) for node in plan.nodes] == [
        ("", "Nhà trường giao nhiệm vụ đăng tin mỗi tuần."),
        ("", "Các lớp gửi ảnh."),
    ]
    assert plan.introduction == "Căn cứ nhiệm vụ năm học;"
    assert "no-sections" in {warning.code for warning in plan.warnings}


@pytest.mark.parametrize(
    ("numeral", "value"), [("IV", 4), ("IX", 9), ("XIV", 14), ("XL", 40), ("IIII", 0), ("VX", 0), ("", 0)]
)
def test_only_well_formed_roman_numerals_count(numeral: str, value: int) -> None:
    assert roman_value(numeral) == value


def test_the_rows_of_a_pasted_table_stay_whole_whatever_lines_and_titles_stand_between() -> None:
    table = (
        "<table><tr><th>Việc</th><th>Người làm</th></tr>\n\n"
        "<tr><td colspan='2'>1. Tháng Chín</td></tr>\n<tr><td>Viết tin</td><td>Tổ Văn</td></tr>\n"
        "<tr><td>Duyệt tin</td><td>Hiệu trưởng</td></tr></table>\n"
    )
    foot = "<table><tr><td>Nơi nhận:<br>- Lưu: VT.</td><td>HIỆU TRƯỞNG<br>Lê Thị Mơ</td></tr></table>"
    plan = read(f"<p>I. TỔ CHỨC THỰC HIỆN</p>\n{table}\n{foot}")
    rows = ["Việc | Người làm", "1. Tháng Chín", "Viết tin | Tổ Văn", "Duyệt tin | Hiệu trưởng"]
    assert [node.text for node in plan.nodes[0].children] == rows
    assert (plan.recipients, plan.signer.name) == (["Lưu: VT"], "Lê Thị Mơ")


def test_the_body_that_speaks_begins_a_paragraph_of_its_own() -> None:
    bases = "Căn cứ tình hình thực tế của địa phương,"
    speaks = "Ủy ban nhân dân xã Hoa Mai ban hành Kế hoạch như sau:"
    plan = read_plan_text(f"KẾ HOẠCH\nTruyền thông năm 2025\n\n{bases}\n{speaks}\nI. NỘI DUNG\nMột.")
    assert plan.introduction == f"{bases}\n{speaks}"
