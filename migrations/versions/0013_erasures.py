"""Keep by which entry of the ledger something was erased, and which photos were.

The code before this one may still run on it: it looks at neither. It would take an
erased photo in again, though, so it should not run for long once something is erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_erasures"
down_revision = "0012_lost_phones"


def upgrade() -> None:
    op.add_column("tombstones", sa.Column("erasure_id", sa.Uuid(), nullable=True))
    op.create_table(
        "erased_photos",
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_erased_photos_mall_id")
        ),
        sa.PrimaryKeyConstraint("mall_id", "sha256", name=op.f("pk_erased_photos")),
    )


def downgrade() -> None:
    op.drop_table("erased_photos")
    with op.batch_alter_table("tombstones", schema=None) as batch_op:
        batch_op.drop_column("erasure_id")
