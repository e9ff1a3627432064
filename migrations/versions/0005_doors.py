"""Keep what was seen at shop doors, and holidays and other hours out of the usual.

The code before this one may still run on it: it does not look at these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_doors"
down_revision = "0004_notices"


def upgrade() -> None:
    op.create_table(
        "hours_exceptions",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_hours_exceptions_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_hours_exceptions_tenant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_exceptions")),
    )
    with op.batch_alter_table("hours_exceptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hours_exceptions_mall_id_first_day_last_day"),
            ["mall_id", "first_day", "last_day"],
            unique=False,
        )

    op.create_table(
        "door_days",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("contradicted", sa.Boolean(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("case", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "event IN ('opening', 'closing')", name=op.f("ck_door_days_known_event")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_door_days_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_door_days_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_door_days_unit_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", "day", "event", name=op.f("pk_door_days")),
    )
    with op.batch_alter_table("door_days", schema=None) as batch_op:
        batch_op.create_index(
            "ix_door_days_cases",
            ["mall_id", "unit_id", "day"],
            unique=False,
            sqlite_where=sa.text('"case" IS NOT NULL'),
            postgresql_where=sa.text('"case" IS NOT NULL'),
        )
        batch_op.create_index(
            batch_op.f("ix_door_days_mall_id_day"), ["mall_id", "day"], unique=False
        )

    op.create_table(
        "door_sightings",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("lights", sa.Boolean(), nullable=True),
        sa.Column("tidy", sa.Boolean(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "event IN ('opening', 'closing')",
            name=op.f("ck_door_sightings_known_event"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_door_sightings_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_door_sightings_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_door_sightings_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_door_sightings_unit_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_door_sightings")),
    )
    with op.batch_alter_table("door_sightings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_door_sightings_mall_id_day"),
            ["mall_id", "day"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_door_sightings_unit_id_day_event"),
            ["unit_id", "day", "event"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("door_sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_sightings_unit_id_day_event"))
        batch_op.drop_index(batch_op.f("ix_door_sightings_mall_id_day"))

    op.drop_table("door_sightings")
    with op.batch_alter_table("door_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_door_days_mall_id_day"))
        batch_op.drop_index(
            "ix_door_days_cases",
            sqlite_where=sa.text('"case" IS NOT NULL'),
            postgresql_where=sa.text('"case" IS NOT NULL'),
        )

    op.drop_table("door_days")
    with op.batch_alter_table("hours_exceptions", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_hours_exceptions_mall_id_first_day_last_day")
        )

    op.drop_table("hours_exceptions")
