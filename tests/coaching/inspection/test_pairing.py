"""Stored findings and fresh ones: none is lost, none matched twice."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.pairing import pair
from coaching.inspection.tables import Finding, Status

AT = datetime(2026, 11, 20, tzinfo=UTC)


def _finding(
    number: int | None = None,
    rule: str = "r",
    messages: tuple[int, ...] = (1,),
    quote: str = "好的",
    version: int = 1,
    card: tuple[int, int] | None = None,
    status: Status = Status.OPEN,
    gone: bool = False,
) -> Finding:
    return Finding(
        id=number, conversation_id=1, inspection_id=1, rule=rule, rule_version=version, rule_set="s",
        rule_set_version=1, dimension="solving", severity="normal", confidence_01=0.8, message_ids=list(messages),
        context_ids=[], quote=quote, reason="", points=5, is_sure=True, card_id=card[0] if card else None,
        card_version=card[1] if card else None, shop="mian", agent="lin", said_at=AT, said_on=date(2026, 11, 20),
        status=status, gone_at=AT if gone else None, created_at=AT,
    )  # fmt: skip


def test_the_same_rule_on_the_same_messages_is_the_same_finding() -> None:
    stored, fresh = _finding(1), _finding(quote="好的呢")
    paired = pair([stored], [fresh])
    assert (paired.kept, paired.followed, paired.new, paired.gone) == ([(stored, fresh)], [], [], [])


def test_of_two_on_one_message_each_finds_its_own_quote() -> None:
    first, second = _finding(1, quote="最好"), _finding(2, quote="第一")
    fresh = [_finding(quote="第一"), _finding(quote="最好")]
    assert {(old.quote, new.quote) for old, new in pair([first, second], fresh).kept} == {
        ("最好", "最好"),
        ("第一", "第一"),
    }


def test_other_versions_of_rule_or_card_are_followed() -> None:
    assert len(pair([_finding(1)], [_finding(version=2)]).followed) == 1
    assert len(pair([_finding(1, card=(7, 1))], [_finding(card=(7, 2))]).followed) == 1
    assert len(pair([_finding(1, card=(7, 1))], [_finding(card=(8, 1))]).followed) == 1


def test_decided_ones_neither_go_nor_get_company() -> None:
    for status in (Status.CONFIRMED, Status.REJECTED, Status.APPEALED):
        decided = _finding(1, status=status)
        assert pair([decided], []).gone == []
        again = pair([decided], [_finding(version=2)])
        assert (again.kept, again.followed, again.new, again.gone) == ([], [], [], [])


def test_one_that_stands_is_matched_before_one_that_is_gone() -> None:
    gone, standing = _finding(1, gone=True), _finding(2)
    [(old, _)] = pair([gone, standing], [_finding()]).kept
    assert old is standing


_SOME = st.builds(
    _finding,
    rule=st.sampled_from("rs"),
    messages=st.sampled_from([(), (1,), (1, 2)]),
    quote=st.sampled_from("ab"),
    version=st.sampled_from([1, 2]),
    card=st.sampled_from([None, (7, 1), (7, 2)]),
    status=st.sampled_from([Status.OPEN, Status.CONFIRMED, Status.REJECTED]),
    gone=st.booleans(),
)


@given(st.lists(_SOME, max_size=5), st.lists(_SOME, max_size=5))
def test_every_finding_has_exactly_one_fate(stored: list[Finding], fresh: list[Finding]) -> None:
    for number, one in enumerate(stored, start=1):
        one.id = number
    paired = pair(stored, fresh)
    pairs = [*paired.kept, *paired.followed]
    fresh_ids = [id(new) for _, new in pairs] + [id(one) for one in paired.new]
    assert len(fresh_ids) == len(set(fresh_ids))
    # What is not given back was matched by something decided.
    assert len(fresh) - len(fresh_ids) <= sum(one.status is not Status.OPEN for one in stored)
    old_ids = [one.id for one, _ in pairs] + [one.id for one in paired.gone]
    assert len(old_ids) == len(set(old_ids))
    untouched = [one for one in stored if one.id not in old_ids]
    assert all(one.status is not Status.OPEN or one.gone_at is not None for one in untouched)
    assert all(one.status is Status.OPEN for one, _ in pairs)
