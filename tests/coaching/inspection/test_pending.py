"""What waits to be inspected is told by versions alone."""

from datetime import timedelta

from sqlmodel import Session

from coaching.inspection.pending import Wanted, count_pending, next_pending
from tests.coaching.inspection.stored import RUDE, inspect, keep
from tests.conftest import NOW


def _waiting(session: Session, wanted: Wanted = Wanted(), after_id: int = 0) -> list[str]:  # noqa: B008
    return [one.external_id for one in next_pending(session, wanted, after_id)]


def test_new_and_changed_conversations_wait_and_inspected_ones_do_not(session: Session) -> None:
    keep(session, "a", *RUDE)
    keep(session, "b", *RUDE)
    assert (_waiting(session), count_pending(session)) == (["a", "b"], 2)
    inspect(session)
    assert (_waiting(session), count_pending(session)) == ([], 0)
    keep(session, "b", *RUDE, "C 什么态度")
    assert _waiting(session) == ["b"]
    assert _waiting(session, Wanted(again=True)) == ["a", "b"]


def test_only_what_was_said_since_is_wanted(session: Session) -> None:
    keep(session, "a", *RUDE)
    assert _waiting(session, Wanted(NOW - timedelta(days=3))) == ["a"]
    assert _waiting(session, Wanted(NOW - timedelta(days=1))) == []


def test_few_enough_are_read_together_and_a_long_one_alone(session: Session) -> None:
    long = [f"{'CA'[at % 2]} 第{at}句" for at in range(4_100)]
    keep(session, "short", *RUDE)
    keep(session, "long", *long, after_s=1)
    keep(session, "last", *RUDE)
    [first] = next_pending(session, Wanted())
    [second] = next_pending(session, Wanted(), first.id or 0)
    assert (first.external_id, second.external_id, second.message_count) == ("short", "long", 4_100)
    assert _waiting(session, after_id=second.id or 0) == ["last"]
