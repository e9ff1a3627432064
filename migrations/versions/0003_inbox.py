"""Tell people in time that a finding needs them, in the app and by e-mail.

The code before this one may still run on it: the new column may stay empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_inbox"
down_revision = "0002_findings"


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.String(length=254), nullable=True))
    op.create_table(
        "inbox_items",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_inbox_items_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_inbox_items_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_items")),
        sa.UniqueConstraint(
            "finding_id",
            "user_id",
            "mall_id",
            "about",
            name=op.f("uq_inbox_items_finding_id_user_id_mall_id_about"),
        ),
    )
    op.create_index(op.f("ix_inbox_items_due_at"), "inbox_items", ["due_at"])
    op.create_index(
        op.f("ix_inbox_items_user_id_mall_id_acknowledged_at_told_at"),
        "inbox_items",
        ["user_id", "mall_id", "acknowledged_at", "told_at"],
    )
    op.create_index(
        op.f("ix_inbox_items_user_id_mall_id_told_at"),
        "inbox_items",
        ["user_id", "mall_id", "told_at"],
    )
    op.create_table(
        "inbox_mailings",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_inbox_mailings_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_inbox_mailings")),
    )


def downgrade() -> None:
    op.drop_table("inbox_mailings")
    op.drop_table("inbox_items")
    op.drop_column("users", "email")
