"""The forms about the mall's work: the log, findings, doors, handovers, permits."""

from datetime import timedelta

from tests.support.form import Form
from tests.support.world import NOW


def recording_forms(world) -> dict[str, Form]:
    """What is sent of the mall's work, in an order in which all of it is accepted."""
    ours = world.objects["demo"]
    return {
        **log_forms(world),
        **finding_forms(world),
        **notice_forms(world, ours),
        **door_forms(world, ours),
        **handover_forms(world, ours),
        **shift_forms(world, ours),
        **permit_forms(world, ours),
    }


# -- The log, findings, notices


def log_forms(world):
    yesterday = NOW.date() - timedelta(days=1)
    say = world.say
    return {
        "daylog.sign_off": Form(
            "manager",
            {"remarks": say("daylog.sign_off.remarks")},
            on=f"/malls/demo/log/{yesterday}",
            given={"day": yesterday},
            first=("handovers.sign the night",),
        ),
        "daylog.decide": Form(
            "supervisor",
            {"verdict": "accept", "reason": say("daylog.decide.reason")},
            on="/malls/demo/held/",
        ),
        "signatures.countersign": Form(
            "supervisor", {"note": say("signatures.countersign.note")}
        ),
    }


def finding_forms(world):
    say = world.say
    return {
        "findings.step": Form(
            "officer",
            {"step": "comment", "text": say("findings.step.text")},
        ),
        "notices.issue": Form(
            "supervisor",
            {
                "level": "written",
                "what": say("notices.issue.what"),
                "clause": say("notices.issue.clause"),
                "rectify_by": "2026-11-25T10:00",
                "language": "zh-Hans",
            },
        ),
    }


def notice_forms(world, ours):
    say = world.say

    def penalty(name):
        return {
            "penalty_clause": say(f"{name}.clause"),
            "amount": "500",
            "penalty_text": say(f"{name}.text"),
        }

    return {
        "notices.deliver": Form(
            "officer",
            {
                "outcome": "signed",
                "signer_name": say("notices.deliver.signer_name"),
                "note": say("notices.deliver.note"),
            },
        ),
        "notices.reply": Form(
            "supervisor",
            {
                "reply": say("notices.reply.reply"),
                "by_whom": say("notices.reply.by_whom"),
                "appeal": "y",
            },
        ),
        "notices.propose_for": Form(
            "officer", {"unit": "", **penalty("notices.propose_for")}
        ),
        "notices.withdraw": Form(
            "manager", {"reason": say("notices.withdraw.reason")}
        ),
        "notices.propose": Form(
            "officer", {"unit": ours["no"], **penalty("notices.propose")}
        ),
        "notices.decide": Form(
            "manager", {"verdict": "approved", "reason": say("notices.decide.reason")}
        ),
    }  # fmt: skip


# -- Doors


def door_forms(world, ours):
    say, today = world.say, NOW.date()
    manager_unit, penalty_unit = ours["manager_unit"], ours["penalty_unit"]
    return {
        "closures.ask": Form(
            "officer",
            {
                "unit": ours["no"],
                "first_day": "2026-12-01",
                "last_day": "2026-12-02",
                "what": "hours",
                "opens_at": "11:00",
                "closes_at": "20:00",
                "whole_mall": "",
                "reason": say("closures.ask.reason"),
            },
        ),
        "closures.decide": Form(
            "supervisor",
            {"verdict": "refused", "reason": say("closures.decide.reason")},
        ),
        "cases.warn": Form(
            "supervisor",
            {
                "what": say("cases.warn.what"),
                "clause": say("cases.warn.clause"),
                "rectify_by": "",
                "language": "zh-Hans",
            },
        ),
        "cases.propose": Form(
            "supervisor",
            {
                "unit": "",
                "penalty_clause": say("cases.propose.clause"),
                "amount": "500",
                "penalty_text": say("cases.propose.text"),
            },
            given={"no": penalty_unit, "day": today},
        ),
        "cases.note": Form(
            "manager",
            {"note": say("cases.note.note")},
            given={"no": manager_unit, "day": today},
        ),
        "cases.dismiss": Form(
            "supervisor",
            {
                "event": "opening",
                "cause": "appeal",
                "reason": say("cases.dismiss.reason"),
            },
            given={"no": manager_unit, "day": today - timedelta(days=9)},
        ),
        "doors.reorder": Form(
            "supervisor",
            {f"place.{ours['no']}": "3"},
            on="/malls/demo/doors/order?floor=L1",
        ),
    }


# -- Handovers and shifts


def handover_forms(world, ours):
    """The early shift is accepted; the night before it is refused and decided on."""
    say, night = world.say, f"demo-night.{NOW - timedelta(days=1):%Y%m%d}"
    page = "/malls/demo/handovers/"
    early, refused = f"{page}{ours['shift_id']}", f"{page}{night}"

    def signed(controls):
        words = {name: say("handovers.sign.words") for name in controls.names}
        counts = {
            name: "11" for name in words
            if name.startswith("asset:") and not name.endswith(".note")
        }  # fmt: skip
        return {**words, **counts, "silence": "1", "choice": "now"}

    def accepted(controls):
        keys = [name for name in controls.names if not name.endswith(".note")]
        notes = {f"{key}.note": say("handovers.accept.note") for key in keys}
        return {**dict.fromkeys(keys, "reserved"), **notes}

    of_night = {"given": {"shift_id": night}, "on": refused}
    return {
        "handovers.sign": Form("supervisor", signed, on=early),
        "handovers.accept": Form(
            "officer", accepted, on=early, first=("handovers.sign",)
        ),
        "handovers.acknowledge": Form(
            "manager", on=early, first=("handovers.sign",), meanwhile=world.late_note
        ),
        "handovers.sign the night": Form("officer", signed, **of_night),
        "handovers.refuse": Form(
            "supervisor", {"reason": say("handovers.refuse.reason")}, **of_night,
            first=("handovers.sign the night",),
        ),
        "handovers.decide": Form(
            "manager",
            {"verdict": "stands", "ruling": say("handovers.decide.ruling")},
            first=("handovers.refuse",), given={"shift_id": night},
        ),
        "handovers.instruct": Form(
            "manager",
            {"text": say("handovers.instruct.text"), "team": "", "until": ""},
        ),
    }  # fmt: skip


def shift_forms(world, ours):
    say = world.say
    return {
        "shifts.add": Form("supervisor", {"person": ours["member_id"]}),
        "shifts.absence": Form(
            "supervisor",
            {
                "reason": say("shifts.absence.reason"),
                "replaced_by": ours["supervisor_id"],
            },
        ),
        "shifts.change": Form("supervisor"),
        "shifts.copy": Form("supervisor", given={"week": "2026-W48"}),
    }


def permit_forms(world, ours):
    say = world.say

    def permit(name):
        return {
            "kind": "delivery",
            "title": say(f"{name}.title"),
            "unit": ours["no"],
            "place": "",
            "starts_at": "2026-11-21T22:30",
            "ends_at": "2026-11-21T23:30",
            "who": say(f"{name}.who"),
            "people": "4",
        }

    return {
        "permits.add": Form("supervisor", {**permit("permits.add"), "note": ""}),
        "permits.change": Form(
            "supervisor",
            {**permit("permits.change"), "note": say("permits.change.note")},
        ),
        "permits.close": Form(
            "supervisor",
            {"outcome": "cancelled", "reason": say("permits.close.reason")},
            first=("permits.change",),
        ),
        "watches.mark": Form(
            "manager",
            {
                "unit": ours["no"],
                "reason": say("watches.mark.reason"),
                "last_day": "2026-12-01",
            },
        ),
        "watches.end": Form("manager", on="/malls/demo/watches/"),
    }
