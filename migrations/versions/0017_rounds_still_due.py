"""Keep which rounds were still due when a handover was signed: the next one tells them.

What was signed before says nothing of it, so its lists are empty. The code before this
one must not still run: it would refuse signatures of what the new code has shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_rounds_still_due"
down_revision = "0016_inbox_subjects"

COLUMNS = ("still_due", "carried")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "handovers",
            sa.Column(name, sa.JSON(), nullable=False, server_default="[]"),
        )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        for name in COLUMNS:
            batch_op.drop_column(name)
