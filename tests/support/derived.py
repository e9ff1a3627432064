"""All that follows from the ledger, to be compared with what a rebuild makes of it."""

import sqlalchemy as sa

from mallops.checklists.models import FailedAnswer, MeterReading
from mallops.db import db
from mallops.findings.models import FindingUpdate
from mallops.handovers.models import (
    AddendumAcknowledgement,
    InstructionAcknowledgement,
)
from mallops.ledger import kinds
from mallops.ledger.models import LogLine
from mallops.notices.models import NoticeStep

MADE_AGAIN = {
    table.__table__.c.id
    for table in (
        FailedAnswer,
        MeterReading,
        FindingUpdate,
        NoticeStep,
        InstructionAcknowledgement,
        AddendumAcknowledgement,
    )
}


def derived():
    """Every row of every table that follows from the ledger, but for own numbers."""
    models = {LogLine, *(table for kind in kinds.all_kinds() for table in kind.tables)}
    found = {}
    for model in models:
        columns = [c for c in model.__table__.columns if c not in MADE_AGAIN]
        rows = db.session.execute(sa.select(*columns)).all()
        found[model.__tablename__] = sorted(map(repr, rows))
    return found
