"""What flags, states and reasons are called, and what they mean in plain words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

import flask_babel
from babel.dates import format_skeleton
from flask_babel import lazy_gettext as _l

from mallops import web

KIND_ICONS = {
    "inspection": "list-checks",
    "note": "notebook-pen",
    "erasure": "trash-2",
    "held_decision": "pen-line",
    "notice_issue": "send",
    "notice_delivery": "pen-line",
    "notice_withdrawal": "ban",
    "finding": "triangle-alert",
    "finding_update": "wrench",
    "door": "door-open",
    "door_withdrawal": "ban",
    "handover_sign": "pen-line",
    "handover_accept": "check",
    "closure_request": "calendar",
    "closure_decision": "pen-line",
    "door_case_decision": "pen-line",
    "door_case_dismissal": "ban",
    "handover_decision": "pen-line",
    "addendum_acknowledgement": "eye",
    "instruction": "send",
    "countersignature": "pen-line",
    "day_sign_off": "pen-line",
}
OTHER_KIND_ICON = "file-text"

# flag: (name, what it means, icon)
FLAGS: dict[str, tuple[Any, Any, str]] = {
    "late": (_l("Late"), _l("Walked or finished after its window."), "clock"),
    "early": (_l("Early"), _l("Finished before its window opened."), "clock"),
    "incomplete": (
        _l("Incomplete"),
        _l("Required items were left open."),
        "circle-alert",
    ),
    "clock_skew": (
        _l("Phone clock off"),
        _l("The phone's clock was wrong; its times were corrected."),
        "clock",
    ),
    "retired_version": (
        _l("Old checklist"),
        _l("Filled in on a version of the checklist that was replaced since."),
        "rotate-ccw",
    ),
    "relayed": (
        _l("Carried in"),
        _l("Sent from the phone of someone other than the person who recorded it."),
        "send",
    ),
    "after_sign_off": (
        _l("After sign-off"),
        _l("Arrived after the shift it belongs to was signed off."),
        "pen-line",
    ),
    "too_fast": (
        _l("Very fast"),
        _l("Answered faster than anyone can walk and look."),
        "refresh-cw",
    ),
    "photo_lost": (
        _l("Photo lost"),
        _l("A photo was lost on the phone before it could be sent."),
        "image",
    ),
    "right_ended": (
        _l("Role ended since"),
        _l("The person's role here ended before the entry arrived."),
        "key-round",
    ),
    "no_after_photo": (
        _l("No after-photo"),
        _l("The finding had a photo; the repair came without one."),
        "image",
    ),
    "other_version": (
        _l("Another version"),
        _l("Accepts another version of the handover than the one that was signed."),
        "rotate-ccw",
    ),
    "not_as_shown": (
        _l("Not as shown"),
        _l("Signs what the server did not show like this, so it signs nothing."),
        "triangle-alert",
    ),
    "unconfirmed": (
        _l("Not confirmed"),
        _l("Says that a shop need not be open; nothing entered here says so."),
        "circle-help",
    ),
    "wrong_time": (
        _l("Impossible time"),
        _l("Says it was done at a time that does not fit when it was recorded."),
        "clock",
    ),
    "no_proof": (
        _l("No proof"),
        _l("Delivered on the floor without a signature or a photo that shows it."),
        "circle-alert",
    ),
}

HELD_REASONS = {
    "unknown_author": _l("Nobody knows who recorded it."),
    "phone_lost": _l("It was recorded on a phone that was reported lost."),
    "account_disabled": _l("The account of the person who recorded it is disabled."),
    "right_ended": _l("The person had no role here when it was recorded."),
    "role_lacks_right": _l("The person's role may not record this."),
    "unknown_version": _l("This version of the checklist was never published here."),
    "unknown_place": _l("There is no such place or unit here."),
    "unknown_notice": _l("There is no such notice here."),
    "unknown_proposal": _l("There is no such proposal here."),
    "unknown_finding": _l("Nobody knows the finding it belongs to."),
    "status_does_not_fit": _l("Such a state does not belong to this round."),
    "unknown_closure": _l("Nobody knows the closure it decides on."),
    "unknown_sighting": _l("Nobody knows the sighting it takes back."),
    "not_your_sighting": _l("Somebody else made the sighting it takes back."),
    "second_person": _l("This step takes a second person, who did not do the work."),
    "other_party": _l("Somebody of another side must countersign it."),
    "unknown_inspection": _l("There is no such inspection here."),
    "digest_mismatch": _l("The code of the handover does not belong to what it shows."),
    "not_as_shown": _l(
        "The server did not show this handover like this. Even when accepted, it signs "
        "nothing: sign the handover again as it is shown."
    ),
    "wrong_time": _l("It says it was seen at a time that cannot be."),
    "unknown_handover": _l("There is no such handover here."),
    "unknown_shift": _l("There is no such shift here."),
    "not_on_shift": _l("The person was not on this shift and does not lead here."),
    "not_your_team": _l("The finding was with another team when it was recorded."),
}

REFUSED_BYTES = {
    "unreadable": _l("It cannot be read."),
    "too_large": _l("It is too large."),
    "wrong_hash": _l("It was changed after it was saved."),
    "unknown_mall": _l("It names a mall that is not there."),
    "unknown_kind": _l("This server does not know this kind of entry."),
    "conflict": _l("Another entry with the same id was stored before; it stays."),
}

FILTER_ERRORS = {
    "bad_kind": _l("There is no such kind of entry."),
    "bad_zone": _l("There is no such zone here."),
    "bad_unit": _l("There is no unit with this number here."),
    "bad_person": _l("There is no such person here."),
    "bad_problems": _l("“Problems only” is either on or off."),
    "bad_held": _l("“Held only” is either on or off."),
    "bad_q": _l("Search for at most 100 characters."),
    "bad_order": _l("The order is either newest or oldest."),
    "bad_rounds": _l("There is no such state of rounds."),
    "bad_after": _l("This page of the list is not there. Start at the first one."),
}

ROUND_STATES = {
    "missed": _l("Missed"),
    "late": _l("Late"),
    "unknown": _l("Unknown"),
    "due": _l("Due"),
    "done": _l("Done"),
}


def flag_name(flag: str) -> str:
    return str(FLAGS[flag][0]) if flag in FLAGS else _spelt_out(flag)


def flag_meaning(flag: str) -> str:
    return str(FLAGS[flag][1]) if flag in FLAGS else ""


def flag_icon(flag: str) -> str:
    return FLAGS[flag][2] if flag in FLAGS else "circle-alert"


def held_reason(code: str) -> str:
    return str(HELD_REASONS.get(code) or _spelt_out(code))


def refused_because(code: str) -> str:
    return str(REFUSED_BYTES.get(code) or _spelt_out(code))


def round_state(state: str) -> str:
    return str(ROUND_STATES[state])


def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(kind, OTHER_KIND_ICON)


def month_name(day: date) -> str:
    """The month a day lies in: November 2026."""
    return format_skeleton("yMMMM", day, locale=flask_babel.get_locale())


def time_since(moment: datetime) -> str:
    """How long ago, roughly: 3 hours."""
    gone = web.now() - moment
    return cast(str, flask_babel.format_timedelta(gone, granularity="minute"))


def body_time(text: str, time_zone: str) -> str:
    """A time out of a sealed body, on the mall's clock."""
    return web.day_and_time(datetime.fromisoformat(text), time_zone)


def _spelt_out(code: str) -> str:
    """A code of a feature that has no words here yet: better than nothing."""
    return code.replace("_", " ").capitalize()
