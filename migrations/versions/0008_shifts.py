"""Keep when teams work, who is on which shift, and how that was changed.

The code before this one may still run on it: it does not look at these tables. Shifts
of a mall that is in use already come from its file with `mallops shifts load`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_shifts"
down_revision = "0006_closures_and_cases"


def upgrade() -> None:
    op.create_table(
        "shift_patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_shift_patterns_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_shift_patterns_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_patterns")),
        sa.UniqueConstraint(
            "mall_id",
            "team_id",
            "code",
            "first_day",
            name=op.f("uq_shift_patterns_mall_id_team_id_code_first_day"),
        ),
    )
    with op.batch_alter_table("shift_patterns", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shift_patterns_of_operations",
            ["mall_id", "code", "first_day"],
            unique=True,
            sqlite_where=sa.text("team_id IS NULL"),
            postgresql_where=sa.text("team_id IS NULL"),
        )

    op.create_table(
        "roster_changes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('added', 'removed', 'leads', 'leads_not', 'absent', 'back')",
            name=op.f("ck_roster_changes_known_change"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_roster_changes_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"],
            ["shift_patterns.id"],
            name=op.f("fk_roster_changes_pattern_id"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["users.id"],
            name=op.f("fk_roster_changes_replaced_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_roster_changes_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_changes")),
    )
    with op.batch_alter_table("roster_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_roster_changes_pattern_id_day"),
            ["pattern_id", "day"],
            unique=False,
        )

    op.create_table(
        "shift_duties",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("absent_reason", sa.String(length=200), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR absent_reason IS NOT NULL",
            name=op.f("ck_shift_duties_replaced_only_if_absent"),
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"],
            ["shift_patterns.id"],
            name=op.f("fk_shift_duties_pattern_id"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["users.id"],
            name=op.f("fk_shift_duties_replaced_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["users.id"], name=op.f("fk_shift_duties_set_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_shift_duties_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_duties")),
        sa.UniqueConstraint(
            "pattern_id",
            "day",
            "user_id",
            name=op.f("uq_shift_duties_pattern_id_day_user_id"),
        ),
    )
    with op.batch_alter_table("shift_duties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shift_duties_user_id_day"), ["user_id", "day"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("shift_duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_duties_user_id_day"))

    op.drop_table("shift_duties")
    with op.batch_alter_table("roster_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_changes_pattern_id_day"))

    op.drop_table("roster_changes")
    with op.batch_alter_table("shift_patterns", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_shift_patterns_of_operations",
            sqlite_where=sa.text("team_id IS NULL"),
            postgresql_where=sa.text("team_id IS NULL"),
        )

    op.drop_table("shift_patterns")
