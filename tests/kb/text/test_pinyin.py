"""People may search Chinese by pinyin, whole, by initials or mixed."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.pinyin import looks_like_pinyin, matches_pinyin, pinyin_keys


def test_keys_are_initials_and_full_pinyin() -> None:
    keys = pinyin_keys("退款进度")
    assert (keys.initials, keys.full) == ("tkjd", "tuikuanjindu")


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("银行卡", "yinhangka"),
        ("行不行", "xingbuxing"),
        ("重新发货", "chongxinfahuo"),
        ("女裝", "nvzhuang"),
        ("USB 充電線!", "usbchongdianxian"),
        ("😭", ""),
    ],
)
def test_readings_follow_the_phrase(text: str, full: str) -> None:
    assert pinyin_keys(text).full == full


@pytest.mark.parametrize(
    "query", ["tkjd", "TKJD", "tuikuanjindu", "tuik jd", "tkjindu", "tui kuan jin du", "tui'kuan'jd"]
)
def test_every_way_of_typing_matches_the_whole(query: str) -> None:
    assert matches_pinyin(query, pinyin_keys("退款进度")) == 1.0


def test_more_of_the_text_scores_higher() -> None:
    keys = pinyin_keys("退款进度怎么查")
    assert 0 < matches_pinyin("jd", keys) < matches_pinyin("tk", keys) < matches_pinyin("tkjd", keys) < 1


@pytest.mark.parametrize("query", ["", "t", "tkfd", "xyz", "tuihuo", "jdtk"])
def test_other_words_do_not_match(query: str) -> None:
    assert matches_pinyin(query, pinyin_keys("退款进度")) == 0.0


@pytest.mark.parametrize("query", ["tkjd", "tuikuan", "tuik jd", "zhzhfh", "nvzhuang", "fahuo"])
def test_pinyin_is_recognised(query: str) -> None:
    assert looks_like_pinyin(query)


@pytest.mark.parametrize("query", ["", "t", "退款", "iphone", "vivo", "xxl", "123", "a1b2", "ok", "usb", "<script>"])
def test_other_latin_text_is_not_taken_for_pinyin(query: str) -> None:
    assert not looks_like_pinyin(query)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(string.ascii_lowercase + "' 1退", max_size=40))
def test_score_is_a_share_and_keys_are_plain(text: str, query: str) -> None:
    keys = pinyin_keys(text)
    assert keys.full.isascii()
    assert len(keys.initials) == len(keys.syllables)
    assert 0.0 <= matches_pinyin(query, keys) <= 1.0
    looks_like_pinyin(query)


@settings(max_examples=100, deadline=None)
@given(st.text("退款进度发货尺码快递单号查询运费险换", min_size=2, max_size=20))
def test_a_text_is_found_by_its_own_keys(text: str) -> None:
    keys = pinyin_keys(text)
    assert matches_pinyin(keys.initials, keys) == (1.0 if len(keys.initials) > 1 else 0.0)
    assert matches_pinyin(keys.full, keys) == 1.0
