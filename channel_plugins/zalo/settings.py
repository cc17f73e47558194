"""What an installation and what a school fills in for Zalo.

Everything that rests on one source only, or on judgement, is an option, so that a wrong assumption is mended without
new code.
"""

from __future__ import annotations

from marshmallow import ValidationError

from channel_plugins.settings import (
    ChannelSettings,
    choice_field,
    flag_field,
    number_field,
    secret_field,
    text_field,
)

PKCE_MODES = (
    ("request", "Mỗi lần kết nối một mã mới"),
    ("fixed", "Một mã cố định đã lưu ở trang quản lý ứng dụng"),
    ("none", "Không dùng"),
)
COVERS = (
    ("picture", "Ảnh đầu tiên của bài"),
    ("school", "Luôn dùng ảnh bìa của trường"),
)
WITHDRAWALS = (
    ("remove", "Xóa hẳn bài khỏi OA"),
    ("hide", "Chỉ ẩn bài, giữ lượt xem"),
)


def _https(value: str) -> None:
    if value and not value.startswith("https://"):
        raise ValidationError("Địa chỉ ảnh phải bắt đầu bằng https://, vì Zalo tự lấy ảnh từ địa chỉ này.")


class ZaloOptions(ChannelSettings):
    """What whoever runs the installation fills in once, from the application's page at developers.zalo.me."""

    app_id = text_field("Mã ứng dụng", "App ID của ứng dụng Zalo.", "1234567890123456789")
    app_secret = secret_field("Khóa bí mật của ứng dụng", "App Secret Key.", "khoa-ung-dung-mau", required=False)
    oa_secret = secret_field(
        "Khóa bí mật của OA", "OA Secret Key, chỉ để kiểm tra thông báo gửi về.", "khoa-oa-mau", required=False
    )
    oauth_url = text_field(
        "Máy chủ cấp quyền",
        "Địa chỉ gốc của OAuth v4.",
        "https://oauth.zaloapp.com/v4/oa",
        default="https://oauth.zaloapp.com/v4/oa",
    )
    openapi_url = text_field(
        "Máy chủ OpenAPI",
        "Địa chỉ gốc của OpenAPI.",
        "https://openapi.zalo.me",
        default="https://openapi.zalo.me",
    )
    pkce = choice_field("PKCE", "Cách dùng code_challenge khi xin quyền.", PKCE_MODES, default="request")
    pkce_verifier = secret_field(
        "Mã PKCE cố định", "code_verifier 43 ký tự, chỉ khi chọn mã cố định.", "mau-43-ky-tu", required=False
    )
    appsecret_proof = flag_field("Gửi appsecret_proof", "Bật khi Zalo báo lỗi -242.", default=False)
    hide_first = flag_field(
        "Tạo bài ẩn rồi mới hiện", "Để một lần gửi bị mất câu trả lời không bao giờ sinh bài lặp.", default=True
    )
    tracking_link = flag_field("Gửi tracking_link", "Kèm địa chỉ bài trên trang của trường.", default=True)
    check_cover = flag_field(
        "Thử ảnh trước khi gửi", "Mở địa chỉ ảnh bìa xem có ra ảnh JPG, PNG không quá 1 MB không.", default=True
    )
    title_limit = number_field("Độ dài tiêu đề", "Số ký tự nhiều nhất.", default=140, least=50, most=150)
    description_limit = number_field("Độ dài tóm tắt", "Số ký tự nhiều nhất.", default=250, least=50, most=300)
    body_limit = number_field("Độ dài bài", "Số ký tự nhiều nhất.", default=10_000, least=1_000, most=100_000)
    renew_before_hours = number_field(
        "Gia hạn trước (giờ)", "Gia hạn khi quyền còn ngần này giờ (quyền có 25 giờ).", default=5, least=1, most=24
    )
    look_up_minutes = number_field(
        "Chờ trước khi kết luận (phút)", "Sau ngần này phút mới kết luận bài chưa có trên OA.", default=10, least=10,
        most=600,
    )  # fmt: skip
    job_minutes = number_field(
        "Chờ Zalo xử lý bài (phút)", "Quá ngần này phút thì báo người phụ trách.", default=20, least=5, most=1_440
    )
    poll_times = number_field("Số lần hỏi kết quả", "Sau khi sửa hoặc ẩn một bài.", default=3, least=1, most=10)
    poll_seconds = number_field("Nghỉ giữa hai lần hỏi (giây)", "Trong cùng một lời gọi.", default=2, least=0, most=10)
    clock_skew_seconds = number_field(
        "Lệch đồng hồ (giây)", "Đồng hồ của Zalo được chậm hơn ngần này.", default=120, least=0, most=3_600
    )
    list_pages = number_field("Số trang tra cứu", "Mỗi trang danh sách có 10 bài.", default=5, least=1, most=100)
    broadcast_from_hour = number_field("Gửi tin từ (giờ)", "Giờ Việt Nam.", default=6, least=0, most=23)
    broadcast_until_hour = number_field("Gửi tin trước (giờ)", "Giờ Việt Nam.", default=22, least=1, most=24)
    callback_minutes = number_field(
        "Tuổi của thông báo (phút)", "Thông báo cũ hơn bị từ chối.", default=150, least=5, most=10_080
    )
    connect_seconds = number_field("Chờ kết nối (giây)", "Cho mỗi lần gọi.", default=5, least=1, most=30)
    read_seconds = number_field("Chờ trả lời (giây)", "Cho mỗi lần gọi.", default=20, least=1, most=60)


class ZaloSettings(ChannelSettings):
    """What a school may choose; the first two and all secrets are filled in by connecting."""

    oa_id = text_field(
        "Mã OA", "Hệ thống tự điền khi kết nối; thầy cô không cần sửa.", "4000000000000000001", longest=40
    )
    oa_name = text_field("Tên OA", "Hệ thống tự điền khi kết nối.", "Trường THCS Hoa Mai", longest=120)
    author = text_field(
        "Tên tác giả trên Zalo",
        "Ghi dưới mọi bài; để trống thì ghi tên người viết, không có thì ghi tên trường. Nhiều nhất 50 ký tự.",
        "Ban truyền thông",
        longest=50,
    )
    cover_choice = choice_field("Ảnh bìa", "Zalo bắt buộc mỗi bài có ảnh bìa.", COVERS, default="picture")
    cover_url = text_field(
        "Ảnh bìa của trường",
        "Địa chỉ công khai của một ảnh JPG hoặc PNG không quá 1 MB, dùng cho bài không có ảnh.",
        "https://hoamai.example.edu.vn/anh-bia.jpg",
        longest=500,
        check=_https,
    )
    allow_comments = flag_field(
        "Cho bình luận dưới bài", "Zalo không cho đọc bình luận qua hệ thống; người trực OA phải tự xem.", default=False
    )
    withdrawal = choice_field("Khi gỡ bài", "Xóa hẳn hay chỉ ẩn.", WITHDRAWALS, default="remove")
    access_token = secret_field(
        "Mã truy cập", "Hệ thống tự điền khi kết nối, dùng được 25 giờ.", "ma-truy-cap-mau-0001", required=False
    )
    refresh_token = secret_field(
        "Mã gia hạn", "Hệ thống tự điền khi kết nối, dùng một lần.", "ma-gia-han-mau-0001", required=False
    )
    expires_at = secret_field(
        "Hạn của mã truy cập", "Hệ thống tự điền khi kết nối.", "2099-01-01T00:00:00+00:00", required=False
    )
    oa_secret = secret_field(
        "Khóa bí mật của OA",
        "Chỉ điền khi OA có khóa riêng để kiểm tra thông báo gửi về.",
        "khoa-rieng-cua-oa-mau",
        required=False,
    )
