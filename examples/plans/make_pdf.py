"""Make the PDF sample beside this file: python examples/plans/make_pdf.py (needs the extra ``pdf``).

The plan is invented; it is laid out by NĐ 30/2020/NĐ-CP over two pages.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tenants.plans.document import DocumentNode, PlanDocument
from tenants.plans.document.pdf import write_pdf

ITEM = DocumentNode


def nodes() -> tuple[DocumentNode, ...]:
    """Return the four parts of the invented plan."""
    purpose = (
        ITEM("-", text="Cung cấp thông tin kịp thời, chính xác về chủ trương, chính sách giáo dục đến cán bộ, giáo "
             "viên, học sinh và cha mẹ học sinh; tạo sự đồng thuận của xã hội;"),
        ITEM("-", text="Lan tỏa những tấm gương dạy tốt, học tốt, những mô hình, sáng kiến có hiệu quả của "
             "nhà trường."),
    )  # fmt: skip
    demands = (
        ITEM("-", text="Nội dung phải đúng sự thật, có người thẩm định và người duyệt trước khi đăng;"),
        ITEM("-", text="Không đưa hình ảnh, thông tin của học sinh khi chưa có sự đồng ý của cha mẹ học sinh."),
    )
    topics = tuple(
        ITEM(str(at), text=text)
        for at, text in enumerate(
            (
                "Chương trình giáo dục phổ thông, đổi mới kiểm tra, đánh giá học sinh (Tổ trưởng chuyên môn chịu trách "
                "nhiệm).",
                "An toàn trường học, phòng chống đuối nước và tai nạn thương tích (Tổng phụ trách Đội, nhân viên y tế "
                "cùng thực hiện).",
                "Gương người tốt việc tốt: mỗi tháng 02 bài viết trên trang thông tin điện tử của trường.",
                "Công tác tuyển sinh, chuẩn bị cho năm học mới; các khoản thu theo quy định (Kế toán thực hiện).",
                "Chuyển đổi số trong quản lý và dạy học (Tổ Tin học thực hiện).",
            ),
            start=1,
        )
    )
    channels = (
        ITEM("-", text="Trang thông tin điện tử của trường;"),
        ITEM("-", text="Đài truyền thanh của phường;"),
        ITEM("-", text="Bảng tin, buổi chào cờ đầu tuần và các cuộc họp cha mẹ học sinh."),
    )
    work = (
        ITEM("1", "Ban giám hiệu", children=(
            ITEM("-", text="Thành lập tổ truyền thông, phân công người phát ngôn và người quản trị các kênh;"),
            ITEM("-", text="Duyệt tin, bài trước khi đăng; sơ kết vào cuối học kỳ I, tổng kết vào cuối năm học."))),
        ITEM("2", "Tổ truyền thông", children=(
            ITEM("-", text="Viết, biên tập tin, bài theo phân công; theo dõi, tổng hợp ý kiến phản hồi;"),
            ITEM("-", text="Báo cáo kết quả về Ban giám hiệu trước ngày 25 hằng tháng."))),
    )  # fmt: skip
    return (
        ITEM("I", "MỤC ĐÍCH, YÊU CẦU", children=(
            ITEM("1", "Mục đích", children=purpose), ITEM("2", "Yêu cầu", children=demands))),
        ITEM("II", "NỘI DUNG TRUYỀN THÔNG", children=topics),
        ITEM("III", "KÊNH TRUYỀN THÔNG", children=channels),
        ITEM("IV", "TỔ CHỨC THỰC HIỆN", children=work),
    )  # fmt: skip


def plan() -> PlanDocument:
    """Return the invented plan."""
    return PlanDocument(
        managing_unit="Ủy ban nhân dân phường Đồi Chè",
        issuing_unit="Trường Tiểu học Đồi Chè",
        number="36",
        notation="KH-THĐC",
        place="Đồi Chè",
        issued_on=dt.date(2025, 9, 18),
        subject="Truyền thông năm học 2025-2026",
        bases=(
            "Căn cứ Kế hoạch số 112/KH-UBND ngày 08 tháng 9 năm 2025 của Ủy ban nhân dân phường Đồi Chè về truyền "
            "thông giáo dục năm học 2025-2026",
        ),
        introduction=("Trường Tiểu học Đồi Chè xây dựng Kế hoạch truyền thông năm học 2025-2026 như sau:",),
        nodes=nodes(),
        closing=(
            "Trên đây là Kế hoạch truyền thông năm học 2025-2026 của Trường Tiểu học Đồi Chè, đề nghị các bộ phận "
            "nghiêm túc thực hiện./.",
        ),
        recipients=("UBND phường Đồi Chè (để báo cáo)", "Các tổ chuyên môn, đoàn thể", "Lưu: VT"),
        signer_title="HIỆU TRƯỞNG",
        signer_name="Hoàng Thị Ví Dụ",
    )  # fmt: skip


if __name__ == "__main__":
    (Path(__file__).with_name("ke-hoach-tieu-hoc-doi-che.pdf")).write_bytes(write_pdf(plan()))
