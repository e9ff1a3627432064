"""A month of doors, and a day of them as a file, a sheet and labels."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest

from mallops.db import db
from mallops.places.models import Tenancy, Tenant, Unit
from tests.doors.conftest import DAY, DOORS

MONTH = f"{DOORS}/month/2026-11"
HEADER = (
    "day,floor,zone,unit,tenant,trade_category,event,state,planned_at,seen_at,"
    "least_minutes,most_minutes,counts_as,contradicted,bulk,recorded_by,summary,note"
)


def late(look, day, unit="L1-001"):
    look("10:20", "not_open", unit=unit, day=day)
    look("10:25", unit=unit, day=day)


def rows(page):
    """The shops of a month: number to its three counts and the days seen."""
    found = re.findall(r'<tr><th scope="row" class="door-month__shop.*?</tr>', page)
    return {
        re.search(r"<b>([\w-]+)</b>", row)[1]: re.findall(
            r'<td class="number">([^<]*)</td>', row
        )
        for row in found
    }


def month(client, query=""):
    answer = client.get(f"{MONTH}{query}")
    assert answer.status_code == 200
    return answer.text


# -- A month


def test_a_month_counts_late_not_open_and_early_days_per_shop(look, supervisor):
    late(look, 2)
    late(look, 3)
    look("10:45", "not_open", day=4)
    look("21:00", "early", event="closing", day=4)
    look("10:00", day=5)
    look("10:00", unit="L1-002", day=5)
    page = month(supervisor)
    assert rows(page) == {"L1-001": ["2", "1", "1", "4"]}
    assert f"{DOORS}/2026-11-03/L1-001" in page


def test_what_does_not_count_by_itself_is_marked_and_not_counted(look, supervisor):
    look("10:30", "late", day=2)  # said so, without a photo
    page = month(supervisor)
    assert rows(page) == {"L1-001": ["–", "–", "–", "1"]}
    assert "does not count" in page


def test_a_month_calls_a_day_what_its_wall_calls_it(look, supervisor):
    """Opened 85 minutes late: late on both, though it counts as not open."""
    look("11:25", "not_open", day=2)
    look("11:26", day=2)
    look("10:20", "not_open", unit="L1-002", day=2)  # shut, and nobody came again
    wall = supervisor.get(f"{DOORS}/2026-11-02").text
    counted = {
        name: int(re.search(rf'state=opening-{name}"[^>]*><strong>(\d+)<', wall)[1])
        for name in ("late", "not_open")
    }
    assert counted == {"late": 1, "not_open": 1}
    page = month(supervisor)
    assert rows(page) == {
        "L1-001": ["1", "–", "–", "1"],
        "L1-002": ["–", "1", "–", "1"],
    }
    assert ">late (Counts as not open)<" in page
    assert ">not open (Counts as late)<" in page


def test_the_shop_with_most_stands_first_unless_asked_otherwise(look, supervisor):
    late(look, 2)
    for day in (2, 3):
        late(look, day, "L1-003")
    look("21:00", "early", event="closing", day=4)
    assert list(rows(month(supervisor))) == ["L1-001", "L1-003"]
    assert list(rows(month(supervisor, "?sort=late"))) == ["L1-003", "L1-001"]
    assert list(rows(month(supervisor, "?sort=walk&all=1"))) == [
        "L1-001",
        "L1-002",
        "L1-003",
    ]


def test_two_tenants_of_one_shop_have_a_row_each(look, supervisor):
    late(look, 2)
    unit = db.session.query(Unit).filter_by(no="L1-001").one()
    db.session.query(Tenancy).filter_by(unit_id=unit.id).one().ends_on = date(
        2026, 11, 9
    )
    new = Tenant(
        mall_id=unit.mall_id, name=dict.fromkeys(("en",), "New one"),
        trade_category="beauty",
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    db.session.add(
        Tenancy(unit_id=unit.id, tenant_id=new.id, starts_on=date(2026, 11, 10))
    )
    db.session.commit()
    late(look, 11)
    late(look, 12)
    page = month(supervisor)
    names = re.findall(r"<b>L1-001</b> ([^<]+)", page)
    assert names == ["New one", "Shop 1"]


def test_trade_categories_are_added_up(look, supervisor):
    late(look, 2)
    late(look, 2, "L1-002")
    page = month(supervisor)
    [fashion] = re.findall(
        r"<tr><th scope=\"row\"><a[^>]*category=fashion.*?</tr>", page
    )
    assert re.findall(r'number">([^<]*)<', fashion) == ["3", "2", "–", "–"]


def test_another_month_and_other_filters_hold_other_shops(look, supervisor):
    late(look, 2)
    assert rows(month(supervisor, "?q=shop+2")) == {}
    answer = supervisor.get(f"{DOORS}/month/2026-10")
    assert "No shop was late" in answer.text


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "1999-12", "2029-01", "x"])
def test_a_month_that_cannot_be_is_not_found(mall, supervisor, text):
    assert supervisor.get(f"{DOORS}/month/{text}").status_code == 404


def test_a_month_with_a_wrong_filter_says_so(mall, supervisor):
    answer = supervisor.get(f"{MONTH}?sort=name")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


# -- Files


def lines(answer):
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    text = answer.data.decode("utf-8-sig")
    assert text.split("\r\n")[0] == HEADER
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_day_as_csv_has_a_line_for_each_shop_and_event(look, supervisor):
    look("10:20", "not_open", note="=1+1")
    look("10:40")
    answer = supervisor.get(f"{DAY}.csv")
    found = lines(answer)
    assert len(found) == 6
    assert found[0] == {
        "day": "2026-11-21", "floor": "L1", "zone": "L1-A", "unit": "L1-001",
        "tenant": "Shop 1", "trade_category": "fashion", "event": "opening",
        "state": "late", "planned_at": "2026-11-21T10:00:00.000+08:00",
        "seen_at": "2026-11-21T10:40:00.000+08:00", "least_minutes": "20",
        "most_minutes": "40", "counts_as": "late", "contradicted": "", "bulk": "",
        "recorded_by": "Lin", "summary": "Opened late 20–40 min", "note": "'=1+1",
    }  # fmt: skip
    assert (found[1]["event"], found[1]["state"]) == ("closing", "not_seen")
    assert "demo-doors-2026-11-21.csv" in answer.headers["Content-Disposition"]


def test_a_shop_that_need_not_open_has_its_own_second_in_both_lines(look, supervisor):
    """The wall shows minutes; two shops of one minute are not the same in a file."""
    db.session.query(Unit).update({"state": "fitout"})
    db.session.commit()
    look("10:20", "fitout", unit="L1-001")
    look("10:21", "fitout", unit="L1-002", seen_at="2026-11-21T10:20:45+08:00")
    found = {
        (line["unit"], line["event"]): line["seen_at"]
        for line in lines(supervisor.get(f"{DAY}.csv"))
    }
    for unit, second in (("L1-001", "00"), ("L1-002", "45")):
        for event in ("opening", "closing"):
            assert found[unit, event] == f"2026-11-21T10:20:{second}.000+08:00"


def test_a_file_holds_what_the_wall_was_narrowed_to(look, supervisor):
    look("10:02", unit="L1-002")
    found = lines(supervisor.get(f"{DAY}.csv?state=opening-on_time"))
    assert {line["unit"] for line in found} == {"L1-002"}


def test_xlsx_says_the_same_as_text(look, supervisor):
    look("10:02", note="=HYPERLINK(1)")
    book = openpyxl.load_workbook(io.BytesIO(supervisor.get(f"{DAY}.xlsx").data))
    header, first, *_ = book.active.iter_rows()
    assert ",".join(cell.value for cell in header) == HEADER
    assert first[3].value == "L1-001"
    assert first[-1].value == "=HYPERLINK(1)"
    assert first[-1].data_type == "s"


# -- On paper


def sheet_line(client, no="L1-001"):
    page = client.get(f"{DAY}/sheet").text
    [line] = re.findall(rf"<tr><td class=\"sheet__number\">.*<b>{no}</b>.*?</tr>", page)
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line)


def test_the_sheet_has_the_columns_of_the_paper_one(look, supervisor):
    look("10:02")
    look("21:20", "early", event="closing", note="Family matter")
    assert sheet_line(supervisor) == [
        "1", "<b>L1-001</b> Shop 1", "10:02", "21:20", "Closing: Early ≥ 40 min",
        "Lin", "Family matter", "",
    ]  # fmt: skip


def test_a_shop_nobody_looked_at_has_an_empty_line_to_fill_in_by_hand(mall, supervisor):
    assert sheet_line(supervisor, "L1-002")[2:] == ["", "", "", "", "", ""]


def test_a_shop_that_never_opened_has_no_opening_time(look, supervisor):
    look("10:45", "not_open", reason="dispute")
    assert sheet_line(supervisor)[2:7] == [
        "",
        "",
        "Opening: Not open ≥ 45 min",
        "Lin",
        "dispute",
    ]


def test_the_sheet_speaks_the_readers_language(mall, signed_in, people):
    people.manager.language = "zh-Hant"
    db.session.commit()
    page = signed_in(people.manager).get(f"{DAY}/sheet").text
    assert "開關門情況記錄簽到表" in page


# -- Codes


def test_a_label_carries_the_plain_address_of_the_shops_row(mall, supervisor):
    page = supervisor.get(f"{DOORS}/codes").text
    assert page.count('codes__label"') == 3
    assert 'aria-label="http://localhost/floor/#door/L1-001"' in page
    assert "style=" not in page


def test_a_code_can_be_read_back_from_its_drawing():
    import segno

    from mallops.qr import QUIET, drawing

    text = "https://mall.example/floor/#door/L1-001"
    drawn = drawing(text)
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", drawn.path):
        dark |= {(int(x) + n, int(y)) for n in range(int(length))}
    assert drawn.size == len(matrix) + 2 * QUIET
    assert dark == {
        (x + QUIET, y + QUIET)
        for y, row in enumerate(matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    }


@pytest.mark.parametrize("query", ["?floor=all", "?zone=L1-A", "?floor=L1"])
def test_labels_of_a_floor_a_zone_or_all(mall, supervisor, query):
    page = supervisor.get(f"{DOORS}/codes{query}").text
    assert page.count('codes__label"') == 3


def test_labels_of_a_floor_that_is_not_there(mall, supervisor):
    assert supervisor.get(f"{DOORS}/codes?floor=L9").status_code == 400
