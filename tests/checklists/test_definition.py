"""The shipped checklists are whole; a broken one is refused by file, item, reason."""

import copy
import tomllib

import pytest
import sqlalchemy as sa

from mallops.checklists import actions, library
from mallops.checklists.definition import BrokenChecklist, fingerprint, read, to_json
from mallops.checklists.models import ChecklistVersion
from mallops.db import db

COUNTS = {
    "opening": 25, "closing": 26, "hygiene": 22, "equipment": 25, "vacant_unit": 14,
    "fitout": 24, "staff": 16, "event": 20, "restaurant_close": 12, "fire_patrol": 12,
    "premises_handover": 18, "six_step": 10,
}  # fmt: skip
LETTERS = {
    "opening": "O", "closing": "C", "hygiene": "H", "equipment": "E",
    "vacant_unit": "V", "fitout": "F", "staff": "M", "event": "A",
    "restaurant_close": "K", "fire_patrol": "R", "premises_handover": "X",
    "six_step": "Q",
}  # fmt: skip


def words(text):
    return {"en": text, "zh-Hans": text, "zh-Hant": text}


def item(code="T01", type="pass_fail", **given):
    return {"code": code, "text": words("Doors shut"), "type": type, **given}


def checklist(*items, **given):
    return {
        "code": "trial",
        "template": "TPL-TRIAL",
        "place_kinds": ["zone"],
        "title": words("Trial"),
        "summary": words("For tests"),
        "sections": [{"title": words("All"), "items": list(items) or [item()]}],
        **given,
    }


# -- Those that are shipped


def test_all_twelve_are_shipped():
    assert {shipped.code for shipped in library.shipped()} == set(COUNTS)


@pytest.mark.parametrize("code", COUNTS)
def test_a_shipped_list_has_every_item_under_its_number(code):
    shipped = library.read_file(library.FOLDER / f"{code}.toml")
    codes = [item_.code for item_ in shipped.items()]
    letter, count = LETTERS[code], COUNTS[code]
    assert sorted(codes) == [f"{letter}{number:02}" for number in range(1, count + 1)]


@pytest.mark.parametrize("code", COUNTS)
def test_the_chinese_texts_are_chinese(code):
    shipped = library.read_file(library.FOLDER / f"{code}.toml")
    for text in [shipped.title, *(item_.text for item_ in shipped.items())]:
        assert not text["zh-Hans"].isascii(), text
        assert not text["zh-Hant"].isascii(), text


def test_air_conditioning_stands_under_its_own_heading():
    shipped = library.read_file(library.FOLDER / "equipment.toml")
    headed = {
        item_.code: section.title["en"]
        for section in shipped.sections
        for item_ in section.items
    }
    assert headed["E25"] == "HVAC"
    assert {headed[code] for code in ("E04", "E05", "E06")} == {"Landscape"}


def test_an_opening_tells_what_an_unread_handover_does_in_each_setting():
    """``handover_reading``: ``remind``, as shipped, or ``lock``."""
    shipped = library.read_file(library.FOLDER / "opening.toml")
    [told] = [one.guidance for one in shipped.items() if one.code == "O01"]
    both = {
        "en": ("reminds", "locks"), "zh-Hans": ("提醒", "锁定"),
        "zh-Hant": ("提醒", "鎖定"),
    }  # fmt: skip
    for language, words_ in both.items():
        assert all(word in told[language] for word in words_), told[language]


def test_reading_and_writing_a_list_changes_nothing():
    for shipped in library.shipped():
        again = read(to_json(shipped), f"{shipped.code}.toml")
        assert to_json(again) == to_json(shipped)
        assert fingerprint(to_json(again)) == fingerprint(to_json(shipped))


def test_every_key_of_an_item_is_there_for_the_form():
    for section in to_json(read(checklist(), "trial.toml"))["sections"]:
        assert section["applies_to"] is None
        assert section["items"][0]["allow_na"] is True
        assert section["items"][0]["min"] is None


# -- Broken ones

NUMBER = {"type": "number"}
CHOICE = {"value": "good", "label": words("Good")}
SIDES = {"first": words("a"), "second": words("b")}
BREAKAGES = {
    "no code": ({"code": None}, "code"),
    "a code in small letters": ({"code": "t01"}, "regex"),
    "a text in one language": ({"text": {"en": "Doors"}}, "zh-Hans"),
    "an empty translation": ({"text": words("x") | {"zh-Hant": " "}}, "zh-Hant"),
    "a fourth language": ({"text": words("x") | {"de": "x"}}, "needs en"),
    "a text that is no table": ({"text": "Doors"}, "object"),
    "an unknown type": ({"type": "slider"}, "slider"),
    "a misspelt key": ({"requierd": True}, "requierd"),
    "an unknown photo rule": ({"photo": "sometimes"}, "sometimes"),
    "an unknown severity": ({"severity": "S9"}, "S9"),
    "an unknown trigger": ({"on_fail": {"triggers": ["FAX"]}}, "FAX"),
    "no trigger": ({"on_fail": {"triggers": []}}, "length"),
    "a limit below nothing": (
        {"on_fail": {"triggers": ["WO"], "within_minutes": -1}},
        "within_minutes",
    ),
    "two time limits": (
        {"on_fail": {"triggers": ["WO"], "within_minutes": 5, "within": words("x")}},
        "exclude",
    ),
    "a limit in one language": (
        {"on_fail": {"triggers": ["WO"], "within": {"en": "soon"}}},
        "zh-Hans",
    ),
    "a choice without choices": ({"type": "choice"}, "choices"),
    "choices without a choice": ({"choices": [CHOICE]}, "choices"),
    "a choice in one language": (
        {"type": "choice", "choices": [{**CHOICE, "label": {"en": "Good"}}]},
        "zh-Hans",
    ),
    "a choice with spaces": (
        {"type": "choice", "choices": [{**CHOICE, "value": "so so"}]},
        "regex",
    ),
    "the same choice twice": (
        {"type": "choice", "choices": [CHOICE, CHOICE]},
        "twice",
    ),
    "a meter of nothing": ({"type": "meter"}, "meter"),
    "a meter where none is": ({"meter": "gas"}, "meter"),
    "an unknown meter": ({"type": "meter", "meter": "steam"}, "steam"),
    "a range of a tick": ({"min": 1}, "min and max"),
    "min above max": ({**NUMBER, "min": 5, "max": 1}, "above"),
    "min above a max of zero": ({**NUMBER, "min": 5, "max": 0}, "above"),
    "min above a negative max": ({**NUMBER, "min": 0, "max": -5}, "above"),
    "a range of words": ({**NUMBER, "min": "low"}, "min"),
    "a latest of a tick": ({"latest": "22:30"}, "time"),
    "no time of day": ({"type": "time", "latest": "25:00"}, "regex"),
    "a plan without tolerance": ({"type": "time", "plan": "lights"}, "together"),
    "a tolerance without plan": ({"type": "time", "tolerance_minutes": 5}, "together"),
    "a pair of ticks": ({"pair": {**SIDES, "rule": "equal"}}, "pair"),
    "an unknown rule for a pair": (
        {"type": "count", "pair": {**SIDES, "rule": "double"}},
        "double",
    ),
    "minutes without a limit": (
        {"type": "time", "pair": {**SIDES, "rule": "minutes"}},
        "limit",
    ),
    "limits without a change to limit": ({"limits": {"T01": 5}}, "limits"),
    "guidance in one language": ({"guidance": {"en": "Look up."}}, "zh-Hans"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_item_is_refused_by_file_item_and_reason(name):
    change, reason = BREAKAGES[name]
    broken = {k: v for k, v in (item("T02") | change).items() if v is not None}
    with pytest.raises(BrokenChecklist, match=reason) as refusal:
        read(checklist(item("T01"), broken), "trial.toml")
    assert refusal.value.file == "trial.toml"
    assert str(refusal.value).startswith("trial.toml: item ")
    assert refusal.value.item == broken.get("code", "number 2 of section 1")


BROKEN_LISTS = {
    "no items": {"sections": [{"title": words("All"), "items": []}]},
    "no sections": {"sections": []},
    "no title": {"title": None},
    "a title in one language": {"title": {"en": "Trial"}},
    "no place": {"place_kinds": []},
    "an unknown place": {"place_kinds": ["roof"]},
    "a code with spaces": {"code": "trial one"},
    "an unknown key": {"colour": "red"},
    "a section at an unknown place": {
        "sections": [{"title": words("x"), "items": [item()], "applies_to": ["roof"]}]
    },
    "a section without title": {"sections": [{"items": [item()]}]},
    "one code in two sections": {
        "sections": [{"title": words(name), "items": [item()]} for name in "ab"]
    },
}


@pytest.mark.parametrize("name", BROKEN_LISTS)
def test_a_broken_list_is_refused_by_file_and_reason(name):
    whole = checklist(**BROKEN_LISTS[name])
    broken = {key: value for key, value in whole.items() if value is not None}
    with pytest.raises(BrokenChecklist, match=r"^trial\.toml: ."):
        read(broken, "trial.toml")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"code = ", "Invalid value"),
        (b"\xff\xfe", "utf-8"),
        (b"", "code"),
        (b'code = "x"\ncode = "y"', "overwrite"),
    ],
    ids=["cut", "not text", "empty", "twice"],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, reason):
    path = tmp_path / "trial.toml"
    path.write_bytes(content)
    with pytest.raises(BrokenChecklist, match=rf"trial\.toml: .*{reason}"):
        library.read_file(path)


def test_a_file_is_named_after_its_list(tmp_path):
    path = tmp_path / "other.toml"
    path.write_text((library.FOLDER / "opening.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(BrokenChecklist, match="opening"):
        library.read_file(path)


def test_every_shipped_file_is_utf_8_toml():
    for path in library.FOLDER.glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["code"] == path.stem


# -- Versions


def versions(code="opening"):
    query = sa.select(ChecklistVersion).filter_by(code=code)
    return db.session.scalars(query.order_by(ChecklistVersion.id)).all()


def changed_opening():
    definition = copy.deepcopy(versions()[0].definition)
    definition["sections"][0]["items"][0]["text"] = words("Changed")
    return read(definition, "opening.toml")


def test_publishing_the_same_again_makes_no_new_version(mall, clock):
    actions.publish_library(mall.id, clock.now)
    assert len(versions()) == 1


def test_a_change_makes_a_new_version_and_retires_the_old_one(mall, clock):
    first = versions()[0]
    before = (first.definition, first.sha256, first.published_at)
    clock.move(days=1)
    actions.publish(mall.id, changed_opening(), clock.now)
    db.session.commit()
    old, new = versions()
    assert (old.definition, old.sha256, old.published_at) == before
    assert old.retired_at == clock.now
    assert (new.version, new.retired_at) == (2, None)
    assert fingerprint(new.definition) == new.sha256


def test_going_back_to_the_first_text_is_a_third_version(mall, clock):
    first = read(versions()[0].definition, "opening.toml")
    actions.publish(mall.id, changed_opening(), clock.now)
    actions.publish(mall.id, first, clock.now)
    one, _two, three = versions()
    assert three.version == 3
    assert three.sha256 == one.sha256


def test_versions_of_two_malls_are_counted_apart(mall, make_mall, clock):
    other = make_mall(code="other")
    actions.publish(other.id, changed_opening(), clock.now)
    found = sorted((version.mall_id, version.version) for version in versions())
    assert found == [(mall.id, 1), (other.id, 1), (other.id, 2)]
