"""A demo mall on a real server, with a round that is open now."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mallops import create_app
from mallops.config import read_settings
from mallops.db import db
from mallops.demo import actions as demo
from mallops.places import queries as places
from mallops.places.rules import business_day
from mallops.rounds.models import RoundPlan
from tests.support.gunicorn import Server

PASSWORD = "a demo password of the walk"


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory, sqlite_template) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("walk")
    (folder / "mallops.db").write_bytes(Path(sqlite_template).read_bytes())
    app = create_app(read_settings({"MALLOPS_DATA": str(folder)}))
    with app.app_context():
        demo.load(db.session, datetime.now(UTC), PASSWORD)
        _plan_a_round_now()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with Server(folder) as server:
        server.password = PASSWORD
        yield server


def _plan_a_round_now() -> None:
    """An opening inspection that may be started since five minutes ago."""
    mall = places.find_mall("demo")
    now = datetime.now(UTC)
    start = (now - timedelta(minutes=5)).astimezone(ZoneInfo(mall.time_zone))
    db.session.add(
        RoundPlan(
            mall_id=mall.id,
            code="walk",
            checklist="opening",
            places=["B1-A", "L1-A"],
            starts=[f"{start:%H:%M}"],
            weekdays=list(range(7)),
            role="officer",
            duration_minutes=60,
            tolerance_minutes=30,
            grace_minutes=15,
            valid_from=business_day(now, mall.time_zone, mall.day_starts_at)
            - timedelta(days=1),
        )
    )


def sign_in(context, server, username):
    """A page of this person, signed in through the form."""
    page = context.new_page()
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", server.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def token_in(page: str) -> str:
    """The form token of a page's text."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
