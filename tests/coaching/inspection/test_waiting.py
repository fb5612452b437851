"""How long customers waited, and what is not measured."""

import pytest

from coaching.conversations.transcript import chat
from coaching.inspection.ports import NoKnowledge
from coaching.inspection.reading import Reader, Reading
from coaching.inspection.rule_sets import Limits
from coaching.inspection.vector_memory import VectorMemory
from coaching.inspection.waiting import has_times, pace_of, spelled, waits
from tests.coaching.inspection.fakes import FakeEncoder

LIMITS = Limits()


def _read(*written: str) -> Reading:
    return Reader(VectorMemory(FakeEncoder()), NoKnowledge()).read(chat(*written))


def _seconds(*written: str, limits: Limits = LIMITS) -> list[float]:
    return [wait.seconds for wait in waits(_read(*written), limits)]


def test_a_wait_runs_from_the_first_unanswered_message() -> None:
    assert _seconds("10:10:15 C 在吗", "10:15:20 C 有货吗", "10:18:10 A 有") == [475]
    assert _seconds("10:10:15 C 在吗", "10:18:10 A 在", "10:18:30 C 有货吗", "10:19:00 A 有") == [475, 30]


def test_never_answered_is_no_wait() -> None:
    assert _seconds("10:00:00 C 在吗", "10:05:00 C 人呢") == []


def test_a_clock_that_goes_backwards_is_not_measured_and_the_rest_is() -> None:
    written = ("10:00:00 C 在吗", "09:59:00 A 在", "10:01:00 C 有货吗", "10:01:30 A 有")
    assert _seconds(*written) == [30]
    assert pace_of(_read(*written), Limits()).first_response_s is None


def test_half_of_the_times_missing_measures_the_other_half() -> None:
    assert _seconds("C 在吗", "10:00:00 A 在", "10:01:00 C 有货吗", "10:01:30 A 有") == [30]


def test_outside_service_hours_nothing_is_measured() -> None:
    nine_to_five = Limits(opens_hour=9, closes_hour=17)
    assert _seconds("08:59:59 C 在吗", "09:30:00 A 在", limits=nine_to_five) == []
    assert _seconds("09:00:00 C 在吗", "09:30:00 A 在", limits=nine_to_five) == [1800]
    assert _seconds("16:59:59 C 在吗", "17:30:00 A 在", limits=nine_to_five) == [1801]
    assert _seconds("17:00:00 C 在吗", "17:30:00 A 在", limits=nine_to_five) == []


def test_a_bots_answer_is_none() -> None:
    assert _seconds("10:00:00 C 有货吗", "10:00:01 B 您好", "10:02:00 A 有") == [120]


def test_behind_a_bot_the_wait_begins_with_the_call_for_a_person() -> None:
    assert _seconds("10:00:00 C 有货吗", "10:00:01 B 有的", "10:05:00 C 转人工", "10:05:20 A 您好") == [20]


def test_thanks_need_no_answer() -> None:
    assert _seconds("10:00:00 C 有货吗", "10:00:10 A 有", "10:01:00 C 谢谢", "12:00:00 A 不客气") == [10]


def test_the_pace_counts_rounds_and_messages() -> None:
    pace = pace_of(
        _read("10:00:00 C 在吗", "10:00:30 A 在", "10:01:00 C 有货吗", "10:02:30 A 有", "C 红色呢"), Limits()
    )
    assert (pace.first_response_s, pace.average_response_s, pace.longest_wait_s) == (30, 60, 90)
    assert (pace.rounds, pace.answered_rounds, pace.customer_messages, pace.agent_messages) == (3, 2, 3, 2)


def test_without_times_there_is_nothing_to_measure() -> None:
    reading = _read("C 在吗", "A 在")
    assert not has_times(reading, Limits())
    assert pace_of(reading, Limits()).average_response_s is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 秒"), (60, "1 分钟"), (200, "3 分 20 秒"), (3600, "1 小时"), (5400, "1 小时 30 分钟")],
)
def test_lengths_of_time_are_spelled_as_people_say_them(seconds: float, words: str) -> None:
    assert spelled(seconds).strip() == words
