"""What a unit, and what the installation, fills in for Facebook.

Numbers and switches that rest on one report or on judgement alone are options of the installation, so that a change at
Facebook is met without a new release.
"""

from __future__ import annotations

import re

from marshmallow import ValidationError

from channel_plugins.settings import (
    ChannelSettings,
    choice_field,
    flag_field,
    number_field,
    secret_field,
    text_field,
)

SCOPES = (
    "pages_show_list,business_management,pages_manage_posts,pages_manage_engagement,pages_read_engagement,"
    "pages_read_user_content,read_insights"
)
METRICS = "post_media_view=views,post_total_media_view_unique=reach,post_clicks=clicks"


def _digits(value: str) -> None:
    if not re.fullmatch(r"[0-9]{1,30}", value):
        raise ValidationError("Mã số Trang chỉ gồm chữ số. Thầy cô bấm Kết nối để hệ thống tự điền.")


class FacebookSettings(ChannelSettings):
    """One Page: who it is, how posts look, and the Page's own credential.

    The person's token is used while connecting and forgotten: with the Page token alone nothing else of the person
    can be reached.
    """

    page_id = text_field(
        "Mã số Trang",
        "Hệ thống tự điền khi kết nối. Là dãy số trong phần Giới thiệu của Trang.",
        "100200300400500",
        required=True,
        longest=30,
        check=_digits,
    )
    page_name = text_field("Tên Trang", "Hệ thống tự điền khi kết nối.", "Trường THCS Hoa Mai", longest=150)
    link = choice_field(
        "Liên kết về trang của trường",
        "Địa chỉ bài luôn đứng cuối lời đăng. Bài không có ảnh có thể kèm thẻ xem trước của địa chỉ ấy.",
        (("preview", "Kèm thẻ xem trước khi bài không có ảnh"), ("text", "Chỉ ghi địa chỉ trong lời đăng")),
        default="preview",
    )
    link_label = text_field(
        "Lời dẫn trước liên kết", "Đứng ngay trước địa chỉ bài.", "Xem trên trang của trường:",
        default="Xem trên trang của trường:", longest=100,
    )  # fmt: skip
    hashtags = text_field("Thẻ chủ đề", "Thêm vào cuối mỗi bài.", "#TruongHoaMai #TruongHocHanhPhuc", longest=200)
    page_token = secret_field(
        "Mã truy cập của Trang",
        "Hệ thống tự điền khi kết nối. Chỉ điền tay khi dùng mã của người dùng hệ thống trong Business Manager.",
        "EAAB-page-0123456789abcdef",
    )


class FacebookOptions(ChannelSettings):
    """What whoever runs the installation fills in once (`LOA_CHANNEL_FACEBOOK__APP_ID=...`)."""

    app_id = text_field("Mã ứng dụng", "App ID của ứng dụng ở developers.facebook.com.", "123456789012345")
    app_secret = secret_field("Khóa ứng dụng", "App secret.", "0123456789abcdef0123456789abcdef", required=False)
    verify_token = secret_field(
        "Mã xác nhận webhook", "Chuỗi tự đặt, điền giống ở trang ứng dụng.", "chuoi-tu-dat", required=False
    )
    api_version = text_field("Phiên bản Graph API", "Ví dụ v26.0.", "v26.0", default="v26.0", longest=10)
    graph_url = text_field(
        "Địa chỉ Graph API", "Nơi gửi bài.", "https://graph.facebook.com", default="https://graph.facebook.com"
    )
    dialog_url = text_field(
        "Địa chỉ trang đồng ý",
        "Nơi thầy cô bấm đồng ý.",
        "https://www.facebook.com",
        default="https://www.facebook.com",
    )
    scopes = text_field("Quyền xin khi kết nối", "Cách nhau bằng dấu phẩy.", SCOPES, default=SCOPES, longest=500)
    metrics = text_field("Số liệu", "tên ở Facebook=tên của ta.", METRICS, default=METRICS, longest=500)
    proof = flag_field("Gửi appsecret_proof", "Kèm chữ ký của khóa ứng dụng vào mỗi lời gọi.", default=True)
    business_pages = flag_field("Tìm Trang trong Business", "Tìm cả Trang do doanh nghiệp quản lý.", default=True)
    read_comments = flag_field("Đọc bình luận", "Cần quyền pages_read_user_content.", default=True)
    webhooks = flag_field("Đăng ký webhook", "Đăng ký nhận thay đổi của Trang khi kết nối.", default=False)
    settle_seconds = number_field(
        "Chờ trước khi kết luận bài không có", "Giây kể từ lúc gửi.", default=120, least=0, most=3600
    )
    upload_seconds = number_field("Thời gian tải mỗi ảnh", "Giây cho một ảnh.", default=20, least=1, most=25)
    usage_stop = number_field("Ngưỡng nghỉ", "Phần trăm hạn mức đã dùng thì nghỉ.", default=90, least=1, most=100)
    spam_pause_hours = number_field("Nghỉ khi bị chặn vì đăng dày", "Giờ.", default=6, least=1, most=96)
    posts_per_hour = number_field("Số bài mỗi giờ của một Trang", "0 là không giới hạn.", default=6, least=0, most=1000)
    posts_per_day = number_field(
        "Số bài mỗi ngày của một Trang", "0 là không giới hạn.", default=25, least=0, most=5000
    )
    pause_seconds = number_field("Khoảng cách giữa hai bài", "Giây.", default=60, least=0, most=3600)
