"""The day as a file: fixed columns, whole, safe to open."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from tests.daylog.conftest import LOG

HEADER = (
    "ledger_seq,id,kind,place,unit,recorded_at,received_at,recorded_by,carried_by,"
    "summary,flags"
)
TRIGGERS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠A", " =1+1")


def read_csv(response):
    assert response.status_code == 200
    assert response.data.startswith(b"\xef\xbb\xbf")
    text = response.data.decode("utf-8-sig")
    assert text.split("\r\n")[0] == HEADER
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_xlsx(response):
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.data)).active


def test_csv_says_who_what_where_and_when_with_its_offset(
    people, officers_phone, phone, manager, clock
):
    at = clock.now - timedelta(minutes=90)
    note = officers_phone.seal(
        {"text": 'Wet floor, mat "out"', "place": "L1-002", "photos": []},
        recorded_at=at,
    )
    phone(people.officer2).hand_in(note)
    response = manager.get(f"{LOG}.csv")
    (row,) = read_csv(response)
    assert row == {
        "ledger_seq": "1", "id": note["id"], "kind": "note", "place": "",
        "unit": "L1-002", "recorded_at": "2026-11-21T08:30:00.000+08:00",
        "received_at": "2026-11-21T10:00:00.000+08:00", "recorded_by": "Officer",
        "carried_by": "Officer2", "summary": "Wet floor, mat \"out\"",
        "flags": "relayed",
    }  # fmt: skip
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    disposition = response.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="demo-2026-11-21.csv"'


@pytest.mark.parametrize("text", [*TRIGGERS, "\t=1", "\rx", "\nx"])
def test_no_formula_comes_out(officers_phone, manager, text):
    officers_phone.hand_in(officers_phone.note(text))
    (row,) = read_csv(manager.get(f"{LOG}.csv"))
    assert row["summary"] == f"'{text}"
    cell = read_xlsx(manager.get(f"{LOG}.xlsx"))["J2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()


def test_files_hold_the_whole_filtered_day_in_order(officers_phone, manager, clock):
    moments = [clock.now - timedelta(minutes=n // 3) for n in range(120)]
    notes = [officers_phone.note(f"n{n}", recorded_at=m) for n, m in enumerate(moments)]
    for start in range(0, 120, 40):
        officers_phone.hand_in(*notes[start : start + 40])
    officers_phone.hand_in(officers_phone.inspection())
    rows = read_csv(manager.get(f"{LOG}.csv?kind=note"))
    assert len(rows) == 120
    assert [r["recorded_at"] for r in rows] == sorted(r["recorded_at"] for r in rows)
    sheet = read_xlsx(manager.get(f"{LOG}.xlsx?kind=note"))
    assert [c.value for c in sheet[1]] == HEADER.split(",")
    assert sheet.max_row == 121
    assert sheet.freeze_panes == "A2"


def test_export_goes_on_where_a_chunk_ends(officers_phone, manager, monkeypatch):
    monkeypatch.setattr("mallops.daylog.queries.CHUNK", 4)
    officers_phone.hand_in(*(officers_phone.note(f"n{n}") for n in range(9)))
    assert len(read_csv(manager.get(f"{LOG}.csv"))) == 9


def test_every_character_survives(officers_phone, manager):
    text = "مرحبا 😀 防火门\x07 \x0b \ud83d\ude00 ; , \" '".encode(
        "utf-16", "surrogatepass"
    ).decode("utf-16")
    officers_phone.hand_in(officers_phone.note(text))
    (row,) = read_csv(manager.get(f"{LOG}.csv"))
    assert row["summary"] == text
    value = read_xlsx(manager.get(f"{LOG}.xlsx"))["J2"].value
    assert value == text.replace("\x07", "\ufffd").replace("\x0b", "\ufffd")


def test_an_empty_day_is_a_file_with_a_header(manager):
    assert read_csv(manager.get(f"{LOG}.csv")) == []
    assert read_xlsx(manager.get(f"{LOG}.xlsx")).max_row == 1


def test_officers_read_the_log_but_take_no_files(people, signed_in):
    officer = signed_in(people.officer)
    assert officer.get(LOG).status_code == 200
    assert officer.get(f"{LOG}.csv").status_code == 403
    assert officer.get(f"{LOG}.xlsx").status_code == 403
    assert f"{LOG}.csv" not in officer.get(LOG).text
