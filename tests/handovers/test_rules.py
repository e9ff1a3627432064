"""How a handover stands: by everything known, in whatever order it came."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.handovers import rules
from mallops.handovers.rules import Acceptance, Decision, Signature

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
OUT, IN, OTHER, HEAD = 1, 2, 3, 9
LINES = ("finding:a", "finding:b")
BOTH = dict.fromkeys(LINES, "accepted")


def at(minutes):
    return START + timedelta(minutes=minutes)


def signed(minutes=0, by=OUT, digest="d1", lines=LINES, id="s1"):
    return Signature(id, at(minutes), by, digest, lines)


def said(minutes=5, by=IN, digest="d1", verdict="accept", lines=None, id="a1"):
    return Acceptance(id, at(minutes), by, digest, verdict, lines or {})


def accepted(minutes=5, **given):
    return said(minutes, **{"lines": BOTH, **given})


def refused(minutes=5, **given):
    return said(minutes, **{"verdict": "refuse", "id": "r1", **given})


def ruled(minutes=10, verdict="stands", by=HEAD, signature="s1", id="m1"):
    return Decision(id, at(minutes), by, signature, verdict)


def follow(*steps):
    sorts = (Signature, Acceptance, Decision)
    return rules.follow(*([s for s in steps if isinstance(s, sort)] for sort in sorts))


words = st.text(st.characters(exclude_categories=["Cs"]))
facts = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda parts: st.lists(parts) | st.dictionaries(words, parts),
)


@given(st.dictionaries(words, facts))
def test_the_digest_is_of_json_without_spaces_and_with_its_names_sorted(snapshot):
    """Whoever has a signed sheet can work its code out again, with any language."""
    text = json.dumps(
        snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert rules.digest(snapshot) == hashlib.sha256(text.encode()).hexdigest()


def test_nobody_signed_is_open():
    assert follow().state == "open"


def test_a_signature_waits_for_each_line_to_be_answered():
    standing = follow(signed())
    assert (standing.state, standing.unanswered) == ("signed", LINES)
    half = follow(signed(), said(lines={"finding:a": "accepted"}))
    assert (half.state, half.unanswered) == ("signed", ("finding:b",))


def test_accepted_once_every_line_is_answered_with_reservations_kept():
    standing = follow(signed(), said(lines={**BOTH, "finding:b": "reserved"}))
    assert standing.state == "accepted"
    assert standing.reserved == ("finding:b",)
    assert standing.closed_at == at(5)


def test_what_was_left_unanswered_may_be_answered_later():
    first = said(5, lines={"finding:a": "accepted"}, id="a1")
    second = said(9, lines={"finding:b": "reserved"}, id="a2")
    standing = follow(signed(), first, second)
    assert (standing.state, standing.acceptance) == ("accepted", "a2")


def test_an_acceptance_before_the_signature_completes_it_when_it_comes():
    early = accepted(-5)
    assert follow(early).early == ("a1",)
    standing = follow(early, signed())
    assert (standing.state, standing.closed_at) == ("accepted", at(0))


def test_nobody_accepts_what_they_signed():
    assert follow(signed(), accepted(by=OUT)).state == "signed"


def test_another_version_is_accepted_when_it_answers_all_that_was_signed():
    standing = follow(signed(), accepted(digest="d0"))
    assert (standing.state, standing.other_version) == ("accepted", True)
    grown = signed(lines=(*LINES, "finding:c"))
    assert follow(grown, accepted(digest="d0")).unanswered == ("finding:c",)


def test_the_newest_version_counts_until_one_is_accepted():
    second = signed(3, digest="d2", id="s2")
    standing = follow(signed(), second)
    assert (standing.signature, standing.superseded) == ("s2", ("s1",))
    standing = follow(signed(), accepted(2), second)
    assert (standing.signature, standing.after_closing) == ("s1", ("s2",))


def test_an_acceptance_that_crosses_a_second_version_counts_for_it():
    second = signed(3, digest="d2", id="s2")
    standing = follow(signed(), second, accepted(5))
    assert (standing.signature, standing.state) == ("s2", "accepted")
    assert standing.other_version


def test_a_refusal_leaves_a_way_on_for_both_and_for_the_manager():
    assert follow(signed(), refused()).state == "refused"
    no = refused()
    assert follow(signed(), no, accepted(20)).state == "accepted"
    assert follow(signed(), no, signed(8, digest="d2", id="s2")).state == "signed"
    assert follow(signed(), no, ruled()).state == "stands"
    assert follow(signed(), no, ruled(verdict="sign_again")).state == "sign_again"


def test_what_was_refused_and_signed_again_unchanged_waits_for_an_answer_again():
    """Counted once more, with other remarks: neither is in the snapshot."""
    again = signed(8, id="s2")
    assert follow(signed(), refused(), again).state == "signed"
    ruling = ruled(6, verdict="sign_again")
    assert follow(signed(), refused(), ruling, again).state == "signed"
    assert follow(signed(), refused(), again, refused(9, id="r2")).state == "refused"
    assert follow(signed(), refused(), again, accepted(9)).state == "accepted"


def test_a_refusal_of_what_nobody_had_signed_yet_counts_once_it_is_signed():
    assert follow(refused(-5), signed()).state == "refused"


def test_a_refusal_of_an_older_version_does_not_touch_the_newer():
    second = signed(3, digest="d2", id="s2")
    assert follow(signed(), second, refused(5)).state == "signed"
    assert follow(signed(), second, refused(5, digest="d2")).state == "refused"


def test_a_refusal_after_the_acceptance_changes_nothing():
    assert follow(signed(), accepted(), refused(9, by=OTHER)).state == "accepted"


@pytest.mark.parametrize("by", [OUT, IN])
def test_neither_of_the_two_decides(by):
    assert follow(signed(), refused(), ruled(by=by)).state == "refused"


def test_a_decision_on_what_nobody_refused_changes_nothing():
    assert follow(signed(), ruled()).state == "signed"
    assert follow(signed(), ruled(2), refused(5)).state == "refused"


def test_every_order_of_arrival_gives_the_same_standing():
    steps = [
        signed(),
        signed(3, digest="d2", id="s2"),
        refused(2),
        accepted(6),
        ruled(),
    ]
    assert len({repr(follow(*order)) for order in permutations(steps)}) == 1


minutes = st.integers(0, 6)
people = st.sampled_from([OUT, IN, OTHER])
digests = st.sampled_from(["d1", "d2", "d3"])
keys = st.sampled_from([*LINES, "finding:c"])
steps = st.one_of(
    st.builds(
        signed, minutes, people, digests, st.lists(keys, unique=True).map(tuple),
        st.sampled_from(["s1", "s2", "s3"]),
    ),
    st.builds(
        said, minutes, people, digests, st.sampled_from(["accept", "refuse"]),
        st.dictionaries(keys, st.sampled_from(["accepted", "reserved"])),
        st.sampled_from(["a1", "a2", "a3"]),
    ),
    st.builds(
        ruled, minutes, st.sampled_from(["stands", "sign_again"]), people,
        st.sampled_from(["s1", "s2"]), st.sampled_from(["m1", "m2"]),
    ),
)  # fmt: skip


@given(
    st.lists(steps, unique_by=lambda step: step.id, max_size=8).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some))
    )
)
def test_any_steps_stand_the_same_in_any_order(orders):
    first, second = (follow(*steps) for steps in orders)
    assert first == second
    assert first.is_closed == (first.closed_at is not None)
    if first.state == "accepted":
        assert not first.unanswered


# -- The snapshot ---------------------------------------------------------------------


def shot(**given):
    return {
        "findings": [{"key": "finding:a", "severity": "S2", "overdue": False}],
        "rounds": {"lines": [{"key": "round:x", "state": "missed"}]},
        "doors": {"lines": []},
        "notices": [],
        "assets": [{"key": "asset:keys", "code": "keys", "expected": 3}],
        "instructions": [],
        "covered": ["one"],
        **given,
    }


def test_the_digest_is_the_same_wherever_the_snapshot_was_read():
    one = {"b": 1, "a": "早班"}
    assert rules.digest(one) == rules.digest({"a": "早班", "b": 1})
    assert rules.digest(one) != rules.digest({"a": "早班", "b": 2})


def test_the_short_code_is_eight_signs_in_two_groups():
    assert rules.short_code("9f2b4c1d" + "0" * 56) == "9F2B 4C1D"


def test_remarks_are_a_line_to_accept_as_well():
    keys = [line.key for line in rules.lines_of(shot(), "Lift 3 is noisy")]
    assert keys == ["finding:a", "round:x", "asset:keys", "text:1"]
    assert rules.lines_of(shot(), " ")[-1].key == "asset:keys"


def test_news_names_what_came_what_changed_and_what_is_gone():
    worse = {"key": "finding:a", "severity": "S1", "overdue": True}
    after = shot(findings=[worse, {"key": "finding:b"}], assets=[], covered=["1", "2"])
    found = rules.news(shot(), after)
    assert [line.key for line in found.added] == ["finding:b"]
    assert [line.key for line in found.changed] == ["finding:a"]
    assert [line.key for line in found.gone] == ["asset:keys"]
    assert found.entries == 2


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        ({}, ["asset:keys"]),
        ({"keys": {"count": 3}}, []),
        ({"keys": {"count": 2}}, ["asset:keys"]),
        ({"keys": {"count": 2, "note": "one is with the cleaners"}}, []),
    ],
)
def test_a_count_that_differs_wants_a_text(counts, missing):
    assert rules.missing_words(shot(), {"round:x": "alarm"}, counts) == missing


def test_a_missed_round_wants_its_reason():
    counts = {"keys": {"count": 3}}
    assert rules.missing_words(shot(), {"round:x": " "}, counts) == ["round:x"]
