"""The worker's handlers of this feature: an edge, each with its own transaction, each safe to repeat."""

from __future__ import annotations

from flask_babel import gettext as _

from tenants.db import transaction
from tenants.errors import Refused
from tenants.jobs.worker import Registry
from tenants.plans import life_jobs, service, takeover


def import_plan(source_id: int) -> None:
    """Read an uploaded plan file. A converter may take a minute, so nothing is locked while it works."""
    with transaction():
        waiting = service.waiting_file(source_id)
    if waiting is None:
        return
    outcome = service.reading_of(*waiting)
    with transaction():
        service.keep_reading(source_id, outcome)


def receive_plan(base_unit_id: int, base_plan_id: int, version: int) -> None:
    """Take over an issued plan of a superior into the unit of the job. A failure is written down where the superior
    sees it; the queue tries again.
    """
    try:
        with transaction():
            service.receive(base_unit_id, base_plan_id, version)
    except Exception as error:
        with transaction():
            takeover.note_failure(base_unit_id, base_plan_id, version, _reason(error))
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.sentence
    sentence: str = _("Máy chủ gặp lỗi khi cập nhật. Kế hoạch của đơn vị được giữ nguyên; hệ thống sẽ tự thử lại.")
    return sentence


def note_answer(base_unit_id: int, base_plan_id: int, node_id: str, field: str, words: str) -> None:
    """Keep what a superior answered to a question of the unit of the job."""
    with transaction():
        takeover.answer(base_unit_id, base_plan_id, node_id, field, words)


def register(registry: Registry) -> None:
    """Add the handlers to the worker's registry."""
    registry.add("plans.import", import_plan)
    registry.add("plans.receive", receive_plan)
    registry.add("plans.answer", note_answer)
    life_jobs.register(registry)
