"""Tables as files to keep: the answers that carry a CSV or an XLSX."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import cast

from flask import Response, send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(rows: object, name: str) -> Response:
    response = Response(cast(Iterator[str], rows), content_type="text/csv")
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def xlsx_file(book: io.BytesIO, name: str) -> Response:
    response = send_file(
        book, mimetype=XLSX, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Cache-Control"] = "no-store"  # else send_file says no-cache
    return response
