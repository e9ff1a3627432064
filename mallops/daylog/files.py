"""Answers that carry a file: a table to keep, or a photo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import cast

from flask import Response, send_file
from werkzeug.exceptions import NotFound

from mallops.ledger import storage

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


def picture(mall_id: int, sha256: str, part: str = "") -> Response:
    """A photo of the store, or a part of it, as nothing but a picture.

    Raises:
        NotFound: there is none.
    """
    data = storage.store().get(mall_id, sha256 + part)
    if data is None:
        raise NotFound()
    response = Response(data, mimetype="image/jpeg")
    name = f"{sha256[:16]}{part}.jpg"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
