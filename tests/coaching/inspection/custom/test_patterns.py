"""A regular expression is stopped in time."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coaching.inspection.custom.patterns import (
    CONVERSATION_S,
    MESSAGE_S,
    Allowance,
    Pattern,
    PatternTooSlowError,
)

ENDLESS = "(?:哈|哈哈)+。"


@contextmanager
def _busy(threads: int) -> Iterator[None]:
    """Other threads that use all the processor time they get, without holding the interpreter."""
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            with pytest.raises(PatternTooSlowError):
                Pattern(ENDLESS).search("哈" * 60, Allowance())

    running = [threading.Thread(target=work) for _ in range(threads)]
    for one in running:
        one.start()
    try:
        yield
    finally:
        done.set()
        for one in running:
            one.join()


def test_a_pattern_that_would_run_for_ever_is_stopped_saying_which() -> None:
    began = time.process_time()
    with pytest.raises(PatternTooSlowError, match="哈哈") as told:
        Pattern(ENDLESS).search("哈" * 60, Allowance())
    assert time.process_time() - began < 5
    assert "请" in str(told.value)


def test_the_first_match_is_given_as_written() -> None:
    assert Pattern("加.微信").search("您加我微信吧", Allowance()) == "加我微信"
    assert Pattern("VIP", ignore_case=False).search("vip", Allowance()) is None


def test_only_the_beginning_of_a_message_is_read() -> None:
    assert Pattern("微信").search("好" * 3_000 + "微信", Allowance()) is None


def test_many_messages_share_one_allowance() -> None:
    pattern, spent = Pattern("微信"), Allowance(0.0)
    with pytest.raises(PatternTooSlowError):
        pattern.search("好" * 2_000, spent)
    assert Allowance.of(5_000).left_s > Allowance.of(10).left_s


def _slow_text(pattern: Pattern) -> str:
    """What takes a part of the time that a message is given: each character more takes 1.6 times as long."""
    for count in itertools.count(15):
        allowance = Allowance()
        pattern.search("哈" * count, allowance)
        if CONVERSATION_S - allowance.left_s > MESSAGE_S / 5:
            return "哈" * count
    raise AssertionError


def test_what_other_threads_work_is_neither_charged_nor_stops_a_pattern() -> None:
    pattern = Pattern(ENDLESS)
    text = _slow_text(pattern)
    with _busy(6):
        for _ in range(3):
            allowance, began = Allowance(), time.thread_time()
            assert pattern.search(text, allowance) is None
            assert 0 < CONVERSATION_S - allowance.left_s <= time.thread_time() - began


def test_a_pattern_that_would_run_for_ever_is_stopped_among_busy_threads_too() -> None:
    with _busy(3):
        began = time.thread_time()
        with pytest.raises(PatternTooSlowError):
            Pattern(ENDLESS).search("哈" * 60, Allowance())
    assert time.thread_time() - began < 5
