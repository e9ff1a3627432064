"""The product at a moment that does not pass, for tests only.

STANDS_AT=2026-11-21T02:00:00+00:00 gunicorn tests.support.still_wsgi:app
"""

import os
from datetime import datetime

from mallops import create_app

MOMENT = datetime.fromisoformat(os.environ["STANDS_AT"])

app = create_app(clock=lambda: MOMENT)
