"""Which handler does which kind of job, and what is done periodically."""

from __future__ import annotations

from flask import Flask

from district.issuing import jobs as issuing_jobs
from district.oversight import change_jobs
from tenants.audience import jobs as audience_jobs
from tenants.content import jobs as content_jobs
from tenants.jobs.worker import Registry
from tenants.notices import jobs as notice_jobs
from tenants.offers import jobs as offer_jobs
from tenants.orders import jobs as order_jobs
from tenants.plans import jobs as plan_jobs
from tenants.publishing import contact_jobs, mailing
from tenants.publishing import jobs as publishing_jobs
from tenants.statistics import jobs as statistics_jobs


def register(app: Flask) -> None:
    """Fill the worker's registry."""
    registry: Registry = app.extensions["loa.registry"]
    for feature in (
        notice_jobs,
        plan_jobs,
        issuing_jobs,
        content_jobs,
        publishing_jobs,
        contact_jobs,
        mailing,
        audience_jobs,
        statistics_jobs,
        order_jobs,
        offer_jobs,
        change_jobs,
    ):
        feature.register(registry)
