"""The checks that follow from `Limits` alone, the same for every channel."""

from __future__ import annotations

from .text import length
from .types import Limits, Media, Post, Problem


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _megabytes(value: int) -> str:
    return f"{value / 1_000_000:.1f}".replace(".", ",").removesuffix(",0") + " MB"


def _too_long(what: str, field: str, has: int, most: int | None) -> list[Problem]:
    if most is None or has <= most:
        return []
    sentence = (
        f"{what} dài {_number(has)} ký tự, kênh này chỉ nhận {_number(most)}. "
        f"Thầy cô bớt ít nhất {_number(has - most)} ký tự."
    )
    return [Problem(f"{field}.too_long", sentence, field)]


def _media_problems(media: tuple[Media, ...], limits: Limits) -> list[Problem]:
    found: list[Problem] = []
    if limits.needs_media and not media:
        found.append(Problem("media.missing", "Kênh này cần ít nhất một ảnh. Thầy cô thêm ảnh vào bài.", "media"))
    if limits.max_media is not None and len(media) > limits.max_media:
        sentence = (
            f"Bài có {len(media)} ảnh, kênh này chỉ nhận {limits.max_media}. "
            f"Thầy cô bỏ bớt {len(media) - limits.max_media} ảnh."
        )
        found.append(Problem("media.too_many", sentence, "media"))
    for place, item in enumerate(media, start=1):
        if limits.media_types and item.content_type not in limits.media_types:
            sentence = f"Ảnh {place} thuộc loại kênh này không nhận. Thầy cô lưu ảnh thành JPEG hoặc PNG rồi tải lại."
            found.append(Problem("media.type", sentence, "media"))
        if limits.max_media_bytes is not None and (item.size or 0) > limits.max_media_bytes:
            sentence = f"Ảnh {place} nặng quá {_megabytes(limits.max_media_bytes)}. Thầy cô giảm cỡ ảnh rồi tải lại."
            found.append(Problem("media.too_big", sentence, "media"))
        if limits.needs_alt and not item.alt.strip():
            sentence = (
                f"Ảnh {place} chưa có lời mô tả cho người không nhìn thấy ảnh. "
                "Thầy cô viết một câu nói ảnh chụp gì (không nêu tên học sinh)."
            )
            found.append(Problem("media.alt_missing", sentence, "media"))
    return found


def limit_problems(post: Post, limits: Limits, text_length: int) -> list[Problem]:
    """Return what in `post` goes beyond `limits`.

    Args:
        post: any post, however odd; nothing is raised.
        limits: the channel's limits.
        text_length: what `Channel.text_length` gives for this post, in characters.
    """
    found: list[Problem] = []
    if not post.title.strip():
        found.append(Problem("title.missing", "Bài chưa có tiêu đề. Thầy cô viết tiêu đề cho bài.", "title"))
    if not post.body_text.strip():
        found.append(Problem("text.missing", "Bài chưa có nội dung. Thầy cô viết nội dung cho bài.", "body_html"))
    if limits.needs_summary and not post.summary.strip():
        found.append(Problem("summary.missing", "Bài chưa có tóm tắt. Thầy cô viết một hai câu tóm tắt.", "summary"))
    found += _too_long("Tiêu đề", "title", length(post.title), limits.max_title)
    found += _too_long("Tóm tắt", "summary", length(post.summary), limits.max_summary)
    found += [
        Problem("text.too_long", problem.sentence, "body_html")
        for problem in _too_long("Bài", "text", text_length, limits.max_text)
    ]
    if not limits.link_in_text and "https://" in post.body_text:
        sentence = (
            "Kênh này không cho bấm vào địa chỉ trong bài. Thầy cô xem bài có hiểu được khi thiếu liên kết không."
        )
        found.append(Problem("text.link", sentence, "body_html", "warning"))
    return found + _media_problems(post.media, limits)
