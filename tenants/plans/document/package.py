"""The .docx package below the layout: type, language, and bytes that are the same for the same document."""

import io
import zipfile
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt

FONT = "Times New Roman"
LANGUAGE = "vi-VN"

# The file says nothing about when and where it was made, so that the same plan always gives the same bytes.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def new_document(points: float) -> WordDocument:
    """Return an empty document whose whole text is Times New Roman of *points* points, in Vietnamese."""
    document = Document()
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_font(defaults)
    language = defaults.find(qn("w:lang"))
    for kind in ("w:val", "w:eastAsia"):
        language.set(qn(kind), LANGUAGE)
    normal = document.styles["Normal"]
    normal.font.size = Pt(points)
    _set_font(normal.element.get_or_add_rPr())
    layout = normal.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(0), Pt(0), 1.0
    header = document.styles["Header"]
    header.font.size = Pt(points)
    _drop_thumbnail(document)
    return document


def _set_font(properties: BaseOxmlElement) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)


def _drop_thumbnail(document: WordDocument) -> None:
    # The template's preview shows an empty page, which file managers would show for every plan.
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]


def to_bytes(document: WordDocument, *, title: str, author: str) -> bytes:
    """Return *document* as a file; *title* and *author* go into its properties (255 characters at most)."""
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title[:255], author[:255], author[:255]
    properties.comments, properties.language, properties.revision = "", LANGUAGE, 1
    properties.created = properties.modified = _NO_TIME
    stream = io.BytesIO()
    document.save(stream)
    return _settled(stream.getvalue())


def _settled(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED, 6)
    return stream.getvalue()
