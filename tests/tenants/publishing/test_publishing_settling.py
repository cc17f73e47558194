"""Whose word counts for an item of which nobody knows whether it stands on its outlet."""

from __future__ import annotations

import pytest
from builders import in_unit, run_jobs
from flask import Flask
from publishing_builders import BOARD, Board, Desk, approved, plan, see

from channel_plugins import LookUp, Unsure
from tenants.errors import Refused
from tenants.publishing import settling


def test_what_somebody_saw_on_the_outlet_is_never_sent_again_on_a_second_word(
    app: Flask, desk: Desk, board: Board
) -> None:
    """Two people settle one doubtful item: the first saw it, the second, on an older page, says it is not there."""
    board.answers, board.looks = [Unsure()], [LookUp.cannot_tell() for _ in range(12)]
    ident = plan(app, desk, approved(app, desk), BOARD)
    run_jobs(app)
    assert see(app, desk, ident).state == "unconfirmed"
    with in_unit(app, desk.unit):
        settling.settle_published(ident, "", desk.team.web.id)
    for again in (
        lambda: settling.settle_absent(ident, desk.team.principal.id),
        lambda: settling.settle_published(ident, "", desk.team.principal.id),
    ):
        with pytest.raises(Refused, match="not-doubtful"), in_unit(app, desk.unit):
            again()
    run_jobs(app)
    assert (see(app, desk, ident).state, [call for call, _key in board.calls].count("publish")) == ("published", 1)
