"""A day as CSV and XLSX: the fixed columns, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from mallops.daylog.queries import Line
from mallops.daylog.rules import safe_cell
from mallops.ledger import kinds

# Scripts outside the project rely on these names and their order.
HEADER = (
    "ledger_seq",
    "id",
    "kind",
    "place",
    "unit",
    "recorded_at",
    "received_at",
    "recorded_by",
    "carried_by",
    "summary",
    "flags",
)
WIDTHS = (11, 38, 14, 12, 12, 31, 31, 20, 20, 80, 24)  # in characters
BOM = "\ufeff"
LONGEST_CELL = 32_767  # characters a cell of XLSX can hold
# Half of a character pair: no file can hold it.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def row_of(line: Line, time_zone: ZoneInfo) -> list[str]:
    """The cells of one entry; times on the mall's clock, with their offset."""
    return [
        str(line.ledger_seq),
        str(line.entry_id),
        line.kind,
        line.place or "",
        line.unit or "",
        stamp(line.recorded_at, time_zone),
        stamp(line.received_at, time_zone),
        line.person or "",
        line.carrier,
        kinds.get(line.kind, line.v).summarise(line.summary),
        " ".join(line.flags),
    ]


def stamp(moment: datetime, time_zone: ZoneInfo) -> str:
    """A moment on the mall's clock, with its offset."""
    return moment.astimezone(time_zone).isoformat(timespec="milliseconds")


def csv_of(lines: Iterable[Line], time_zone: str) -> Iterator[str]:
    """The file, piece by piece, as the lines come."""
    zone = ZoneInfo(time_zone)
    return csv_table(HEADER, (row_of(line, zone) for line in lines))


def xlsx_of(lines: Iterable[Line], time_zone: str, title: str) -> io.BytesIO:
    """The file, whole."""
    zone = ZoneInfo(time_zone)
    rows = (row_of(line, zone) for line in lines)
    return xlsx_table(HEADER, WIDTHS, rows, title)


# -- Any table as a file --------------------------------------------------------------


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A CSV that no spreadsheet takes for formulas, row by row."""
    yield BOM + _csv_row(header)
    for row in rows:
        yield _csv_row([safe_cell(cell) for cell in row])


def _csv_row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(_LONE_SURROGATE.sub("\ufffd", cell) for cell in cells)
    return out.getvalue()


def xlsx_table(
    header: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    title: str,
) -> io.BytesIO:
    """An XLSX; every cell is a text, whatever it looks like. Widths in characters."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", _LONE_SURROGATE.sub("\ufffd", text))
    cell = WriteOnlyCell(sheet, value=text[:LONGEST_CELL])
    cell.data_type = "s"  # else a text that starts with = becomes a formula
    if bold:
        cell.font = Font(bold=True)
    return cell
