"""Keep what a phone says of itself: its highest number, and what waits on it.

The code before this one may still run on it: it names none of these columns, and of a
phone that never said anything only the numbers below those that arrived are missing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_unsent_on_phones"
down_revision = "0017_rounds_still_due"


def upgrade() -> None:
    for name in ("highest_seq", "waiting"):
        op.add_column(
            "installs",
            sa.Column(name, sa.Integer(), server_default="0", nullable=False),
        )
    op.add_column(
        "installs",
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    for name in ("waiting_since", "waiting", "highest_seq"):
        op.drop_column("installs", name)
