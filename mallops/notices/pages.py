"""What the pages of notices show, put together from what a request asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_wtf import FlaskForm

from mallops import web
from mallops.daylog import queries as daylog
from mallops.findings.models import Finding
from mallops.ledger.models import Photo
from mallops.notices import queries, rules, words
from mallops.notices.actions import Draft
from mallops.notices.forms import (
    DeliveryForm,
    IssueForm,
    ProposalForm,
    ReplyForm,
    WithdrawalForm,
    tidy,
)
from mallops.notices.models import PENALTY_STATES, Notice, NoticeStep, Penalty
from mallops.notices.queries import Filters
from mallops.people.models import LANGUAGES
from mallops.places.models import Mall, Tenant

FIRST_STATES = ("draft", *rules.SHOWN_STATES)


class List:
    """Notices as asked for: drafts, one page of what was issued, counts."""

    def __init__(self, mall: Mall, args: Mapping[str, str]) -> None:
        self.mall, self.now = mall, web.now()
        self.state = args.get("state", "")
        self.unit = args.get("unit", "").strip()
        self.overdue = args.get("overdue", "") == "1"
        self._after = args.get("after", "")
        self.errors: list[str] = []
        self._filters = self._read()

    def _read(self) -> Filters:
        unit = queries.find_unit(self.mall.id, self.unit)
        if self.unit and unit is None:
            self.errors.append(_("There is no unit with this number here."))
        if self.state and self.state not in FIRST_STATES:
            self.errors.append(_("There is no such state of notices."))
        return Filters(
            state=self.state,
            unit_id=unit.id if unit else None,
            overdue=self.overdue,
            after=_uuid(self._after),
        )

    @property
    def params(self) -> dict[str, str]:
        """What goes along to another page of the same list."""
        given = {"state": self.state, "unit": self.unit}
        given["overdue"] = "1" if self.overdue else ""
        return {name: value for name, value in given.items() if value}

    @cached_property
    def drafts(self) -> list[Finding]:
        is_wanted = self.state in ("", "draft") and not self.overdue
        if self.errors or not is_wanted or self._filters.after:
            return []
        return queries.drafts(self.mall.id, self._filters.unit_id)

    @cached_property
    def _page(self) -> tuple[list[Notice], bool]:
        if self.errors or self.state == "draft":
            return [], False
        return queries.page(self.mall.id, self._filters, self.now)

    @property
    def notices(self) -> list[Notice]:
        return self._page[0]

    @property
    def next(self) -> UUID | None:
        """After which notice the next page begins."""
        notices, has_more = self._page
        return notices[-1].id if has_more else None

    @cached_property
    def tenants(self) -> dict[str, Tenant]:
        """Who held the unit of each draft on its day, by finding id."""
        return _tenants({one.id: one for one in self.drafts})

    @cached_property
    def counts(self) -> queries.Counts:
        return queries.counts(self.mall.id, self.now)


def _tenants(drafts: Mapping[str, Finding]) -> dict[str, Tenant]:
    spots = {id_: (one.unit_id or 0, one.business_day) for id_, one in drafts.items()}
    held = queries.tenants_of(spots.values())
    return {id_: held[spot] for id_, spot in spots.items() if spot in held}


class Penalties:
    """Proposals as asked for."""

    def __init__(self, mall: Mall, args: Mapping[str, str]) -> None:
        self.mall, self.state = mall, args.get("state", "")
        self.unit = args.get("unit", "").strip()
        found = queries.find_unit(mall.id, self.unit)
        self._unit_id = found.id if found else None
        self.errors: list[str] = []
        if self.unit and found is None:
            self.errors.append(_("There is no unit with this number here."))
        if self.state and self.state not in PENALTY_STATES:
            self.errors.append(_("There is no such state of penalties."))

    @cached_property
    def penalties(self) -> list[Penalty]:
        if self.errors:
            return []
        return queries.penalties(self.mall.id, self.state, self._unit_id)

    @cached_property
    def tenants(self) -> dict[UUID, dict[str, str]]:
        return names_of_tenants(self.penalties)


def names_of_tenants(penalties: list[Penalty]) -> dict[UUID, dict[str, str]]:
    """Who a penalty would be for, by its id: who held the unit that day."""
    spots = {one.id: (one.unit_id, one.business_day) for one in penalties}
    held = queries.tenants_of(spots.values())
    return {id_: held[spot].name for id_, spot in spots.items() if spot in held}


@dataclass(frozen=True)
class Shown:
    """One notice with all that happened to it."""

    notice: Notice
    steps: list[NoticeStep]
    penalties: list[Penalty]
    photos: dict[str, Photo]

    @property
    def state(self) -> str:
        return state_of(self.notice)

    @property
    def signed(self) -> NoticeStep | None:
        """The delivery that counts, with the signature."""
        served = [s for s in self.steps if s.counts and s.outcome == "signed"]
        return served[-1] if served else None


def shown(mall: Mall, notice: Notice) -> Shown:
    steps = queries.steps_of([notice.id])[notice.id]
    hashes = [*notice.finding.photos]
    for step in steps:
        hashes += [*step.photos, *([step.signature] if step.signature else [])]
    return Shown(
        notice, steps, queries.penalties_for(notice.id), daylog.photos(mall, hashes)
    )


def state_of(notice: Notice) -> str:
    return rules.shown_state(notice.state, notice.rectify_by, notice.finding.state)


def title_of(notice: Notice) -> str:
    return words.title(notice.level, notice.rectify_by)


def money_of(penalty: Penalty) -> str:
    return words.money(penalty.amount, penalty.currency)


def is_overdue(notice: Notice) -> bool:
    return rules.is_overdue(
        notice.state, notice.rectify_by, notice.finding.state, web.now()
    )


# -- A draft ------------------------------------------------------------------------


def draft_form(mall: Mall, finding: Finding, tenant: Tenant | None) -> IssueForm:
    """The form of a draft, filled in as far as it can be known."""
    language = tenant.language if tenant and tenant.language in LANGUAGES else "zh-Hans"
    deadline = None
    if finding.state not in rules.SETTLED:
        first = rules.first_deadline(finding.fix_by, web.now())
        deadline = first.astimezone(ZoneInfo(mall.time_zone)).replace(tzinfo=None)
    return IssueForm(
        formdata=None,
        level="written",
        what=_what_was_found(finding, language),
        rectify_by=deadline,
        language=language,
    )


def _what_was_found(finding: Finding, language: str) -> str:
    title = finding.title.get(language) or finding.title.get("en", "")
    return "\n".join(part for part in (title, finding.text) if part)


def draft_of(mall: Mall, form: IssueForm) -> Draft:
    return Draft(
        level=form.level.data,
        what=tidy(form.what.data),
        clause=tidy(form.clause.data),
        rectify_by=moment_of(mall, form.rectify_by.data),
        language=form.language.data,
    )


def moment_of(mall: Mall, local: datetime | None) -> datetime | None:
    """A time as typed, which is on the mall's clock."""
    if local is None:
        return None
    return local.replace(tzinfo=ZoneInfo(mall.time_zone)).astimezone(UTC)


def around_draft(mall: Mall, finding: Finding) -> dict[str, Any]:
    """What the page of a draft shows besides its form."""
    soon = (web.now() + timedelta(minutes=1)).astimezone(ZoneInfo(mall.time_zone))
    return {
        "earlier": queries.of_finding(finding.id),
        "photos": daylog.photos(mall, finding.photos),
        "is_settled": finding.state in rules.SETTLED,
        "least_deadline": soon.strftime("%Y-%m-%dT%H:%M"),
    }


def step_forms(notice: Notice) -> dict[str, FlaskForm]:
    """The forms on the page of a notice, untouched."""
    return {
        "deliver": DeliveryForm(formdata=None),
        "reply": ReplyForm(formdata=None),
        "withdraw": WithdrawalForm(formdata=None),
        "propose": ProposalForm(formdata=None, penalty_clause=notice.clause),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
