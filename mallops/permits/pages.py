"""What the pages of permits show, and what their form says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mallops import web
from mallops.notices.pages import moment_of
from mallops.notices.queries import find_unit
from mallops.permits import queries, rules, words
from mallops.permits.forms import PermitForm
from mallops.permits.models import KINDS, Permit
from mallops.places import queries as places
from mallops.places.models import Mall
from mallops.places.rules import business_day, day_bounds
from mallops.shifts import queries as shifts
from mallops.shifts.rules import Shift

AN_HOUR = timedelta(hours=1)


class List:
    """Permits of today and the days to come, or those before, as asked for."""

    def __init__(self, mall: Mall, args: Mapping[str, str]) -> None:
        self.mall, self.now = mall, web.now()
        self.kind = args.get("kind", "") if args.get("kind") in KINDS else ""
        self.is_past = args.get("past") == "1"
        self.today = _business_day(mall, self.now)

    @cached_property
    def days(self) -> list[tuple[date, list[Permit]]]:
        """By the day they begin; what began before today is today's."""
        begins, _ends = day_bounds(
            self.today, self.mall.time_zone, self.mall.day_starts_at
        )
        read = queries.before if self.is_past else queries.since
        found = read(self.mall.id, begins, self.kind)
        return [(day, list(some)) for day, some in groupby(found, self._day)]

    def _day(self, permit: Permit) -> date:
        day = _business_day(self.mall, permit.starts_at)
        return day if self.is_past else max(day, self.today)


def state_of(permit: Permit) -> str:
    times = permit.starts_at, permit.ends_at
    return rules.state_of(permit.kind, permit.outcome, *times, web.now())


def window_of(mall: Mall, permit: Permit) -> str:
    return words.window(_local(mall, permit.starts_at), _local(mall, permit.ends_at))


# -- The form -------------------------------------------------------------------------


def new_form(mall: Mall, kind: str, shift: Shift | None) -> PermitForm:
    """One to be filled in; for the shift after ``shift`` when one is named."""
    first = shift.ends_at if shift else _next_hour(web.now())
    form = PermitForm(
        formdata=None,
        kind=kind if kind in KINDS else None,
        starts_at=_local(mall, first),
        ends_at=_local(mall, first + AN_HOUR),
    )
    return with_places(mall, form)


def form_of(mall: Mall, permit: Permit) -> PermitForm:
    form = PermitForm(
        formdata=None,
        obj=permit,
        unit=permit.unit.no if permit.unit else "",
        place=permit.place.code if permit.place else "",
        starts_at=_local(mall, permit.starts_at),
        ends_at=_local(mall, permit.ends_at),
    )
    return with_places(mall, form)


def with_places(mall: Mall, form: PermitForm) -> PermitForm:
    """The form with the mall's floors and zones to choose from."""
    found = [one for one in places.places_of(mall.id) if one.kind != "restroom"]
    named = [(one.code, f"{one.code} {web.in_words(one.name)}") for one in found]
    form.place.choices = [("", "–"), *named]
    return form


def said(mall: Mall, form: PermitForm) -> dict[str, Any] | None:
    """The columns that a form fills; None: something in it is wrong, as it says."""
    if not form.validate():
        return None
    unit = find_unit(mall.id, form.unit.data or "")
    if unit is None and form.unit.data:
        form.unit.errors = [_("There is no unit with this number here.")]
        return None
    spots = places.named_spots(mall.id, [form.place.data])
    return {
        **form.said(),
        "unit_id": unit.id if unit else None,
        "place_id": spots[form.place.data].place_id if form.place.data else None,
        "starts_at": moment_of(mall, form.starts_at.data),
        "ends_at": moment_of(mall, form.ends_at.data),
    }


def came_from(mall: Mall, args: Mapping[str, str]) -> Shift | None:
    """The shift whose handover somebody came from, to go back to it."""
    return shifts.find_shift(mall, args.get("back", "").replace("\0", ""))


def _business_day(mall: Mall, moment: datetime) -> date:
    return business_day(moment, mall.time_zone, mall.day_starts_at)


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + AN_HOUR


def _local(mall: Mall, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(mall.time_zone))
