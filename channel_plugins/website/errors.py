"""What can go wrong on our own site."""

from __future__ import annotations

from channel_plugins.errors import NeedsPerson, NextStep


class NoSite(NeedsPerson):
    """The unit has no address for its public site yet."""

    default_sentence = (
        "Trường chưa có địa chỉ trang thông tin điện tử nên bài chưa được đăng. Bài vẫn được giữ; thầy cô mở "
        "Cài đặt đơn vị, điền địa chỉ trang rồi bấm Đăng lại."
    )
    default_step = NextStep.OPEN_SETTINGS
