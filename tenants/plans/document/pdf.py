"""PDF by WeasyPrint, which is optional: the extra ``pdf`` (``pip install loa-truong[pdf]``) and the library Pango.

Imported on the first use only: without it everything else works, and people print the page themselves.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from PIL import ImageFile

from tenants.plans.document.html import write_html
from tenants.plans.document.model import PlanDocument


class PdfUnavailable(Exception):
    """This machine has no WeasyPrint or no Pango."""


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError):
        return None
    # It lets Pillow take truncated pictures, for the whole process; our uploads refuse them.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def available() -> bool:
    """Return whether PDF can be made here. The first call imports the library, which takes about a second."""
    return _weasyprint() is not None


def write_pdf(document: PlanDocument, *, show_origins: bool = False) -> bytes:
    """Return *document* as a PDF with text layer, fonts embedded.

    Raises:
        PdfUnavailable: the optional library is not there.
    """
    library = _weasyprint()
    if library is None:
        raise PdfUnavailable
    page = library.HTML(string=write_html(document, show_origins=show_origins), url_fetcher=_fetch_nothing)
    data: bytes = page.write_pdf(pdf_tags=True)
    return data


def _fetch_nothing(url: str, *_args: Any, **_options: Any) -> Any:
    """The page refers to nothing; whatever asks for an address is refused."""
    raise ValueError(f"a plan refers to nothing outside: {url}")
