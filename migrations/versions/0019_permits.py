"""Keep permits, events, visits and deliveries, and which tenants are to be watched.

The code before this one may still run on it: it does not look at these tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_permits"
down_revision = "0018_unsent_on_phones"


def upgrade() -> None:
    op.create_table(
        "permits",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_because", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('fitout_permit', 'hot_work_permit', 'goods_permit', 'event', "
            "'visit', 'delivery')",
            name=op.f("ck_permits_known_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'cancelled')", name=op.f("ck_permits_known_outcome")
        ),
        sa.CheckConstraint(
            "unit_id IS NULL OR place_id IS NULL", name=op.f("ck_permits_one_spot")
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_permits_ends_after_it_starts")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)",
            name=op.f("ck_permits_closed_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["users.id"], name=op.f("fk_permits_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_permits_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_permits_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_permits_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["users.id"], name=op.f("fk_permits_set_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_permits_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permits")),
    )
    op.create_index(
        op.f("ix_permits_mall_id_ends_at"), "permits", ["mall_id", "ends_at"]
    )
    op.create_table(
        "tenant_watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_tenant_watches_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_tenant_watches_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["users.id"], name=op.f("fk_tenant_watches_set_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_tenant_watches_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_tenant_watches_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_watches")),
    )
    op.create_index(
        op.f("ix_tenant_watches_mall_id_last_day"),
        "tenant_watches",
        ["mall_id", "last_day"],
    )


def downgrade() -> None:
    op.drop_table("tenant_watches")
    op.drop_table("permits")
