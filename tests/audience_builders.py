"""Builders for mailings: a mail provider that runs, a school with an e-mail outlet, people on its list."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from builders import UnitRef, in_unit
from flask import Flask
from publishing_builders import Desk, make_desk
from sqlalchemy import select

from channel_plugins import build_manager
from channel_plugins.simulators.mail import MailSimulator, Places, running_mail
from district.app import create_app
from district.config import Config
from tenants import clock
from tenants.audience import service
from tenants.audience.models import MailingEntry, Subscriber
from tenants.audience.service import Consent
from tenants.jobs.worker import Worker
from tenants.publishing import outlets

PASSWORD = "mat-khau-hop-thu-77"


class HeldProvider(MailSimulator):
    """A mail provider that says when it keeps somebody waiting."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        super().__init__(password=PASSWORD)

    def wait(self, seconds: float) -> None:
        self.reached.set()
        super().wait(seconds)


@contextmanager
def provider_running(app: Flask) -> Iterator[tuple[HeldProvider, Places]]:
    """Run a mail provider that the channels of the application may reach."""
    simulator = HeldProvider()
    before = app.extensions["loa.channels"]
    with running_mail(simulator) as places:
        app.extensions["loa.channels"] = build_manager(private_hosts=places.hosts)
        try:
            yield simulator, places
        finally:
            app.extensions["loa.channels"] = before


def settings_for(places: Places, **changes: Any) -> dict[str, Any]:
    """Return what a school fills in to use the provider."""
    return {
        "sender_name": "Trường THCS Hoa Mai",
        "sender_address": "thutin@hoamai.example",
        "server": "127.0.0.1",
        "port": str(places.smtp_port),
        "security": "plain",
        "password": PASSWORD,
        "postal_address": "Trường THCS Hoa Mai, xã Hoa Sim",
        "bounce_server": "127.0.0.1",
        "bounce_port": str(places.pop_port),
        "bounce_security": "plain",
        "bounce_password": PASSWORD,
        **changes,
    }


@dataclass(frozen=True)
class PostOffice:
    """A school that sends letters."""

    desk: Desk
    simulator: HeldProvider
    places: Places
    account_id: int

    @property
    def unit(self) -> UnitRef:
        return self.desk.unit

    def letters(self) -> list[str]:
        """Return whom the letters went to, in order."""
        return [letter.recipient for letter in self.simulator.letters]


def make_post_office(app: Flask, simulator: HeldProvider, places: Places, **settings: Any) -> PostOffice:
    """Found a school with an e-mail outlet."""
    desk = make_desk(app)
    with in_unit(app, desk.unit):
        account = outlets.create_account("email", "", settings_for(places, **settings), actor_id=desk.team.web.id)
        ident = account.id
    desk.accounts["email"] = ident
    return PostOffice(desk, simulator, places, ident)


def add_people(app: Flask, desk: Desk, *addresses: str, kind: str = "newsletter") -> dict[str, int]:
    """Put people on a school's list; return their ids."""
    found = {}
    for address in addresses:
        with in_unit(app, desk.unit):
            name = address.partition("@")[0].title()
            consent = Consent("Phiếu đăng ký", clock.today())
            person = service.add(kind, address, name, "", consent, desk.team.web.id)
            found[address] = person.id
    return found


def people(app: Flask, unit: UnitRef) -> dict[str, str]:
    """Return the states of a unit's people by address ("" for the erased)."""
    with in_unit(app, unit) as session:
        return {row[0] or "": row[1] for row in session.execute(select(Subscriber.address, Subscriber.state))}


def ledger_of(app: Flask, unit: UnitRef, delivery_id: int) -> dict[str, str]:
    """Return the states of a mailing's letters by address."""
    with in_unit(app, unit) as session:
        rows = select(Subscriber.address, MailingEntry.state).join(
            MailingEntry,
            (MailingEntry.unit_id == Subscriber.unit_id) & (MailingEntry.subscriber_id == Subscriber.id),
        )
        return {row[0] or "": row[1] for row in session.execute(rows.where(MailingEntry.delivery_id == delivery_id))}


def token_of(app: Flask, unit: UnitRef, address: str) -> str:
    """Return the token in a person's letters."""
    with in_unit(app, unit) as session:
        return str(session.scalar(select(Subscriber.token).where(Subscriber.address == address)))


def work(config: Config) -> None:
    """Do what is due, in a process of its own."""
    Worker(create_app(config)).run_until_idle()


@contextmanager
def working_apart(config: Config) -> Iterator[Any]:
    """Run a worker in another process, to be killed."""
    process = multiprocessing.get_context("fork").Process(target=work, args=(config,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def later(minutes: float) -> Any:
    """Hold the clock some minutes from now."""
    return clock.frozen(clock.now() + dt.timedelta(minutes=minutes))
