"""A .doc of old Word: converted to .docx by LibreOffice where it is installed, then read like any .docx.

No library for Python reads this format with its numbering. The converter runs confined: own home and profile, no
network, no macros, no linked documents, limited time and memory.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import confined
from .cleaning import CleanText
from .docx import read_docx
from .model import UnreadablePlan

SECONDS = 90
MEMORY = 4 * 1024 * 1024 * 1024
PROGRAMS = ("soffice", "libreoffice")

_KEPT = "Chưa có dự thảo nào được tạo; tệp của thầy/cô vẫn nguyên vẹn."
_AS_DOCX = (
    "Đề nghị mở tệp bằng Word hoặc LibreOffice, chọn Lưu thành (Save As) dạng .docx rồi tải lên lại, "
    "hoặc chép toàn văn rồi dán vào ô nhập văn bản."
)
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


def converter() -> str | None:
    """Return the path of LibreOffice; None when this machine has none."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def read_doc(data: bytes) -> CleanText:
    """Read a .doc.

    Raises:
        UnreadablePlan: ``doc-format`` (no converter here), ``broken-file``, ``too-slow``, or what ``read_docx`` says.
    """
    program = converter()
    if program is None:
        raise UnreadablePlan(
            "doc-format",
            "Đây là tệp Word đời cũ (.doc), mà máy chủ này chưa cài LibreOffice để chuyển đổi nên không đọc được. "
            f"{_KEPT} {_AS_DOCX}",
        )
    with tempfile.TemporaryDirectory(prefix="loa-doc-") as folder:
        return read_docx(_converted(program, data, Path(folder)))


def _converted(program: str, data: bytes, folder: Path) -> bytes:
    source, profile = folder / "plan.doc", folder / "profile"
    source.write_bytes(data)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--nodefault", "--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder),
        str(source),
    ]  # fmt: skip
    try:
        confined.run(command, folder, seconds=SECONDS, memory=MEMORY)
        return (folder / "plan.docx").read_bytes()
    except confined.TooSlow as error:
        raise UnreadablePlan(
            "too-slow", f"Chuyển tệp .doc hơn {SECONDS} giây chưa xong nên đã dừng. {_KEPT} {_AS_DOCX}"
        ) from error
    except (confined.Failed, FileNotFoundError) as error:
        raise UnreadablePlan(
            "broken-file", f"Không chuyển được tệp .doc này: tệp hỏng hoặc không phải văn bản Word. {_KEPT} {_AS_DOCX}"
        ) from error


def _settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )
