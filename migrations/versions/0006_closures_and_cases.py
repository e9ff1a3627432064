"""Keep closures asked for, cases taken out, and what was decided on the others.

The code before this one may still run on it: it does not look at these tables, and it
wrote no exceptions of hours, whose new column may stay empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_closures_and_cases"
down_revision = "0005_doors"


def upgrade() -> None:
    with op.batch_alter_table("hours_exceptions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weekdays", sa.JSON(), nullable=True))

    op.create_table(
        "door_closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused')",
            name=op.f("ck_door_closures_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["users.id"], name=op.f("fk_door_closures_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_door_closures_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["entries.id"], name=op.f("fk_door_closures_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["entries.id"], name=op.f("fk_door_closures_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_door_closures_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_door_closures_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_closures")),
    )
    with op.batch_alter_table("door_closures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_door_closures_mall_id_asked_at"),
            ["mall_id", "asked_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_door_closures_mall_id_state_last_day"),
            ["mall_id", "state", "last_day"],
            unique=False,
        )

    op.create_table(
        "door_dismissals",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "event IN ('opening', 'closing')",
            name=op.f("ck_door_dismissals_known_event"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_door_dismissals_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_door_dismissals_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_door_dismissals_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_door_dismissals_unit_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_door_dismissals")),
    )
    with op.batch_alter_table("door_dismissals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_door_dismissals_mall_id_day"),
            ["mall_id", "day"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_door_dismissals_unit_id_day"),
            ["unit_id", "day"],
            unique=False,
        )

    op.create_table(
        "case_decisions",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("penalty_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "step IN ('verbal', 'written', 'penalty', 'manager')",
            name=op.f("ck_case_decisions_known_step"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_case_decisions_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_case_decisions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_case_decisions_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_case_decisions_unit_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_case_decisions")),
    )
    with op.batch_alter_table("case_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_decisions_mall_id_day"), ["mall_id", "day"]
        )
        batch_op.create_index(
            batch_op.f("ix_case_decisions_unit_id_day"), ["unit_id", "day"]
        )


def downgrade() -> None:
    for table in ("case_decisions", "door_dismissals", "door_closures"):
        op.drop_table(table)
    with op.batch_alter_table("hours_exceptions", schema=None) as batch_op:
        batch_op.drop_column("weekdays")
