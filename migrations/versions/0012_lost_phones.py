"""Know which session is on which phone, and how often a phone was lost.

The code before this one may still run on it: it names neither column, and a phone it
makes was never lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_lost_phones"
down_revision = "0011_countersignatures"


def upgrade() -> None:
    op.add_column(
        "installs",
        sa.Column("times_lost", sa.Integer(), server_default="0", nullable=False),
    )
    with op.batch_alter_table("user_sessions") as sessions:
        sessions.add_column(sa.Column("install_id", sa.Uuid(), nullable=True))
        sessions.create_foreign_key(
            op.f("fk_user_sessions_install_id"), "installs", ["install_id"], ["id"]
        )
        sessions.create_index(op.f("ix_user_sessions_install_id"), ["install_id"])


def downgrade() -> None:
    with op.batch_alter_table("user_sessions") as sessions:
        sessions.drop_index(op.f("ix_user_sessions_install_id"))
        sessions.drop_constraint(
            op.f("fk_user_sessions_install_id"), type_="foreignkey"
        )
        sessions.drop_column("install_id")
    op.drop_column("installs", "times_lost")
