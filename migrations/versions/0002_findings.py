"""Follow findings until somebody else has checked the result.

The code before this one may still run on it: it does not look at these tables. What
failed before is not in them; ``mallops rebuild`` makes it from the ledger.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_findings"
down_revision = "0001_first_tables"


def upgrade() -> None:
    op.create_table(
        "finding_updates",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("seen", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(length=2), nullable=True),
        sa.Column("fix_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_for", sa.String(length=20), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_finding_updates_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_finding_updates_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_finding_updates_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_finding_updates_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_updates")),
    )
    with op.batch_alter_table("finding_updates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_updates_finding_id_at"),
            ["finding_id", "at"],
            unique=False,
        )

    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("checklist", sa.String(length=40), nullable=True),
        sa.Column("item", sa.String(length=20), nullable=True),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("fixed_on_spot", sa.Boolean(), nullable=False),
        sa.Column("fix_minutes", sa.Integer(), nullable=True),
        sa.Column("first_severity", sa.String(length=2), nullable=False),
        sa.Column("first_team", sa.String(length=40), nullable=True),
        sa.Column("severity", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fix_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_for", sa.String(length=20), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fixed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("contradicted", sa.Boolean(), nullable=False),
        sa.Column("seen_again", sa.Integer(), nullable=False),
        sa.Column("last_step_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "severity IN ('S1', 'S2', 'S3', 'S4')",
            name=op.f("ck_findings_known_severity"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'assigned', 'in_progress', 'waiting', 'rejected', "
            "'fixed', 'verified', 'fixed_on_spot', 'void')",
            name=op.f("ck_findings_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["users.id"], name=op.f("fk_findings_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_findings_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["fixed_by_id"], ["users.id"], name=op.f("fk_findings_fixed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_findings_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["users.id"], name=op.f("fk_findings_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_findings_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_findings_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["users.id"], name=op.f("fk_findings_verified_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["places.id"], name=op.f("fk_findings_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_findings_mall_id_opened_at"),
            ["mall_id", "opened_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_findings_closed",
            ["mall_id", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_findings_counted",
            ["mall_id", "team", "severity", "state", "fix_by", "closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_findings_urgency",
            ["mall_id", "state", "fix_by", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_findings_open",
            ["mall_id", "fix_by"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_findings_place_id_opened_at"),
            ["place_id", "opened_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_findings_unit_id_opened_at"),
            ["unit_id", "opened_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_findings_unit_id_opened_at"))
        batch_op.drop_index(batch_op.f("ix_findings_place_id_opened_at"))
        batch_op.drop_index(
            "ix_findings_urgency",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_findings_counted",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_findings_closed",
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_findings_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_findings_mall_id_opened_at"))

    op.drop_table("findings")
    with op.batch_alter_table("finding_updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_updates_finding_id_at"))

    op.drop_table("finding_updates")
