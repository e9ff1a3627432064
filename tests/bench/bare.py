"""What the database alone does on this machine, to judge the other figures by."""

import time
from uuid import uuid4

import sqlalchemy as sa

from mallops.db import db
from tests.bench.site import Site

COMMITS = 60
BODY = "x" * 1500  # characters, about what an inspection has

TABLE = sa.Table(
    "bare",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("body", sa.Text),
)


def rows_per_second(site: Site, rows: int) -> float:
    """Rows of one table a second, so many in each durable transaction."""
    with site.app.app_context():
        TABLE.create(db.engine, checkfirst=True)
        began = time.perf_counter()
        for _ in range(COMMITS):
            several = [{"id": uuid4(), "body": BODY} for _ in range(rows)]
            with db.engine.begin() as connection:
                connection.execute(sa.insert(TABLE), several)
        seconds = time.perf_counter() - began
        TABLE.drop(db.engine)
        db.engine.dispose()
    return COMMITS * rows / seconds
