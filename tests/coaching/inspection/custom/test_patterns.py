"""A regular expression is stopped in time."""

import time

import pytest

from coaching.inspection.custom.patterns import Allowance, Pattern, PatternTooSlowError

ENDLESS = "(?:哈|哈哈)+。"


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
