"""Addresses of every mounted page, with something in every place."""

import re


def address(rule):
    """The path of a rule, in the mall ``demo``."""
    values = {
        "mall": "demo",
        "code": "opening",
        "version": 1,
        "language": "en",
        "name": "sync",
        "filename": "css/base.css",
        "sha256": "0" * 64,
        "user_id": 1,
        "item_id": 1,
        "permit_id": 1,
        "watch_id": 1,
        "session_id": 1,
        "entry_id": "00000000-0000-4000-8000-000000000000",
        "install_id": "00000000-0000-4000-8000-000000000000",
        "day": "2026-11-21",
        "state": "missed",
        "inspection_id": "00000000-0000-4000-8000-000000000000",
        "finding_id": "00000000-0000-4000-8000-000000000000",
        "notice_id": "00000000-0000-4000-8000-000000000000",
        "penalty_id": "00000000-0000-4000-8000-000000000000",
        "shift_id": "early.20261121",
        "closure_id": "00000000-0000-4000-8000-000000000000",
        "what": "lead",
        "week": "2026-W47",
        "month": "2026-11",
        "step": "comment",
        "no": "L1-001",
    }
    return re.sub(
        r"<(?:[^<>:]+:)?(\w+)>", lambda found: str(values[found[1]]), rule.rule
    )
