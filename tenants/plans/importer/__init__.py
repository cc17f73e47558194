"""Read a communication plan (kế hoạch truyền thông) from a Word file, a PDF or from text.

:func:`read_plan` takes an uploaded file, :func:`read_plan_text` a pasted text. Nothing is stored, no network is used;
.doc and PDF are opened by confined processes of their own. They never lose text: what is not understood becomes an
unnumbered node. What cannot be read at all raises :class:`UnreadablePlan`, what a person should look at is a warning.

What the fields of :class:`ReadPlan` mean:

``number``, ``symbol``
    "331" and "KH-MGLH" for ``Số: 331/KH-MGLH``; "01" and "KH/ĐU" for the Party's ``Số 01-KH/ĐU``. A year belongs to
    the number: "09/2024" and "TT-BGDĐT". The number stays a string, because "05" and "5" are printed differently.
``date``
    ISO date, ``None`` when day, month or year is not filled in.
``issuer``, ``issuer_parent``
    From the head; if that is lost, the body that says in the introduction that it draws up the plan, then the name
    printed over the signature, then the closing sentence. The parent is the body printed above the issuer.
``title``
    The subject (trích yếu) without the word KẾ HOẠCH.
``citations``
    Every document named with a number, every law named with its year or date, and what a "Căn cứ ..." or "Thực hiện
    ..." line of the introduction names by type; each once, in order of appearance, title first. ``type`` is the
    Vietnamese name of the type ("Kế hoạch", "Thông tư", "Luật"; an announced number without type has the type its
    symbol says, "Công văn" when it says none). ``subject`` is what follows "về việc" or "về", or begins with a verb
    ("quy định ...", "ban hành ...", "hướng dẫn ..."), up to the end of the clause. Of a law it is the name.
``nodes``
    The sections, then the closing paragraphs (kind ``closing``), then annexes. ``label`` is printed ("I", "1", "1.1",
    "a", "-", "+"), without its stop or bracket, and "" for an unnumbered paragraph. ``text`` is as printed after the
    label, with wrapped lines joined. A heading has the kind of its section: ``basis``, ``purpose``, ``requirement``,
    ``topic``, ``channel``, ``task``, ``quota``; a heading that names none of these or two at once is a ``section``,
    and an item under "Mục đích, yêu cầu" without sub-headings is judged by its words. An item that sets a number of
    products per period is a ``quota`` wherever it stands. Rows of a table are unnumbered nodes "cell | cell".
``owners``
    Of a topic, the bodies in the bracket at its end that "thực hiện", "chịu trách nhiệm", "làm đầu mối" or to whom it
    is "giao cho"; of the implementation section, the bodies a heading names. Children do not repeat their parent's
    owners.
``recipients``, ``signer``
    Nơi nhận without dashes and end marks, "Lưu: ..." last; the signer's title lines joined by a space, and the name.
``introduction``
    What stands between title and first section, one paragraph a line.

Not part of the JSON: ``ReadPlan.source_text`` and, on each node, ``lines``, so that a page can show the source beside
the tree.
"""

from __future__ import annotations

from .cleaning import clean_text
from .doc import read_doc
from .docx import read_docx
from .files import check_lines, check_text, decode, sniff
from .model import Citation, Node, PlanWarning, ReadPlan, Signer, UnreadablePlan
from .pdf import read_pdf
from .reader import read_lines

_READERS = {"zip": read_docx, "doc": read_doc, "pdf": read_pdf}

__all__ = ["Citation", "Node", "PlanWarning", "ReadPlan", "Signer", "UnreadablePlan", "read_plan", "read_plan_text"]


def read_plan(data: bytes, filename: str) -> ReadPlan:
    """Read an uploaded plan.

    Args:
        data: The bytes of a .docx, a .doc (where LibreOffice is installed), a PDF with a text layer, or a text file
            (UTF-8, or UTF-16 with a byte order mark).
        filename: The name it was uploaded under; it only completes messages, the kind of file is told by the bytes.

    Raises:
        UnreadablePlan: With a Vietnamese sentence to show.
    """
    try:
        kind = sniff(data)
        if kind == "text":
            return read_plan_text(decode(data))
        clean = _READERS[kind](data)
        check_lines(len(clean.lines))
        return read_lines(clean)
    except UnreadablePlan as error:
        named = f"“{filename}”: {error.sentence}" if filename else error.sentence
        raise UnreadablePlan(error.code, named) from error


def read_plan_text(text: str) -> ReadPlan:
    """Read a pasted plan: plain text or a copy of a web page (HTML tags, Markdown marks, pipe tables).

    Raises:
        UnreadablePlan: ``empty``, ``too-long`` or ``legacy-font``.
    """
    damage = check_text(text)
    clean = clean_text(text)
    clean.repairs |= damage
    if not clean.lines:
        check_text("")
    check_lines(len(clean.lines))
    return read_lines(clean)
