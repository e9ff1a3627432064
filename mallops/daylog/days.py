"""One day among others: those beside it, and the month around it to pick from."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from babel.dates import get_day_names
from flask_babel import get_locale

from mallops import web
from mallops.daylog import rules
from mallops.places.models import Mall
from mallops.places.rules import business_day

ONE_DAY = timedelta(days=1)


def today_of(mall: Mall) -> date:
    return business_day(web.now(), mall.time_zone, mall.day_starts_at)


class Days:
    """What the head of a day's page needs (``daylog/_day_head.html``)."""

    mall: Mall
    day: date
    today: date
    elsewhere: dict[str, str]  # what is asked for and goes along to another day

    def other_day(self, day: date) -> str:
        """The address of another day."""
        raise NotImplementedError

    @property
    def picked(self) -> str:
        """The address that takes a picked day; without one it is today."""
        raise NotImplementedError

    @property
    def marked(self) -> set[date]:
        """Days around it that have something to show."""
        raise NotImplementedError

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @cached_property
    def weeks(self) -> list[list[date]]:
        return rules.weeks_of(self.day)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short and full names of the days of a week, Monday first."""
        locale = get_locale()
        short = get_day_names("short", "stand-alone", locale)
        wide = get_day_names("wide", "stand-alone", locale)
        return [(short[number], wide[number]) for number in range(7)]

    @property
    def before(self) -> date | None:
        return self._other(self.day - ONE_DAY)

    @property
    def after(self) -> date | None:
        return self._other(self.day + ONE_DAY)

    def _other(self, day: date) -> date | None:
        return day if rules.is_plausible(day, self.today) else None
