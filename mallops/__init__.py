"""MallOps: the app a shopping mall's operations team carries."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate

from mallops import access, config, db, drawn, web
from mallops.operations import logs, metrics

migrate = Migrate(directory=str(config.ROOT / "migrations"), render_as_batch=True)


def create_app(
    settings: config.Settings | None = None,
    clock: Callable[[], datetime] | None = None,
    **overrides: Any,
) -> Flask:
    """The app, ready to serve. Tests give settings and a clock of their own."""
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.from_mapping((settings or config.read_settings()).flask())
    app.config.from_mapping({"NOW": clock, **overrides})
    logs.init_app(app)
    metrics.init_app(app)
    db.init_app(app)
    migrate.init_app(app, db.db)
    web.init_app(app)
    drawn.init_app(app)
    access.init_app(app)
    _mount(app)
    _register(app)
    access.check_rights(app)
    return app


def settle() -> None:
    """Spare all that is loaded by now the search for garbage, and search less often.

    Looking through everything takes a tenth of a second, longer than any page.
    """
    sa.orm.configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(60_000, 10, 10)


def _mount(app: Flask) -> None:
    """What is mounted where."""
    from mallops.cases import views as cases
    from mallops.closures import views as closures
    from mallops.daylog import views as daylog
    from mallops.doors import views as doors
    from mallops.factors import views as factors
    from mallops.findings import views as findings
    from mallops.floor import views as floor
    from mallops.handovers import views as handovers
    from mallops.inbox import views as inbox
    from mallops.notices import views as notices
    from mallops.operations import views as operations
    from mallops.people import views as people
    from mallops.permits import views as permits
    from mallops.shifts import views as shifts
    from mallops.signatures import views as signatures
    from mallops.sync import turns
    from mallops.sync import views as sync
    from mallops.watches import views as watches

    app.register_blueprint(operations.bp)
    app.register_blueprint(people.bp)
    app.register_blueprint(factors.bp)
    app.register_blueprint(floor.bp)
    app.register_blueprint(sync.bp, url_prefix="/sync")
    turns.init_app(app)
    app.register_blueprint(daylog.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(closures.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(cases.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(inbox.bp, url_prefix="/malls/<mall>/inbox")
    app.register_blueprint(findings.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(notices.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(handovers.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(permits.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(watches.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(doors.bp, url_prefix="/malls/<mall>/doors")
    app.register_blueprint(shifts.bp, url_prefix="/malls/<mall>")
    app.register_blueprint(signatures.bp, url_prefix="/malls/<mall>")


def _register(app: Flask) -> None:
    """Which kinds of entry the ledger takes, who watches them, what verify checks."""
    from mallops.cases import kinds as case_kinds
    from mallops.checklists import kinds as checklist_kinds
    from mallops.closures import kinds as closure_kinds
    from mallops.daylog import kinds as daylog_kinds
    from mallops.doors import kinds as door_kinds
    from mallops.findings import kinds as finding_kinds
    from mallops.handovers import kinds as handover_kinds
    from mallops.handovers import leader_kinds, verify
    from mallops.handovers.addendum import flag_late_entries
    from mallops.ledger import kinds
    from mallops.notices import kinds as notice_kinds
    from mallops.notices import penalty_kinds
    from mallops.operations import models as _heartbeats  # noqa: F401 -- its table
    from mallops.privacy.kinds import ERASURE
    from mallops.shifts import kinds as shift_kinds
    from mallops.signatures import day_kinds, day_verify
    from mallops.signatures import kinds as signature_kinds

    app.extensions["mallops.kinds"] = kinds.table_of(
        checklist_kinds.INSPECTION,
        shift_kinds.NOTE,
        daylog_kinds.HELD_DECISION,
        finding_kinds.FINDING,
        finding_kinds.FINDING_UPDATE,
        *notice_kinds.KINDS,
        penalty_kinds.PENALTY_PROPOSAL,
        penalty_kinds.PENALTY_DECISION,
        door_kinds.DOOR,
        door_kinds.DOOR_WITHDRAWAL,
        *handover_kinds.KINDS,
        closure_kinds.CLOSURE_REQUEST,
        closure_kinds.CLOSURE_DECISION,
        case_kinds.CASE_DECISION,
        case_kinds.CASE_DISMISSAL,
        *leader_kinds.KINDS,
        signature_kinds.COUNTERSIGNATURE,
        day_kinds.DAY_SIGN_OFF,
        ERASURE,
    )
    app.extensions["mallops.watchers"] = (flag_late_entries,)
    app.extensions["mallops.checks"] = (verify.faults, day_verify.faults)
