"""Which of the documents a plan cites is the plan it follows (domain.md 2.5). Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence

from .lines import flat
from .model import Citation

_PLAN = "ke hoach"
_ABOUT = re.compile(r"\b(?:truyen thong|tuyen truyen)\b")


def suggest_parent(citations: Sequence[Citation], superior_symbols: Collection[str]) -> int | None:
    """Return the index of the citation that is most likely the parent plan.

    In this order: a plan whose symbol belongs to a registered superior; a plan about communication; the most recent
    plan; none. Within one step the most recent wins.

    Args:
        superior_symbols: how the superiors sign, such as "UBND" and "SGDĐT".
    """
    plans = [at for at, citation in enumerate(citations) if flat(citation.type) == _PLAN]
    signs = {flat(symbol) for symbol in superior_symbols if symbol}
    of_superior = [at for at in plans if _issuer_sign(citations[at]) in signs]
    about = [at for at in plans if _ABOUT.search(flat(citations[at].subject or ""))]
    chosen = [at for at in of_superior if at in about] or of_superior or about or plans
    return max(chosen, key=lambda at: (citations[at].date or dt.date.min, -at), default=None)


def _issuer_sign(citation: Citation) -> str:
    """The part of a symbol that names the issuer: "SGDĐT" of "KH-SGDĐT"."""
    return flat((citation.symbol or "").rpartition("-")[2])
