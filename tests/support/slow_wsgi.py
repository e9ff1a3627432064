"""The product with slow batches: each goes on when a file is there; for tests only.

gunicorn tests.support.slow_wsgi:app
"""

import os
import time
from pathlib import Path

from mallops import create_app
from mallops.sync import rules

DATA = Path(os.environ["MALLOPS_DATA"])


def read_batch(data, _read_batch=rules.read_batch):
    (DATA / "begun").touch()
    while not (DATA / "go_on").exists():
        time.sleep(0.05)
    return _read_batch(data)


rules.read_batch = read_batch
app = create_app()
