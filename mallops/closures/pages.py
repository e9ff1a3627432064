"""What the pages of closures show, put together from what a request asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from mallops import web
from mallops.closures import queries
from mallops.closures.forms import RequestForm, no_unit, unknown_unit
from mallops.doors.models import CLOSURE_STATES, Closure
from mallops.notices.queries import find_unit, tenants_of
from mallops.places.models import Mall, Unit
from mallops.places.rules import business_day


class List:
    """Closures as asked for."""

    def __init__(self, mall: Mall, args: Mapping[str, str]) -> None:
        self.mall, self.state = mall, args.get("state", "")
        self.unit = args.get("unit", "").strip()
        self.errors: list[str] = []
        found = find_unit(mall.id, self.unit)
        self._unit_id = found.id if found else None
        if self.unit and found is None:
            self.errors.append(unknown_unit())
        if self.state and self.state not in CLOSURE_STATES:
            self.errors.append(_("There is no such state of closures."))

    @property
    def params(self) -> dict[str, str]:
        given = {"state": self.state, "unit": self.unit}
        return {name: value for name, value in given.items() if value}

    @cached_property
    def closures(self) -> list[Closure]:
        if self.errors:
            return []
        return queries.listed(self.mall.id, self.state, self._unit_id)

    @cached_property
    def undecided(self) -> int:
        return queries.undecided(self.mall.id)

    @cached_property
    def tenants(self) -> dict[Any, dict[str, str]]:
        return names_of_tenants(self.closures)


def names_of_tenants(closures: list[Closure]) -> dict[Any, dict[str, str]]:
    """Who holds the unit of each request on its first day, by its id."""
    spots = {one.id: (one.unit_id, one.first_day) for one in closures if one.unit_id}
    held = tenants_of(spots.values())
    return {id_: held[spot].name for id_, spot in spots.items() if spot in held}


def new_form(mall: Mall, args: Mapping[str, str]) -> RequestForm:
    """The form of a request; a link may name the unit and the day."""
    today = business_day(web.now(), mall.time_zone, mall.day_starts_at)
    day = _day(args.get("day", "")) or today
    return RequestForm(
        formdata=None,
        unit=args.get("unit", ""),
        first_day=day,
        last_day=day,
        what="closed",
    )


def unit_of(mall: Mall, form: RequestForm) -> Unit | None:
    """The unit a form names; told beside its field when there is none."""
    if form.whole_mall.data:
        return None
    no = (form.unit.data or "").strip()
    unit = find_unit(mall.id, no)
    if unit is None:
        form.unit.errors = [*form.unit.errors, unknown_unit() if no else no_unit()]
    return unit


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
