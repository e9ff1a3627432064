"""Know when the worker was last alive, and when a backup was last made.

The code before this one may still run on it: it does not look at this table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_heartbeats"
down_revision = "0009_handovers"


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
