"""Lay the first tables: people, places, the ledger, checklists, rounds.

The database's life begins here, with its epoch. No code ran before this one.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "epochs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epochs")),
    )
    op.create_table(
        "malls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("day_starts_at", sa.Time(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_malls")),
        sa.UniqueConstraint("code", name=op.f("uq_malls_code")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_failures")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "checklist_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_checklist_versions_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint(
            "mall_id",
            "code",
            "version",
            name=op.f("uq_checklist_versions_mall_id_code_version"),
        ),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("v", sa.Integer(), nullable=False),
        sa.Column("install_id", sa.Uuid(), nullable=True),
        sa.Column("install_seq", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("carried_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_offset_minutes", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("held_because", sa.String(length=40), nullable=True),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status IN ('accepted', 'held')", name=op.f("ck_entries_known_status")
        ),
        sa.ForeignKeyConstraint(
            ["carried_by_id"], ["users.id"], name=op.f("fk_entries_carried_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_entries_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["users.id"], name=op.f("fk_entries_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint(
            "mall_id", "ledger_seq", name=op.f("uq_entries_mall_id_ledger_seq")
        ),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entries_held",
            ["mall_id", "ledger_seq"],
            unique=False,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.create_index(
            batch_op.f("ix_entries_install_id_install_seq"),
            ["install_id", "install_seq"],
            unique=False,
        )

    op.create_table(
        "installs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_installs_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installs")),
    )
    with op.batch_alter_table("installs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_installs_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "ledger_heads",
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("backed_up_through", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_ledger_heads_mall_id")
        ),
        sa.PrimaryKeyConstraint("mall_id", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("contractor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_organisations_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint(
            "mall_id", "code", name=op.f("uq_organisations_mall_id_code")
        ),
    )
    op.create_table(
        "photos",
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_photos_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_photos_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("mall_id", "sha256", name=op.f("pk_photos")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("floor", sa.String(length=10), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("walk_order", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mall', 'floor', 'zone', 'restroom')",
            name=op.f("ck_places_known_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_places_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["places.id"], name=op.f("fk_places_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("mall_id", "code", name=op.f("uq_places_mall_id_code")),
    )
    op.create_table(
        "quarantined",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("mall_id", sa.Integer(), nullable=True),
        sa.Column("carried_by_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=60), nullable=True),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["carried_by_id"], ["users.id"], name=op.f("fk_quarantined_carried_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_quarantined_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
    )
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quarantined_mall_id"), ["mall_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_quarantined_raw_sha256"), ["raw_sha256"], unique=False
        )

    op.create_table(
        "round_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("checklist", sa.String(length=40), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("team", sa.String(length=40), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("tolerance_minutes", sa.Integer(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(role IS NULL) <> (team IS NULL)", name=op.f("ck_round_plans_one_doer")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_round_plans_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_plans")),
        sa.UniqueConstraint(
            "mall_id",
            "code",
            "valid_from",
            name=op.f("uq_round_plans_mall_id_code_valid_from"),
        ),
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("trade_category", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_tenants_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
    )
    with op.batch_alter_table("tenants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tenants_mall_id"), ["mall_id"], unique=False
        )

    op.create_table(
        "tombstones",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_tombstones_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_tombstones")),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_sessions_token_sha256")),
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "held_decisions",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('accept', 'void')", name=op.f("ck_held_decisions_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["users.id"],
            name=op.f("fk_held_decisions_decided_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["entries.id"], name=op.f("fk_held_decisions_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_held_decisions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_held_decisions_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_held_decisions")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_held_decisions_decision_id")),
    )
    with op.batch_alter_table("held_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_decisions_mall_id"), ["mall_id"], unique=False
        )

    op.create_table(
        "round_completions",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.String(length=120), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_round_completions_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_round_completions_mall_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_round_completions")),
    )
    with op.batch_alter_table("round_completions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_completions_mall_id_business_day"),
            ["mall_id", "business_day"],
            unique=False,
        )

    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_teams_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_teams_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("mall_id", "code", name=op.f("uq_teams_mall_id_code")),
    )
    op.create_table(
        "trading_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_trading_hours_known_weekday")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_trading_hours_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_trading_hours_tenant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trading_hours")),
    )
    with op.batch_alter_table("trading_hours", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trading_hours_mall_id_tenant_id"),
            ["mall_id", "tenant_id"],
            unique=False,
        )

    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("floor", sa.String(length=10), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("walk_order", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('shop', 'counter', 'kiosk', 'storage')",
            name=op.f("ck_units_known_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('trading', 'vacant', 'fitout')",
            name=op.f("ck_units_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_units_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["places.id"], name=op.f("fk_units_zone_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("mall_id", "no", name=op.f("uq_units_mall_id_no")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_zone_id"), ["zone_id"], unique=False)

    op.create_table(
        "inspections",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.String(length=120), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("aborted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_inspections_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_inspections_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_inspections_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_inspections_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["checklist_versions.id"],
            name=op.f("fk_inspections_version_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_inspections")),
    )
    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inspections_mall_id_business_day"),
            ["mall_id", "business_day"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_inspections_unit_id"), ["unit_id"], unique=False
        )

    op.create_table(
        "log_lines",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('accepted', 'held', 'void')",
            name=op.f("ck_log_lines_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_log_lines_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_log_lines_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["users.id"], name=op.f("fk_log_lines_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["places.id"], name=op.f("fk_log_lines_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_log_lines_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["places.id"], name=op.f("fk_log_lines_zone_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_lines")),
    )
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_log_lines_mall_id_business_day_occurred_at_ledger_seq"),
            ["mall_id", "business_day", "occurred_at", "ledger_seq"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_log_lines_unit_id_occurred_at"),
            ["unit_id", "occurred_at"],
            unique=False,
        )

    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'supervisor', 'manager', 'team', 'auditor', 'admin')",
            name=op.f("ck_memberships_known_role"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_memberships_mall_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_memberships_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_memberships_mall_id"), ["mall_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_memberships_user_id_mall_id"),
            ["user_id", "mall_id"],
            unique=False,
        )

    op.create_table(
        "tenancies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_tenancies_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_tenancies_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenancies")),
    )
    with op.batch_alter_table("tenancies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tenancies_unit_id"), ["unit_id"], unique=False
        )

    op.create_table(
        "failed_answers",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=2), nullable=True),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fixed_on_spot", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["inspections.entry_id"],
            name=op.f("fk_failed_answers_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_failed_answers_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_answers")),
        sa.UniqueConstraint(
            "entry_id", "item", name=op.f("uq_failed_answers_entry_id_item")
        ),
    )
    with op.batch_alter_table("failed_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_failed_answers_mall_id_business_day"),
            ["mall_id", "business_day"],
            unique=False,
        )

    op.create_table(
        "meter_readings",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("mall_id", sa.Integer(), nullable=False),
        sa.Column("spot", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("meter", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["inspections.entry_id"],
            name=op.f("fk_meter_readings_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mall_id"], ["malls.id"], name=op.f("fk_meter_readings_mall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_readings")),
        sa.UniqueConstraint(
            "entry_id", "item", name=op.f("uq_meter_readings_entry_id_item")
        ),
    )
    with op.batch_alter_table("meter_readings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meter_readings_mall_id_spot_meter_read_at"),
            ["mall_id", "spot", "meter", "read_at"],
            unique=False,
        )
    _begin_epoch()


def _begin_epoch() -> None:
    epochs = sa.table(
        "epochs",
        sa.column("value", sa.String),
        sa.column("started_at", sa.DateTime(timezone=True)),
    )
    born = {"value": str(uuid4()), "started_at": datetime.now(UTC)}
    op.execute(sa.insert(epochs).values(**born))


def downgrade() -> None:
    with op.batch_alter_table("meter_readings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meter_readings_mall_id_spot_meter_read_at"))

    op.drop_table("meter_readings")
    with op.batch_alter_table("failed_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_answers_mall_id_business_day"))

    op.drop_table("failed_answers")
    with op.batch_alter_table("tenancies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tenancies_unit_id"))

    op.drop_table("tenancies")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_user_id_mall_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_mall_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_lines_unit_id_occurred_at"))
        batch_op.drop_index(
            batch_op.f("ix_log_lines_mall_id_business_day_occurred_at_ledger_seq")
        )

    op.drop_table("log_lines")
    with op.batch_alter_table("inspections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspections_unit_id"))
        batch_op.drop_index(batch_op.f("ix_inspections_mall_id_business_day"))

    op.drop_table("inspections")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_zone_id"))

    op.drop_table("units")
    with op.batch_alter_table("trading_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trading_hours_mall_id_tenant_id"))

    op.drop_table("trading_hours")
    op.drop_table("teams")
    with op.batch_alter_table("round_completions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_completions_mall_id_business_day"))

    op.drop_table("round_completions")
    with op.batch_alter_table("held_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_decisions_mall_id"))

    op.drop_table("held_decisions")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    op.drop_table("tombstones")
    with op.batch_alter_table("tenants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tenants_mall_id"))

    op.drop_table("tenants")
    op.drop_table("round_plans")
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quarantined_raw_sha256"))
        batch_op.drop_index(batch_op.f("ix_quarantined_mall_id"))

    op.drop_table("quarantined")
    op.drop_table("places")
    op.drop_table("photos")
    op.drop_table("organisations")
    op.drop_table("ledger_heads")
    with op.batch_alter_table("installs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_installs_user_id"))

    op.drop_table("installs")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entries_install_id_install_seq"))
        batch_op.drop_index(
            "ix_entries_held",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )

    op.drop_table("entries")
    op.drop_table("checklist_versions")
    op.drop_table("users")
    op.drop_table("sign_in_failures")
    op.drop_table("malls")
    op.drop_table("epochs")
