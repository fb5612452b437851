"""A conversation that comes again: added to, completed, or told apart."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.conversations.merging import Arrived, Stored, merge

_START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def _arrived(text: str, *, at: int | None = None, key: str | None = None, role: str = "customer") -> Arrived:
    return Arrived(role, text, _START + timedelta(seconds=at) if at is not None else None, None, key, 1)


def _stored(*arrived: Arrived) -> list[Stored]:
    return [
        Stored(100 + place, place, one.role, one.text, one.sent_at, one.agent, one.message_id)
        for place, one in enumerate(arrived)
    ]


def _texts(arrived: Sequence[Arrived], stored: Sequence[Stored]) -> str:
    return "".join(one.text for one in merge(stored, arrived).order)


def _untimed(text: str) -> list[Arrived]:
    return [_arrived(letter) for letter in text]


def _timed(text: str) -> list[Arrived]:
    return [_arrived(letter, at=ord(letter)) for letter in text]


def _with_ids(text: str) -> list[Arrived]:
    return [_arrived(letter, key=letter) for letter in text]


@pytest.mark.parametrize("make", [_untimed, _timed, _with_ids])
@pytest.mark.parametrize(
    ("before", "again", "after"),
    [
        ("abc", "abc", "abc"),
        ("abc", "abcde", "abcde"),
        ("abc", "ab", "abc"),
        ("ac", "abc", "abc"),
        ("bc", "abc", "abc"),
        ("", "abc", "abc"),
    ],
)
def test_same_longer_shorter_and_completed_versions_agree(make, before: str, again: str, after: str) -> None:
    merged = merge(_stored(*make(before)), make(again))
    assert "".join(one.text for one in merged.order) == after
    assert (merged.is_other, merged.contradicting) == (False, [])
    assert [one.id for one in merged.order if isinstance(one, Stored)] == list(range(100, 100 + len(before)))


@pytest.mark.parametrize("make", [_timed, _with_ids])
def test_messages_that_can_be_told_apart_may_come_piece_by_piece(make) -> None:
    assert _texts(make("de"), _stored(*make("abc"))) == "abcde"
    assert _texts(make("cde"), _stored(*make("abc"))) == "abcde"


def test_other_content_under_the_same_number_is_not_mixed_in() -> None:
    for arrived in (_untimed("xyz"), _untimed("cde"), _timed("AbZ")):
        stored = _stored(*(_timed("abc") if arrived[0].sent_at else _untimed("abc")))
        merged = merge(stored, arrived)
        assert merged.is_other
        assert merged.order == stored


def test_the_same_id_with_other_content_is_told_and_the_rest_added() -> None:
    stored = _stored(_arrived("好的", key="1"), _arrived("在", key="2"))
    changed = [_arrived("不好", key="1"), _arrived("在", key="2"), _arrived("新", key="3")]
    merged = merge(stored, changed)
    assert [one.text for one in merged.contradicting] == ["不好"]
    assert [one.text for one in merged.order] == ["好的", "在", "新"]
    agent_now = merge(stored, [_arrived("好的", key="1", role="agent")])
    assert len(agent_now.contradicting) == 1


def test_an_id_twice_in_one_version_counts_once() -> None:
    merged = merge([], [_arrived("好的", key="1"), _arrived("好的", key="1"), _arrived("不好", key="1")])
    assert [one.text for one in merged.order] == ["好的"]
    assert [one.text for one in merged.contradicting] == ["不好"]


def test_a_late_message_with_a_time_is_put_where_it_was_sent() -> None:
    stored = _stored(_arrived("a", at=1, key="a"), _arrived("c", at=3, key="c"))
    assert _texts([_arrived("a", at=1, key="a"), _arrived("b", at=2, key="b")], stored) == "abc"


def test_times_that_come_later_are_filled_in() -> None:
    merged = merge(_stored(*_untimed("ab")), _timed("ab"))
    assert {row: set(fields) for row, fields in merged.changed.items()} == {100: {"sent_at"}, 101: {"sent_at"}}


def test_ids_that_come_later_are_filled_in_and_count_from_then_on() -> None:
    merged = merge(_stored(*_untimed("ab")), _with_ids("ab"))
    assert merged.changed == {100: {"message_id": "a"}, 101: {"message_id": "b"}}


def test_messages_of_the_last_second_are_added_once() -> None:
    stored = _stored(_arrived("a", at=1), _arrived("b", at=1))
    assert _texts([_arrived("b", at=1), _arrived("c", at=1), _arrived("d", at=2)], stored) == "abcd"


def test_a_name_known_by_what_followed_is_hidden_afterwards() -> None:
    merged = merge(_stored(_arrived("唐晓雯")), [_arrived("[姓名]"), _arrived("[手机号]")])
    assert merged.changed == {100: {"text": "[姓名]"}}
    assert [one.text for one in merged.order] == ["唐晓雯", "[手机号]"]


_letters = st.lists(st.sampled_from("abc"), max_size=12)


@given(_letters, _letters, st.sampled_from([_untimed, _with_ids]))
def test_merging_keeps_all_that_is_stored_and_a_second_time_adds_nothing(
    before: list[str], again: list[str], make
) -> None:
    stored = _stored(*(one for one in merge([], make("".join(before))).order if isinstance(one, Arrived)))
    merged = merge(stored, make("".join(again)))
    assert [one for one in merged.order if isinstance(one, Stored)] == stored
    now = [
        Stored(200 + place, place, one.role, one.text, one.sent_at, one.agent, one.message_id)
        for place, one in enumerate(merged.order)
    ]
    assert merge(now, make("".join(again))).order == now
