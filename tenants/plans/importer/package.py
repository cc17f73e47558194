"""The parts of a .docx, opened as if the file were hostile.

A .docx is a zip of XML. Limits are checked before anything is unpacked and again while unpacking, because a zip may
lie about sizes; XML with a document type (entities) is refused, as Word never writes one.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from .model import UnreadablePlan

MAX_MEMBERS = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
_SMALL = 1024 * 1024
_CHUNK = 64 * 1024

_KEPT = "Chưa có dự thảo nào được tạo; tệp của thầy/cô vẫn nguyên vẹn."
_BROKEN = UnreadablePlan(
    "broken-file", f"Tệp Word bị hỏng nên không mở được. {_KEPT} Đề nghị mở bằng Word, lưu lại rồi tải lên lại."
)
_NOT_WORD = UnreadablePlan(
    "not-word",
    f"Đây là tệp nén hoặc tệp của chương trình khác, không phải văn bản Word (.docx). {_KEPT} Đề nghị chọn đúng tệp "
    f"kế hoạch dạng .docx.",
)
_BOMB = UnreadablePlan(
    "zip-bomb",
    f"Tệp giải nén ra quá lớn so với một văn bản nên không đọc, để giữ an toàn. {_KEPT} Đề nghị lưu "
    "lại bằng Word rồi tải lên lại.",
)
_ENTITIES = UnreadablePlan(
    "unsafe-xml",
    f"Tệp có phần khai báo XML không an toàn nên không đọc. {_KEPT} Đề nghị mở bằng Word, lưu lại rồi tải lên lại.",
)
_LOCKED = UnreadablePlan(
    "locked-file", f"Tệp có đặt mật khẩu nên không đọc được. {_KEPT} Đề nghị bỏ mật khẩu, lưu lại rồi tải lên lại."
)


def _fresh(error: UnreadablePlan) -> UnreadablePlan:
    return UnreadablePlan(error.code, error.sentence)


class WordPackage:
    """The XML parts of one .docx.

    Raises:
        UnreadablePlan: ``broken-file``, ``not-word``, ``zip-bomb``, ``unsafe-xml`` or ``locked-file``.
    """

    def __init__(self, data: bytes) -> None:
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._members = {member.filename: member for member in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise _fresh(_BROKEN) from error
        members = self._zip.infolist()
        declared = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members) or 1
        if (
            len(members) > MAX_MEMBERS
            or declared > MAX_UNPACKED
            or (declared > _SMALL and declared > MAX_RATIO * packed)
        ):
            raise _fresh(_BOMB)
        if "word/document.xml" not in self._members:
            raise _fresh(_NOT_WORD)

    def part(self, name: str) -> etree._Element | None:
        """The root of one XML part, ``None`` when the file has no such part."""
        member = self._members.get(name)
        return None if member is None else self._parse(self._unpack(member))

    def _unpack(self, member: zipfile.ZipInfo) -> bytes:
        if member.flag_bits & 0x1:
            raise _fresh(_LOCKED)
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    if self._unpacked > MAX_UNPACKED or (
                        size > _SMALL and size > MAX_RATIO * max(1, member.compress_size)
                    ):
                        raise _fresh(_BOMB)
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise _fresh(_BROKEN) from error
        return b"".join(chunks)

    @staticmethod
    def _parse(data: bytes) -> etree._Element:
        if any(
            mark in data for mark in (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
        ):
            raise _fresh(_ENTITIES)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise _fresh(_BROKEN) from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise _fresh(_ENTITIES)
        return root
