"""The one table of who may do what.

Every endpoint of the product stands here; the app refuses to start when one does
not. A route with ``<mall>`` in its address answers 404 to a person of another mall
and 403 to a member whose role is not named (domain: role matrix; ASVS V8.2).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Who may use an endpoint: anyone, anyone signed in, or members by role."""

    public: bool = False
    roles: frozenset[str] | None = None  # None: every signed-in person

    def allows(self, role: str) -> bool:
        return self.roles is None or role in self.roles


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()


def roles(*names: str) -> Rule:
    return Rule(roles=frozenset(names))


ANY_MEMBER = Rule()
LOG_READERS = roles("officer", "supervisor", "manager", "auditor")
LEADERS = roles("supervisor", "manager")
FLOOR_STAFF = roles("officer", "supervisor", "manager")
COUNTERSIGNERS = roles("supervisor", "manager", "team")
TOLD_OF_FINDINGS = roles("officer", "supervisor", "manager", "team")
# A contractor's people see their own findings only: mallops/findings/queries.py.
FINDING_READERS = roles("officer", "supervisor", "manager", "team", "auditor")

RIGHTS: dict[str, Rule] = {
    "static": PUBLIC,
    # operations; /metrics asks for a token of its own
    "operations.health": PUBLIC,
    "operations.metrics": PUBLIC,
    # people
    "people.home": PUBLIC,
    "people.sign_in": PUBLIC,
    "people.sign_out": SIGNED_IN,
    "people.language": PUBLIC,
    "people.me": SIGNED_IN,
    "people.preferences": SIGNED_IN,
    "people.password": SIGNED_IN,
    "people.email": SIGNED_IN,
    "people.end_session": SIGNED_IN,
    "people.end_other_sessions": SIGNED_IN,
    "people.release_phone": SIGNED_IN,
    "people.lose_phone": SIGNED_IN,
    "people.roster": roles("manager", "admin"),
    "people.disable": roles("admin"),
    "people.enable": roles("admin"),
    "people.sign_out_everywhere": roles("admin"),
    "people.lose_phone_of": roles("admin"),
    "people.end_membership": roles("admin"),
    # the second factor; at sign-in nobody is signed in yet
    "factors.code": PUBLIC,
    "factors.enrol": PUBLIC,
    "factors.show": SIGNED_IN,
    "factors.start": SIGNED_IN,
    "factors.confirm": SIGNED_IN,
    "factors.cancel": SIGNED_IN,
    "factors.renew_codes": SIGNED_IN,
    "factors.turn_off": SIGNED_IN,
    "factors.reset": roles("admin"),
    # floor
    "floor.shell": PUBLIC,
    "floor.shell_in": PUBLIC,
    "floor.worker": PUBLIC,
    "floor.build": PUBLIC,
    "floor.script": PUBLIC,
    "floor.manifest": PUBLIC,
    "floor.pack": SIGNED_IN,
    "floor.handover": SIGNED_IN,
    "floor.form": ANY_MEMBER,
    # sync
    "sync.session": SIGNED_IN,
    "sync.photos_have": SIGNED_IN,
    "sync.photo": SIGNED_IN,
    "sync.batch": SIGNED_IN,
    # the day to read
    "daylog.today": LOG_READERS,
    "daylog.show": LOG_READERS,
    "daylog.sign_off": roles("manager"),
    "daylog.entries": LOG_READERS,
    "daylog.rounds": LOG_READERS,
    "daylog.uncountersigned": LOG_READERS,
    "daylog.csv": roles("supervisor", "manager", "auditor"),
    "daylog.xlsx": roles("supervisor", "manager", "auditor"),
    "daylog.entry": LOG_READERS,
    "daylog.photo": LOG_READERS,
    "daylog.thumb": LOG_READERS,
    "daylog.held": LEADERS,
    "daylog.decide": LEADERS,
    "daylog.phones": roles("supervisor", "manager", "admin"),
    # findings
    "findings.index": FINDING_READERS,
    "findings.rows": FINDING_READERS,
    "findings.show": FINDING_READERS,
    "findings.photo": FINDING_READERS,
    "findings.thumb": FINDING_READERS,
    "findings.form": roles("officer", "supervisor", "manager", "team"),
    "findings.step": roles("officer", "supervisor", "manager", "team"),
    "findings.unit": LOG_READERS,
    # the shop-door rounds to read; never for a team, which may be a contractor's
    "doors.today": LOG_READERS,
    "doors.show": LOG_READERS,
    "doors.wall": LOG_READERS,
    "doors.shop": LOG_READERS,
    "doors.month": LOG_READERS,
    "doors.sheet": LOG_READERS,
    "doors.csv": roles("supervisor", "manager", "auditor"),
    "doors.xlsx": roles("supervisor", "manager", "auditor"),
    "doors.codes": LEADERS,
    "doors.order": LEADERS,
    "doors.reorder": LEADERS,
    # shifts: who is on duty is for all of operations to read, for leaders to say
    "shifts.index": LOG_READERS,
    "shifts.week": LOG_READERS,
    "shifts.copy": LEADERS,
    "shifts.people": LEADERS,
    "shifts.add": LEADERS,
    "shifts.absence": LEADERS,
    "shifts.change": LEADERS,
    # inbox
    "inbox.show": TOLD_OF_FINDINGS,
    "inbox.acknowledge": TOLD_OF_FINDINGS,
    "inbox.acknowledge_all": TOLD_OF_FINDINGS,
    # notices to tenants and penalties; never for a team, which may be a contractor's
    "notices.index": LOG_READERS,
    "notices.show": LOG_READERS,
    "notices.printed": LOG_READERS,
    "notices.new": LEADERS,
    "notices.issue": LEADERS,
    "notices.deliver": FLOOR_STAFF,
    "notices.reply": LEADERS,
    "notices.withdraw": LEADERS,
    "notices.penalties": LOG_READERS,
    "notices.penalty": LOG_READERS,
    "notices.new_penalty": FLOOR_STAFF,
    "notices.propose": FLOOR_STAFF,
    "notices.propose_for": FLOOR_STAFF,
    "notices.decide": roles("manager"),
    # closures asked for, and what late and early shops call for
    "closures.index": LOG_READERS,
    "closures.rows": LOG_READERS,
    "closures.show": LOG_READERS,
    "closures.new": FLOOR_STAFF,
    "closures.ask": FLOOR_STAFF,
    "closures.decide": LEADERS,
    "cases.index": LOG_READERS,
    "cases.show": LOG_READERS,
    "cases.warn": LEADERS,
    "cases.propose": LEADERS,
    "cases.dismiss": LEADERS,
    "cases.note": roles("manager"),
    # permits, events, visits; whom to watch: never for a team, it may be a contractor's
    "permits.index": LOG_READERS,
    "permits.show": LOG_READERS,
    "permits.new": LEADERS,
    "permits.add": LEADERS,
    "permits.edit": LEADERS,
    "permits.change": LEADERS,
    "permits.close": LEADERS,
    "watches.index": LOG_READERS,
    "watches.mark": LEADERS,
    "watches.end": LEADERS,
    # handovers; a team signs and accepts on the phone
    "handovers.index": LOG_READERS,
    "handovers.show": LOG_READERS,
    "handovers.printed": LOG_READERS,
    "handovers.sign": FLOOR_STAFF,
    "handovers.accept": FLOOR_STAFF,
    "handovers.refuse": FLOOR_STAFF,
    "handovers.decide": roles("manager"),
    "handovers.acknowledge": LEADERS,
    "handovers.instructions": LOG_READERS,
    "handovers.instruct": LEADERS,
    # countersignatures; of the teams only security is asked for one
    "signatures.index": COUNTERSIGNERS,
    "signatures.show": COUNTERSIGNERS,
    "signatures.photo": COUNTERSIGNERS,
    "signatures.countersign": COUNTERSIGNERS,
}

# Who may record which kind of entry; a recorder without the right is held.
RECORDERS: dict[str, frozenset[str]] = {
    "inspection": frozenset({"officer", "supervisor", "manager", "team"}),
    "note": frozenset({"officer", "supervisor", "manager", "team"}),
    "held_decision": frozenset({"supervisor", "manager"}),
    "door": frozenset({"officer", "supervisor", "manager", "team"}),
    "door_withdrawal": frozenset({"officer", "supervisor", "manager", "team"}),
    "finding": frozenset({"officer", "supervisor", "manager", "team"}),
    "finding_update": frozenset({"officer", "supervisor", "manager", "team"}),
    "notice_delivery": frozenset({"officer", "supervisor", "manager"}),
    "penalty_proposal": frozenset({"officer", "supervisor", "manager"}),
    "handover_sign": frozenset({"officer", "supervisor", "manager", "team"}),
    "handover_accept": frozenset({"officer", "supervisor", "manager", "team"}),
    "closure_request": frozenset({"officer", "supervisor", "manager"}),
    "addendum_acknowledgement": frozenset({"supervisor", "manager"}),
    "countersignature": frozenset({"supervisor", "manager", "team"}),
}
