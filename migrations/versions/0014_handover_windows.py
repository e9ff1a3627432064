"""Keep since when a handover covers, so that no work falls between two of them.

What was signed before says nothing of it and stays as it was: the column may be empty,
and such a handover covers from the beginning of its shift. The code before this one
must not still run: it would refuse signatures of what the new code has shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_handover_windows"
down_revision = "0013_erasures"


def upgrade() -> None:
    op.add_column(
        "handovers",
        sa.Column("covers_from", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_column("covers_from")
