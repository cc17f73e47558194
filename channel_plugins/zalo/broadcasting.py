"""Sending an article to every follower: when it is allowed, what it uses up, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channel_plugins.reach import FollowUp, Offer

from .errors import ZONE
from .openapi import whole

FOLLOW_UP = FollowUp(
    "Gửi bài tới người quan tâm OA",
    "Gửi bài này thành tin tới mọi người quan tâm OA? Tin đã gửi không thu hồi, không sửa được và dùng một lượt trong "
    "hạn mức của OA.",
)


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def open_hours(now: datetime, options: Mapping[str, Any]) -> bool:
    """Return whether Zalo lets broadcasts out at this moment (06:00 to 21:59 in Viet Nam, by its documents)."""
    return bool(options["broadcast_from_hour"] <= now.astimezone(ZONE).hour < options["broadcast_until_hour"])


def closed_sentence(options: Mapping[str, Any]) -> str:
    """Return why nothing can be sent now."""
    return (
        f"Zalo chỉ cho gửi tin từ {options['broadcast_from_hour']} giờ đến trước {options['broadcast_until_hour']} giờ "
        "nên bây giờ chưa gửi được. Bài trên OA vẫn giữ nguyên; thầy cô quay lại trong khung giờ này."
    )


def offer(profile: Mapping[str, Any], quota: Mapping[str, Any] | None) -> Offer:
    """Return the offer for what Zalo says about the OA and its quota; `quota` is None when it could not be read."""
    name = str(profile.get("name") or "của trường")
    people = f"khoảng {_number(whole(profile['num_follower']))} người" if "num_follower" in profile else "mọi người"
    start = f"Bài sẽ được gửi tới {people} quan tâm OA {name}."
    end = "Zalo duyệt chừng 30 phút rồi mới gửi; đã gửi thì không thu hồi được."
    if quota is None or "remain" not in quota:
        return Offer(True, f"{start} Hệ thống không đọc được hạn mức còn lại; thầy cô xem ở trang quản lý OA. {end}")
    remain = whole(quota["remain"])
    total = f" trên {_number(whole(quota['total']))}" if "total" in quota else ""
    if remain == 0:
        return Offer(
            False, f"OA {name} đã dùng hết hạn mức gửi tin (còn 0{total} lượt). Thầy cô chờ kỳ sau hoặc mua thêm."
        )
    return Offer(True, f"{start} Hạn mức còn {_number(remain)}{total} lượt, gửi xong còn {_number(remain - 1)}. {end}")
