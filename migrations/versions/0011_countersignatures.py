"""Keep who countersigned which inspection.

The code before this one may still run on it: it does not look at this table. It cannot
read a checklist published with ``countersigned_by``, so publish these afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_countersignatures"
down_revision = "0010_heartbeats"


def upgrade() -> None:
    op.create_table(
        "countersignatures",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=20), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "party IN ('supervisor', 'security')",
            name=op.f("ck_countersignatures_known_party"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_countersignatures_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_countersignatures_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_countersignatures_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_countersignatures")),
    )
    op.create_index(
        op.f("ix_countersignatures_inspection_id"),
        "countersignatures",
        ["inspection_id"],
    )
    op.create_index(op.f("ix_inspections_version_id"), "inspections", ["version_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_inspections_version_id"), "inspections")
    op.drop_table("countersignatures")
