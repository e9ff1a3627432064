"""A form sets what it asks for, and nothing else of a row."""

import sqlalchemy as sa

from mallops.db import SAFE_METHODS, db
from mallops.people.models import ROLES
from mallops.people.rights import RIGHTS
from tests.support.world import routes

CORE = ("users", "memberships", "malls", "entries", "teams", "organisations")
# What these pages are there to change, of the person at hand or of a member.
CHANGE_PEOPLE = frozenset(
    {"people.disable", "people.enable", "people.end_membership", "people.email",
     "people.language", "people.preferences"}
)  # fmt: skip
VALUES = {"role": "admin", "id": "1", "theme": "dark", "language": "zh-Hant"}


def everything():
    """A field for every column there is, with a value to make oneself at home."""
    columns = {column.name for name in CORE for column in db.metadata.tables[name].c}
    return {name: VALUES.get(name, "2") for name in columns}


def is_unsafe_of_ours(endpoint, method, rule):
    return (
        method not in SAFE_METHODS
        and not rule.rule.startswith("/sync/")
        and endpoint not in CHANGE_PEOPLE
    )


def core_rows(world):
    """Who is who where; entries that were there before."""
    with world.app.app_context():
        found = {}
        for name in CORE:
            rows = db.session.execute(sa.select(db.metadata.tables[name]))
            found[name] = {row.id: row for row in rows}
        db.session.remove()
    return found


@routes(is_unsafe_of_ours)
def test_a_form_sets_nothing_but_its_own_fields(world, endpoint, method, rule):
    before = core_rows(world)
    role = next(role for role in reversed(ROLES) if RIGHTS[endpoint].allows(role))
    path = world.address(rule)
    world.ask(f"demo-{role}", method, path, data=everything())
    after = core_rows(world)
    for name in CORE:
        kept = {key: row for key, row in after[name].items() if key in before[name]}
        assert kept == before[name], name
        if name != "entries":
            assert after[name].keys() == before[name].keys()
    world.restore()
