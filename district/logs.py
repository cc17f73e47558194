"""Structured logs: one JSON object a line, with the request and the unit it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from flask import g, has_request_context

from tenants import clock

EXTRAS = ("job_id", "kind", "unit_id", "delivery_id", "channel", "status", "milliseconds", "path")


class JsonFormatter(logging.Formatter):
    """Writes a record as JSON; never the values of settings, only what callers put into ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry["request_id"] = g.get("request_id")
            unit = g.get("unit") or g.get("site")
            entry["unit"] = None if unit is None else unit.slug
        entry.update({name: getattr(record, name) for name in EXTRAS if hasattr(record, name)})
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up(level: str) -> None:
    """Send all logs of the process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
