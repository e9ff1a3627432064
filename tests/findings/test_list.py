"""The list of findings: its order, its tabs and filters, and changing rows in place."""

from datetime import timedelta

import pytest

from mallops.findings import asked, lists, words
from tests.findings.conftest import (
    LIST,
    SHOWN,
    finding,
    listed,
    page_of,
    take,
    taken,
    token_of,
)

HX = {"HX-Request": "true"}


@pytest.fixture
def five(found, desk, clock):
    """One of each kind of urgency: late, soon, far off, fixed, waiting."""
    start = clock.now
    ids = {
        "waiting": found("waits", severity="S1"),
        "fixed": found("repaired", severity="S1"),
        "late": found("late", severity="S1"),
        "far": found("far off", severity="S4"),
        "soon": found("soon", severity="S2"),
    }
    clock.move(minutes=30)
    taken(desk.officer, ids["waiting"], "wait", waiting_for="part", text="No belt")
    taken(desk.officer, ids["fixed"], "fix", text="Done")
    clock.now = start + timedelta(hours=5)
    return ids


def named(ids, shown):
    names = {finding_id: name for name, finding_id in ids.items()}
    return [names[finding_id] for finding_id in shown]


def test_the_most_urgent_comes_first_and_stopped_clocks_last(five, desk):
    shown = named(five, listed(desk.supervisor))
    assert shown == ["late", "soon", "far", "fixed", "waiting"]


def test_limits_are_told_in_words(five, desk):
    page = desk.supervisor.get(LIST).text
    for text in (
        "overdue by 3 h", "60 min left", "2 days left", "fixed 4 h 30 min ago",
        "clock stopped, 90 min left",
    ):  # fmt: skip
        assert text in page, text


@pytest.mark.parametrize(
    ("tab", "names"),
    [
        ("all", ["late", "soon", "far", "fixed", "waiting"]),
        ("overdue", ["late"]),
        ("recheck", ["fixed"]),
        ("team", ["late", "soon", "far", "fixed", "waiting"]),
        ("mine", []),
        ("closed", []),
    ],
)
def test_each_tab_lists_its_own(five, desk, tab, names):
    assert named(five, listed(desk.supervisor, f"?tab={tab}")) == names


def test_mine_is_what_i_found_and_what_was_given_to_me(found, desk, staff, clock):
    own, given, other = found("own"), found("given"), found("other")
    clock.move(minutes=1)
    taken(desk.supervisor, given, "assign", to=f"person:{staff.engineer.id}")
    assert listed(desk.engineer, "?tab=mine") == [given]
    assert set(listed(desk.officer, "?tab=mine")) == {own, given, other}


def test_a_team_sees_its_own_work_first(found, desk):
    found("operations")
    ours = found("lamp", category="equipment")
    assert listed(desk.engineer) == [ours]
    assert len(listed(desk.engineer, "?tab=all")) == 2


def test_closed_ones_are_listed_by_when_they_were_closed(found, desk, clock):
    ids = [found(str(n)) for n in range(3)]
    for finding_id in (ids[1], ids[0], ids[2]):
        clock.move(minutes=1)
        taken(desk.supervisor, finding_id, "void", text="Twice")
    assert listed(desk.supervisor) == []
    assert listed(desk.supervisor, "?tab=closed") == [ids[2], ids[0], ids[1]]


# -- Filters


@pytest.fixture
def various(found):
    return {
        "wc": found("basin", category="hygiene", place="L1-WC1"),
        "shop": found("灯箱不亮", unit="L1-002", category="equipment", severity="S4"),
        "fire": found("Exit blocked", category="fire_safety", severity="S1"),
    }


@pytest.mark.parametrize(
    ("asked_for", "names"),
    [
        ("zone=L1-A", {"wc", "shop", "fire"}),
        ("unit=l1-002", {"shop"}),
        ("category=hygiene", {"wc"}),
        ("severity=S4", {"shop"}),
        ("team=-", {"fire"}),
        ("team=cleaning", {"wc"}),
        ("q=exit", {"fire"}),
        ("q=灯箱", {"shop"}),
        ("q=l1-002", {"shop"}),
        ("q=shop+2", {"shop"}),  # its tenant
        ("q=restroom", {"wc"}),
        ("q=100%25", set()),
        ("team=cleaning&severity=S1", set()),
    ],
)
def test_filters_narrow_the_list(various, desk, asked_for, names):
    shown = listed(desk.supervisor, f"?tab=all&{asked_for}")
    assert set(named(various, shown)) == names


def test_a_failed_item_is_found_by_its_words(officers_phone, desk):
    failed = {"O06": {"value": "fail", "note": "folded"}}
    officers_phone.hand_in(officers_phone.inspection(failed))
    assert len(listed(desk.supervisor, "?q=mats")) == 1
    assert len(listed(desk.supervisor, "?q=地垫")) == 1
    assert len(listed(desk.supervisor, "?q=O06")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "tab=x", "zone=L9", "unit=nowhere", "category=x", "severity=S9", "team=x",
        "after=x", f"q={'x' * 101}", "zone=%00L1",
    ],
)  # fmt: skip
def test_a_wrong_filter_is_named_and_nothing_is_shown(various, desk, wrong):
    answer = desk.supervisor.get(f"{LIST}?{wrong}")
    assert answer.status_code == 400
    name = wrong.partition("=")[0]
    assert str(words.FILTER_ERRORS[f"bad_{name}"]) in answer.text
    assert not SHOWN.findall(answer.text)
    assert desk.supervisor.get(f"{LIST}rows?{wrong}").status_code == 400


def test_a_page_that_no_tab_has_is_empty(desk):
    assert listed(desk.supervisor, "?tab=recheck&after=2_1_x") == []


@pytest.fixture
def pages_of_three(monkeypatch):
    """The statements that are kept hold the size of a page."""
    lists._keys.cache_clear()
    monkeypatch.setattr(asked, "PAGE", 3)
    yield
    lists._keys.cache_clear()


@pytest.mark.usefixtures("pages_of_three")
def test_no_finding_is_skipped_or_shown_twice(found, desk, clock):
    ids = {found(str(n), severity=f"S{n % 4 + 1}") for n in range(8)}
    for finding_id in sorted(ids)[:3]:
        taken(desk.officer, finding_id, "fix")
    shown, tail = [], ""
    while True:
        page = desk.supervisor.get(f"{LIST}{tail}").text
        shown += SHOWN.findall(page)
        if 'rel="next"' not in page:
            break
        tail = page.split('rel="next" href="')[1].split('"')[0].partition(LIST)[2]
        tail = tail.replace("&amp;", "&")
    assert len(shown) == 8
    assert set(shown) == ids


# -- Counts


def test_counts_tell_what_is_open_by_severity_and_team(various, desk):
    page = desk.supervisor.get(LIST).text.replace("\n", " ")
    for text in ("All open <strong>3</strong>", "<strong>1</strong> cleaning"):
        assert text in page, text
    taken(desk.supervisor, various["wc"], "void", text="Twice")
    assert "All open <strong>2</strong>" in desk.supervisor.get(LIST).text


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(
    found, desk, photo, count_queries
):
    found("one", unit="L1-001", photos=[photo])
    desk.supervisor.get(LIST)
    with count_queries() as few:
        desk.supervisor.get(LIST)
    for n in range(6):
        found(f"another {n}", unit=f"L1-00{n % 3 + 1}", category="equipment")
    with count_queries() as many:
        assert len(listed(desk.supervisor)) == 7
    assert len(many) == len(few), many


# -- Refreshing itself


def test_the_list_is_sent_again_only_when_it_says_something_else(found, desk, clock):
    one = found()
    page = desk.supervisor.get(LIST).text
    address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert desk.supervisor.get(address, headers=HX).status_code == 204
    taken(desk.officer, one, "start")
    answer = desk.supervisor.get(address, headers=HX)
    assert answer.status_code == 200
    assert "In progress" in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "<html" not in answer.text


# -- Changing a row in place


def change(client, finding_id, step, **fields):
    return take(client, finding_id, step, headers=HX, **fields)


def test_the_form_of_a_step_comes_into_the_row(found, desk):
    one = found()
    assert desk.engineer  # so that somebody can be chosen
    page = desk.supervisor.get(LIST).text
    assert f"{LIST}{one}/steps/assign" in page
    form = desk.supervisor.get(f"{LIST}{one}/steps/assign", headers=HX).text
    assert "<html" not in form
    assert 'value="team:engineering"' in form
    assert "Engineer" in form


def test_assigning_in_place_answers_with_the_row_and_the_counts(found, desk):
    one = found()
    answer = change(desk.supervisor, one, "assign", to="team:cleaning", text="Today")
    assert answer.status_code == 200
    assert SHOWN.findall(answer.text) == [one]
    assert "Assigned" in answer.text
    assert "<strong>1</strong> cleaning" in answer.text
    assert "<html" not in answer.text
    assert finding(one).team == "cleaning"


def test_changing_the_severity_in_place_brings_its_limits(found, desk):
    one = found(severity="S4")
    before = finding(one).fix_by
    assert change(desk.manager, one, "prioritise", severity="S2").status_code == 200
    assert finding(one).severity == "S2"
    assert finding(one).fix_by < before


def test_a_refused_change_comes_back_into_the_row_as_it_was_typed(found, desk, clock):
    one = found()
    late = clock.now.strftime("%Y-%m-%dT00:00")
    answer = change(
        desk.supervisor, one, "assign", to="team:cleaning", fix_by=late, text="Hurry"
    )
    assert answer.status_code == 422
    assert SHOWN.findall(answer.text) == [one]
    for text in ("in the past", "Hurry", late, 'value="team:cleaning" selected'):
        assert text in answer.text, text
    assert finding(one).team is None


def test_without_javascript_it_goes_back_to_the_list(found, desk):
    one = found()
    form = {"csrf_token": token_of(desk.supervisor), "to": "team:cleaning"}
    form |= {"step": "assign", "next": f"{LIST}?tab=team"}
    answer = desk.supervisor.post(f"{LIST}{one}/steps", data=form)
    assert answer.location == f"{LIST}?tab=team"
    assert "Done: Assigned." in desk.supervisor.get(answer.location).text
    form["next"] = "https://elsewhere.example/"
    answer = desk.supervisor.post(f"{LIST}{one}/steps", data=form)
    assert answer.location == f"{LIST}{one}"


def test_only_who_leads_changes_rows(found, desk):
    one = found(category="equipment")
    for client in (desk.officer, desk.engineer, desk.auditor):
        assert f"{one}/steps/assign" not in client.get(LIST).text
    for client in (desk.officer, desk.engineer):
        assert client.get(f"{LIST}{one}/steps/assign").status_code == 404
        assert take(client, one, "assign", to="team:").status_code == 422
    assert desk.auditor.get(f"{LIST}{one}/steps/assign").status_code == 403
    assert take(desk.auditor, one, "comment", text="x").status_code == 403
    assert finding(one).state == "open"


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_page_opens_in_every_language(five, desk, language):
    desk.supervisor.set_cookie("mallops_language", language)
    addresses = [LIST, f"{LIST}?tab=x", "/malls/demo/units/L1-001"]
    for address in (*addresses, *(f"{LIST}{one}" for one in five.values())):
        assert f'lang="{language}"' in desk.supervisor.get(address).text
    assert page_of(desk.supervisor, five["late"])
