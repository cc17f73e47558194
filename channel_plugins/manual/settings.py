"""Settings of assisted posting."""

from __future__ import annotations

from channel_plugins.settings import ChannelSettings, choice_field, flag_field, number_field, text_field

ZALO_GROUP = "zalo_group"
NOTICE_BOARD = "notice_board"
OTHER = "other"

KINDS = (
    (ZALO_GROUP, "Nhóm Zalo"),
    (NOTICE_BOARD, "Bảng tin"),
    (OTHER, "Nơi khác"),
)
TONES = (
    ("parents", "Lời chào cha mẹ học sinh"),
    ("colleagues", "Lời chào thầy cô"),
    ("plain", "Không có lời chào"),
)
GREETINGS = {
    "parents": "Kính gửi quý cha mẹ học sinh,",
    "colleagues": "Kính gửi quý thầy cô,",
    "plain": "",
}


class ManualSettings(ChannelSettings):
    """Where it is posted, by whom, and how long the text may be."""

    place = text_field(
        "Tên nơi đăng", "Nhóm Zalo, bảng tin hoặc nơi khác mà có người đăng bằng tay.", "Nhóm Zalo phụ huynh lớp 5A",
        required=True, longest=120,
    )  # fmt: skip
    kind = choice_field("Loại", "Bảng tin cần bản in A4, nhóm Zalo cần lời ngắn để dán.", KINDS, default=ZALO_GROUP)
    poster = text_field("Người đăng", "Ai đăng ở nơi này.", "Cô Nguyễn Thị Mẫu, chủ nhiệm 5A", longest=120)
    tone = choice_field("Lời mở đầu", "Câu đứng trước lời đăng.", TONES, default="parents")
    longest = number_field(
        "Độ dài lời đăng (ký tự)", "Dài hơn thì rút gọn và dẫn tới bài đầy đủ.", default=700, least=200, most=5000
    )
    with_link = flag_field("Kèm đường dẫn bài", "Thêm địa chỉ bài trên trang của đơn vị.", default=True)
    due_hours = number_field(
        "Hạn đăng (giờ)", "Quá hạn mà chưa ai ghi nhận thì bài hiện ở mục Cần xem.", default=24, least=1, most=336
    )
