"""Pages of lists that are already in memory, in the form the pagination macro reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PER_PAGE = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: ``page`` counts from 1, ``pages`` is at least 1."""

    items: tuple[T, ...]
    page: int
    pages: int
    total: int


def cut(rows: Sequence[T], page: int, per_page: int = PER_PAGE) -> Page[T]:
    """Return one page of ``rows``; a number beyond the ends gives the nearest page."""
    pages = max(1, -(-len(rows) // per_page))
    number = min(max(1, page), pages)
    return Page(tuple(rows[(number - 1) * per_page : number * per_page]), number, pages, len(rows))
