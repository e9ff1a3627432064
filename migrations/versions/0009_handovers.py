"""Keep handovers with their acceptances and addenda, instructions, and assets.

The code before this one may still run on it: it does not look at these tables. Assets
of a mall that is in use already come from its file with `mallops assets load`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_handovers"
down_revision = "0008_shifts"


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_assets_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("mall_id", "code", name=op.f("uq_assets_mall_id_code")),
    )
    op.create_table(
        "addendum_acknowledgements",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("late_entry_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_addendum_acknowledgements_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_addendum_acknowledgements_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_addendum_acknowledgements_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum_acknowledgements")),
    )
    with op.batch_alter_table("addendum_acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_addendum_acknowledgements_handover_id"),
            ["handover_id"],
            unique=False,
        )

    op.create_table(
        "handover_acceptances",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("shift", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('accept', 'refuse')",
            name=op.f("ck_handover_acceptances_known_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_handover_acceptances_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_handover_acceptances_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_handover_acceptances_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_handover_acceptances")),
    )
    with op.batch_alter_table("handover_acceptances", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_acceptances_mall_id_shift"),
            ["mall_id", "shift"],
            unique=False,
        )

    op.create_table(
        "handover_decisions",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('stands', 'sign_again')",
            name=op.f("ck_handover_decisions_known_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_handover_decisions_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_handover_decisions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_handover_decisions_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_handover_decisions")),
    )
    with op.batch_alter_table("handover_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_decisions_handover_id"),
            ["handover_id"],
            unique=False,
        )

    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("shift", sa.String(length=100), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["entries.id"], name=op.f("fk_handovers_id")),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_handovers_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["users.id"], name=op.f("fk_handovers_signed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handovers_mall_id_day"), ["mall_id", "day"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_handovers_mall_id_shift"), ["mall_id", "shift"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_handovers_mall_id_signed_at"),
            ["mall_id", "signed_at"],
            unique=False,
        )

    op.create_table(
        "instruction_acknowledgements",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name=op.f("fk_instruction_acknowledgements_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_instruction_acknowledgements_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"],
            ["malls.id"],
            name=op.f("fk_instruction_acknowledgements_mall_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction_acknowledgements")),
    )
    with op.batch_alter_table("instruction_acknowledgements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instruction_acknowledgements_instruction_id"),
            ["instruction_id"],
            unique=False,
        )

    op.create_table(
        "instructions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["users.id"], name=op.f("fk_instructions_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["entries.id"], name=op.f("fk_instructions_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_instructions_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructions")),
    )
    with op.batch_alter_table("instructions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instructions_mall_id_given_at"),
            ["mall_id", "given_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("instructions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instructions_mall_id_given_at"))

    op.drop_table("instructions")
    with op.batch_alter_table("instruction_acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_instruction_acknowledgements_instruction_id")
        )

    op.drop_table("instruction_acknowledgements")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handovers_mall_id_signed_at"))
        batch_op.drop_index(batch_op.f("ix_handovers_mall_id_shift"))
        batch_op.drop_index(batch_op.f("ix_handovers_mall_id_day"))

    op.drop_table("handovers")
    with op.batch_alter_table("handover_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_decisions_handover_id"))

    op.drop_table("handover_decisions")
    with op.batch_alter_table("handover_acceptances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_acceptances_mall_id_shift"))

    op.drop_table("handover_acceptances")
    with op.batch_alter_table("addendum_acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_addendum_acknowledgements_handover_id"))

    op.drop_table("addendum_acknowledgements")
    op.drop_table("assets")
