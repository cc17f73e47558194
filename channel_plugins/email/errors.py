"""What can go wrong with a mailing."""

from __future__ import annotations

from channel_plugins.errors import GiveUp, NeedsPerson, NextStep, TryAgain


class MailServerAway(TryAgain):
    """The mail server cannot be reached, or asks for patience."""

    default_sentence = (
        "Máy chủ gửi thư đang tạm thời không nhận. Ai chưa được gửi vẫn ở trong danh sách chờ; hệ thống sẽ tự gửi "
        "tiếp cho những người đó, không gửi lại cho ai đã nhận."
    )


class SomeLater(TryAgain):
    """Some addresses asked for patience; the others have their letters."""

    default_sentence = (
        "Một số hộp thư tạm thời chưa nhận. Những người khác đã được gửi; hệ thống sẽ tự gửi lại cho riêng các hộp "
        "thư đó, thầy cô chưa phải làm gì."
    )


class MoreToSend(TryAgain):
    """The time of one call is used up; the rest of the list comes next."""

    default_sentence = (
        "Danh sách dài nên thư được gửi thành nhiều đợt. Hệ thống đang gửi tiếp; thầy cô chưa phải làm gì."
    )


class SignInRefused(NeedsPerson):
    """535: the mail server does not accept name and password."""

    default_sentence = (
        "Máy chủ thư không nhận tên đăng nhập hoặc mật khẩu, nên chưa gửi thêm thư nào. Danh sách chờ vẫn được giữ; "
        "thầy cô mở Cài đặt kênh, nhập lại mật khẩu rồi bấm Gửi lại."
    )
    default_step = NextStep.OPEN_SETTINGS


class SenderRefused(NeedsPerson):
    """The server does not let this account send from this address."""

    default_sentence = (
        "Máy chủ thư không cho gửi bằng địa chỉ gửi đã khai, nên chưa gửi thêm thư nào. Danh sách chờ vẫn được giữ; "
        "thầy cô mở Cài đặt kênh, kiểm tra địa chỉ gửi rồi bấm Gửi lại."
    )
    default_step = NextStep.OPEN_SETTINGS


class NotSecure(NeedsPerson):
    """The server offers no encryption, its certificate is wrong, or plain sending was chosen for a real server."""

    default_sentence = (
        "Không lập được kết nối mã hóa tới máy chủ thư nên hệ thống không gửi mật khẩu và thư. Danh sách chờ vẫn được "
        "giữ; thầy cô mở Cài đặt kênh, chọn lại cách mã hóa và cổng, hoặc báo người quản trị máy chủ thư."
    )
    default_step = NextStep.OPEN_SETTINGS


class PrivateServer(NeedsPerson):
    """The name of the server leads into a private network."""

    default_sentence = (
        "Tên máy chủ thư dẫn vào mạng nội bộ nên hệ thống không kết nối. Danh sách chờ vẫn được giữ; thầy cô sửa tên "
        "máy chủ ở Cài đặt kênh."
    )
    default_step = NextStep.OPEN_SETTINGS


class LetterRefused(GiveUp):
    """The server refuses the letter itself, whoever it goes to."""

    default_sentence = (
        "Máy chủ thư từ chối nội dung thư nên hệ thống dừng lại. Bài vẫn được giữ; thầy cô xem lại bài (thường do "
        "đường liên kết hoặc lời lẽ giống thư rác), sửa rồi trình duyệt lại."
    )
    default_step = NextStep.EDIT_ARTICLE
