"""Shapes that every part of the API uses."""

from __future__ import annotations

from typing import Any

from flask_sqlalchemy.pagination import Pagination
from marshmallow import Schema

from tenants.api.schemas import fields as f

LAST_PAGE = 1_000_000


class ErrorSchema(f.ApiSchema):
    """Every refusal, whatever its status."""

    code = f.string("Stable identifier of what went wrong, e.g. field-locked, bad-input, http-404.")
    message = f.string("What happened, what was kept and what to do next, in Vietnamese.")
    data = f.table("Further facts; `fields` names the fields of a body that cannot be read.")


class PageQuery(f.ApiSchema):
    """Which page of a list."""

    page = f.number("Number of the page, from 1.", strict=False, least=1, most=LAST_PAGE, load_default=1)


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of one page of a list of ``item``."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    return type(
        name,
        (f.ApiSchema,),
        {
            "__doc__": f"One page of a list of {item.__name__}.",
            "items": f.several(item, "The entries of this page."),
            "page": f.number("Number of this page, from 1."),
            "per_page": f.number("How many entries a page holds."),
            "pages": f.number("How many pages there are."),
            "total": f.number("How many entries there are in all."),
        },
    )


def as_page(page: Pagination, items: list[Any] | None = None) -> dict[str, Any]:
    """Return a page of rows as ``page_of`` describes it; ``items`` replace the rows."""
    return {
        "items": page.items if items is None else items,
        "page": page.page,
        "per_page": page.per_page,
        "pages": page.pages,
        "total": page.total or 0,
    }
