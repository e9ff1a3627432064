"""The database server the tests bring along."""

import psycopg
import pytest
import sqlalchemy as sa

from tests.support.postgres import LocalPostgres, start_postgres

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def postgres():
    server = start_postgres()
    yield server
    server.close()


def run(url, statement):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        return connection.execute(sa.text(statement))


def test_each_database_is_new_and_empty(postgres):
    for _ in range(2):
        with postgres.database() as url:
            assert url.startswith("postgresql+psycopg://")
            run(url, "CREATE TABLE doors (number text)")


def test_a_commit_survives_a_crash():
    postgres = LocalPostgres()
    with postgres.database() as url:
        run(url, "CREATE TABLE doors (number text)")
        postgres.crash()
        with pytest.raises(sa.exc.OperationalError):
            run(url, "SELECT 1")
        postgres.start()

        run(url, "INSERT INTO doors VALUES ('L1-07')")
    postgres.close()


def test_durable_means_that_the_disk_has_it():
    postgres = LocalPostgres(durable=True)
    conninfo = postgres.url().replace("+psycopg", "")
    with psycopg.connect(conninfo) as connection:
        settings = [
            connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
    postgres.close()

    assert settings == ["on", "on", "on"]


def test_nothing_is_left_after_close():
    postgres = LocalPostgres()
    folder = postgres._folder
    postgres.close()

    assert not folder.exists()
