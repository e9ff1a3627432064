"""Issue notices to tenants, and let floor staff propose penalties.

The code before this one may still run on it: it does not look at these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_notices"
down_revision = "0003_inbox"


def upgrade() -> None:
    op.create_table(
        "notice_steps",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=True),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_notice_steps_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_notice_steps_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_notice_steps_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_steps")),
    )
    with op.batch_alter_table("notice_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_steps_notice_id_at"),
            ["notice_id", "at"],
            unique=False,
        )

    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.JSON(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("rectify_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contradicted", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "level IN ('verbal', 'written')", name=op.f("ck_notices_known_level")
        ),
        sa.CheckConstraint(
            "state IN ('issued', 'not_reached', 'refused', 'delivered', 'withdrawn')",
            name=op.f("ck_notices_known_state"),
        ),
        sa.ForeignKeyConstraint(["id"], ["entries.id"], name=op.f("fk_notices_id")),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["users.id"], name=op.f("fk_notices_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_notices_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_notices_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "mall_id", "number", name=op.f("uq_notices_mall_id_number")
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notices_finding_id"), ["finding_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notices_mall_id_issued_at_id"),
            ["mall_id", "issued_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_notices_mall_id_state"), ["mall_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_notices_unit_id_issued_at"),
            ["unit_id", "issued_at"],
            unique=False,
        )

    op.create_table(
        "penalties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'declined')",
            name=op.f("ck_penalties_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_penalties_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["entries.id"], name=op.f("fk_penalties_decision_id")
        ),
        sa.ForeignKeyConstraint(["id"], ["entries.id"], name=op.f("fk_penalties_id")),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_penalties_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_penalties_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_penalties_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalties")),
    )
    with op.batch_alter_table("penalties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_penalties_mall_id_proposed_at_id"),
            ["mall_id", "proposed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_penalties_notice_id"), ["notice_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("penalties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalties_notice_id"))
        batch_op.drop_index(batch_op.f("ix_penalties_mall_id_proposed_at_id"))

    op.drop_table("penalties")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_unit_id_issued_at"))
        batch_op.drop_index(batch_op.f("ix_notices_mall_id_state"))
        batch_op.drop_index(batch_op.f("ix_notices_mall_id_issued_at_id"))
        batch_op.drop_index(batch_op.f("ix_notices_finding_id"))

    op.drop_table("notices")
    with op.batch_alter_table("notice_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_steps_notice_id_at"))

    op.drop_table("notice_steps")
