"""The library that makes PDF must not loosen what uploads refuse."""

from __future__ import annotations

from PIL import ImageFile

from tenants.plans.document import pdf


def test_truncated_pictures_stay_refused_once_pdf_can_be_made() -> None:
    pdf.available()
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
