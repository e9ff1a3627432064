"""The migrations build what the models say, and can be undone (both engines)."""

import inspect
import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from mallops import create_app, migrate
from mallops.config import read_settings
from mallops.db import db


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The app on a database without any table."""
    environ = {"MALLOPS_DATA": str(tmp_path)}
    if request.param == "sqlite":
        yield from running(environ)
    else:
        with request.getfixturevalue("postgres").database() as url:
            yield from running({**environ, "DATABASE_URL": url})


def running(environ):
    app = create_app(read_settings(environ))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables():
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences():
    options = {"compare_type": True, "compare_server_default": True}
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return compare_metadata(context, db.metadata)


def named(inspector, table):
    """The names of all constraints and indexes of a table, as the database has them."""
    several = (
        inspector.get_indexes(table),
        inspector.get_unique_constraints(table),
        inspector.get_check_constraints(table),
        inspector.get_foreign_keys(table),
        [inspector.get_pk_constraint(table)],
    )
    return {thing["name"] for things in several for thing in things}


def named_by_models(table):
    parts = [*table.constraints, *table.indexes]
    return {str(part.name) for part in parts if _is_made(part)}


def _is_made(part):
    return not isinstance(part, sa.CheckConstraint) or str(part.sqltext)


def test_upgrading_from_nothing_builds_what_the_models_say(empty):
    upgrade()
    assert tables() == set(db.metadata.tables)
    assert differences() == []


def test_every_constraint_and_index_has_the_name_the_models_give_it(empty):
    upgrade()
    inspector = sa.inspect(db.engine)
    for name, table in db.metadata.tables.items():
        found = named(inspector, name)
        assert None not in found, name
        assert found == named_by_models(table), name


def test_columns_take_nothing_only_where_the_models_say_so(empty):
    upgrade()
    inspector = sa.inspect(db.engine)
    for name, table in db.metadata.tables.items():
        found = {c["name"]: c["nullable"] for c in inspector.get_columns(name)}
        assert found == {c.name: c.nullable for c in table.columns}, name


def test_downgrading_to_nothing_leaves_nothing(empty):
    upgrade()
    downgrade(revision="base")
    assert tables() == set()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            left = "SELECT relname FROM pg_class WHERE relkind = 'S'"
            assert connection.execute(sa.text(left)).all() == []
            types = "SELECT typname FROM pg_type WHERE typtype = 'e'"
            assert connection.execute(sa.text(types)).all() == []


def test_going_down_and_up_again_works(empty):
    upgrade()
    downgrade(revision="base")
    upgrade()
    assert differences() == []


def test_upgrading_again_changes_nothing(empty):
    upgrade()
    upgrade()
    assert differences() == []


def test_a_new_database_has_an_epoch_of_its_own(empty):
    upgrade()
    count = "SELECT count(*) FROM epochs"
    with db.engine.connect() as connection:
        assert connection.execute(sa.text(count)).scalar() == 1


def test_no_two_databases_share_an_epoch(sqlite_template, app):
    with sa.create_engine(f"sqlite:///{sqlite_template}").connect() as other:
        theirs = other.execute(sa.text("SELECT value FROM epochs")).scalar()
    if db.engine.dialect.name == "postgresql":
        ours = db.session.execute(sa.text("SELECT value FROM epochs")).scalar()
        assert ours != theirs
    assert len(theirs) >= 20


def revisions():
    folder = migrate.directory
    return list(ScriptDirectory(folder).walk_revisions())


def test_migrations_are_numbered_in_one_line_and_say_why():
    """Each has its own number; what was built side by side may land in any order."""
    line = revisions()[::-1]
    numbers = [revision.revision[:4] for revision in line]
    assert len(set(numbers)) == len(numbers)
    for revision in line:
        assert re.fullmatch(r"[0-9]{4}_[a-z0-9_]+", revision.revision)
        assert revision.doc
        assert not revision.is_branch_point


def test_each_migration_says_whether_the_code_before_it_may_still_run():
    """While a new version is rolled out both run."""
    for revision in revisions():
        said = " ".join(inspect.getdoc(revision.module).split())
        assert re.search(
            r"code before this one (may|must not) still run|No code ran before this",
            said,
        ), f"{revision.revision} does not say it"


# -- Data


def run(*statements):
    with db.engine.begin() as connection:
        for statement in statements:
            found = connection.execute(sa.text(statement))
        return found.all() if found.returns_rows else None


SOMEBODY = (
    "INSERT INTO malls VALUES (1, 'm', '{}', 'UTC', '05:00', '{}', '2026-11-21')",
    "INSERT INTO users (id, username, name, password_hash, theme, created_at)"
    " VALUES (1, 'an', 'An', '!', '', '2026-11-21')",
)
TOLD = "INSERT INTO inbox_items (user_id, mall_id, about, due_at, {}) VALUES (1, 1, {})"


def test_what_people_were_told_keeps_what_it_was_about(empty):
    """0016: the weekly list had no finding. On the way back handovers are dropped."""
    upgrade(revision="0015_second_factors")
    run(
        *SOMEBODY,
        TOLD.format("finding_id", "'opened', '2026-11-21', 'f'"),
        TOLD.format("finding_id", "'weekly_S4_2026-W47', '2026-11-21', ''"),
    )
    upgrade(revision="0016_inbox_subjects")
    subjects = "SELECT subject_kind, subject_id FROM inbox_items ORDER BY id"
    assert run(subjects) == [("finding", "f"), ("list", "")]
    handover = "'refused', '2026-11-21', 'handover', 'late.20261121'"
    run(TOLD.format("subject_kind, subject_id", handover))
    downgrade(revision="0015_second_factors")
    assert run("SELECT finding_id FROM inbox_items ORDER BY id") == [("f",), ("",)]
