"""Tell people of handovers as well: an item names what kind of thing it is about.

The code before this one must not still run: it looks for the column that is renamed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_inbox_subjects"
down_revision = "0015_second_factors"

ITEMS = "inbox_items"
OLD_UNIQUE = "uq_inbox_items_finding_id_user_id_mall_id_about"
NEW_UNIQUE = "uq_inbox_items_subject_kind_subject_id_user_id_mall_id_about"
KNOWN = "ck_inbox_items_known_subject"


def upgrade() -> None:
    with op.batch_alter_table(ITEMS, schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "subject_kind",
                sa.String(length=20),
                server_default="finding",
                nullable=False,
            )
        )
        batch_op.drop_constraint(op.f(OLD_UNIQUE), type_="unique")
        batch_op.alter_column(
            "finding_id",
            new_column_name="subject_id",
            existing_type=sa.String(length=60),
            type_=sa.String(length=100),
            existing_nullable=False,
        )
    # The weekly list was told without a finding.
    op.execute("UPDATE inbox_items SET subject_kind = 'list' WHERE subject_id = ''")
    with op.batch_alter_table(ITEMS, schema=None) as batch_op:
        batch_op.alter_column("subject_kind", server_default=None)
        batch_op.create_check_constraint(
            op.f(KNOWN), "subject_kind IN ('finding', 'list', 'handover')"
        )
        batch_op.create_unique_constraint(
            op.f(NEW_UNIQUE),
            ["subject_kind", "subject_id", "user_id", "mall_id", "about"],
        )


def downgrade() -> None:
    op.execute("DELETE FROM inbox_items WHERE subject_kind = 'handover'")
    with op.batch_alter_table(ITEMS, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(NEW_UNIQUE), type_="unique")
        batch_op.drop_constraint(op.f(KNOWN), type_="check")
        batch_op.drop_column("subject_kind")
        batch_op.alter_column(
            "subject_id",
            new_column_name="finding_id",
            existing_type=sa.String(length=100),
            type_=sa.String(length=60),
            existing_nullable=False,
        )
    with op.batch_alter_table(ITEMS, schema=None) as batch_op:
        batch_op.create_unique_constraint(
            op.f(OLD_UNIQUE), ["finding_id", "user_id", "mall_id", "about"]
        )
