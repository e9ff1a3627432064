"""What the pages of cases show, put together from what a request asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from mallops import web
from mallops.cases import month, queries, rules
from mallops.cases.forms import DismissalForm, NoteForm, ProposalForm, WarningForm
from mallops.cases.words import day_of
from mallops.daylog import queries as daylog
from mallops.doors import words as doors
from mallops.doors.models import Dismissal, DoorDay, DoorSighting
from mallops.ledger.models import Photo
from mallops.notices.queries import find_unit
from mallops.notices.rules import first_deadline
from mallops.people.models import LANGUAGES
from mallops.places.models import Mall, Tenant, Unit
from mallops.places.rules import business_day

MOST_PHOTOS = 20
OPENING = _l("%(day)s, to open at %(hour)s: %(said)s")
CLOSING = _l("%(day)s, to close at %(hour)s: %(said)s")


class Month:
    """The shops with cases in a month, as asked for."""

    def __init__(self, mall: Mall, args: Mapping[str, str]) -> None:
        self.mall = mall
        self.errors: list[str] = []
        self.first = self._read_month(args.get("month", "").strip())
        self.unit = args.get("unit", "").strip()
        self.waiting = args.get("waiting", "") == "1"
        found = find_unit(mall.id, self.unit)
        self._unit_id = found.id if found else None
        if self.unit and found is None:
            self.errors.append(_("There is no unit with this number here."))

    def _read_month(self, text: str) -> date:
        today = business_day(
            web.now(), self.mall.time_zone, self.mall.day_starts_at
        ).replace(day=1)
        if not text:
            return today
        try:
            asked = date.fromisoformat(f"{text}-01")
            return asked if 2000 <= asked.year <= 2999 else self._no_month(today)
        except ValueError:
            return self._no_month(today)

    def _no_month(self, today: date) -> date:
        self.errors.append(_("A month is written like 2026-11."))
        return today

    @property
    def last(self) -> date:
        return rules.month_of(self.first)[1]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return self.last + timedelta(days=1)

    @cached_property
    def _shops(self) -> list[month.Shop]:
        if self.errors:
            return []
        return month.shops(self.mall, self.first, self._unit_id)

    @property
    def shops(self) -> list[month.Shop]:
        return [one for one in self._shops if one.steps or not self.waiting]

    @property
    def steps(self) -> int:
        """How many steps wait for a decision."""
        return sum(len(shop.steps) for shop in self._shops)

    @property
    def days(self) -> int:
        return sum(shop.days for shop in self._shops)

    @cached_property
    def dismissed(self) -> list[Dismissal]:
        if self.errors:
            return []
        return queries.dismissals(self.mall.id, self.first, self.last, self._unit_id)


@dataclass(frozen=True)
class Day:
    """One day of a shop with all that is known of it."""

    unit: Unit
    day: date
    tenant: Tenant | None
    shop: month.Shop | None
    events: list[DoorDay]
    looks: dict[str, list[DoorSighting]]  # by event
    dismissed: list[Dismissal]
    photos: dict[str, Photo]

    @property
    def warning(self) -> rules.Prepared | None:
        return self.shop.step_on(self.day, "verbal", "written") if self.shop else None

    @property
    def penalty(self) -> rules.Prepared | None:
        return self.shop.step_on(self.day, "penalty") if self.shop else None

    @property
    def manager(self) -> rules.Prepared | None:
        return self.shop.step_on(self.day, "manager") if self.shop else None

    @property
    def known(self) -> dict[str, DoorDay]:
        return {one.event: one for one in self.events}

    @property
    def cases(self) -> list[DoorDay]:
        return [one for one in self.events if one.case]

    @property
    def decided(self) -> list[month.Decided]:
        made = self.shop.decided if self.shop else []
        return [one for one in made if one.made.day == self.day]

    @property
    def proof(self) -> list[str]:
        """The photos of what counts, by hash."""
        of_cases = [look for one in self.cases for look in self.looks[one.event]]
        hashes = [p for look in of_cases if not look.withdrawn for p in look.photos]
        return list(dict.fromkeys(hashes))[:MOST_PHOTOS]


def day_page(mall: Mall, unit: Unit, day: date) -> Day | None:
    """None: nobody looked at the shop that day."""
    events = queries.day_of(unit.id, day)
    found = month.looks({unit.id}, day, day)
    dismissed = queries.dismissals(mall.id, day, day, unit.id)
    if not events and not found:
        return None
    looks = {event: found.get((unit.id, day, event), []) for event in doors.EVENTS}
    shops = month.shops(mall, day, unit.id)
    shop = next((s for s in shops if any(c.day == day for c in s.cases)), None)
    holder = next((one.tenant_id for one in events if one.tenant_id), None)
    hashes = [p for some in looks.values() for look in some for p in look.photos]
    return Day(
        unit=unit,
        day=day,
        tenant=queries.tenants({holder}).get(holder) if holder else None,
        shop=shop,
        events=events,
        looks=looks,
        dismissed=dismissed,
        photos=daylog.photos(mall, hashes),
    )


# -- Its forms, filled in as far as it can be known ---------------------------------


def forms_of(mall: Mall, shown: Day) -> dict[str, FlaskForm]:
    cases = shown.cases
    return {
        "warn": _warning_form(mall, shown),
        "propose": ProposalForm(
            formdata=None,
            penalty_clause=queries.last_clause(mall.id),
            penalty_text=what_happened(mall, shown.shop.cases if shown.shop else []),
        ),
        "note": NoteForm(formdata=None),
        "dismiss": DismissalForm(
            formdata=None, event=cases[0].event if len(cases) == 1 else None
        ),
    }


def _warning_form(mall: Mall, shown: Day) -> WarningForm:
    """In the tenant's language; only a notice asks for something by a time."""
    known = shown.tenant.language if shown.tenant else ""
    language = known if known in LANGUAGES else "zh-Hans"
    deadline = None
    if shown.warning and shown.warning.step == "written":
        first = first_deadline(None, web.now())
        deadline = first.astimezone(ZoneInfo(mall.time_zone)).replace(tzinfo=None)
    with _in_language(language):
        what = what_happened(mall, shown.cases)
    return WarningForm(
        formdata=None,
        what=what,
        clause=queries.last_clause(mall.id),
        rectify_by=deadline,
        language=language,
    )


def what_happened(mall: Mall, cases: list[DoorDay]) -> str:
    """One line for each case: the day, its hour, and how far off."""
    return "\n".join(_line(mall, one) for one in cases)


def _line(mall: Mall, case: DoorDay) -> str:
    hour = web.clock_time(case.planned_at, mall.time_zone) if case.planned_at else ""
    said = doors.state_told(case.state, case.least, case.most)
    line = OPENING if case.event == "opening" else CLOSING
    return str(line) % {"day": day_of(case.day), "hour": hour, "said": said}


@contextmanager
def _in_language(language: str) -> Iterator[None]:
    reader = web.current_language()
    g.language = language
    try:
        with force_locale(web.LOCALES[language]):
            yield
    finally:
        g.language = reader
