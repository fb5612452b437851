"""Patterns that grow too large, or hold what is not supported, are refused before the engine sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.custom.expressions import MAX_CHARS, compiled


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("((((((a{100}){100}){100}){100}){100}){100})", "层层相乘"),
        ("a{2000}", "重复次数最多"),
        ("a" * (MAX_CHARS + 1), "最多 500"),
        ("(a", "少了一个右括号"),
        ("a)", "多了一个右括号"),
        ("[abc", "右方括号"),
        ("{买家昵称}", "花括号"),
        ("(?:a|b){e<=3}", "花括号"),
        ("a**", "写得不对"),
        ("a\\", "写得不对"),
        ("a|", "空白"),
        ("a*", "空白"),
        ("(?x)a # )", "(?x)"),
        ("a(?#b)", "注释"),
        ("(?:(?R)?a)+", "递归"),
        (r"\L<words>", "\\L"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_saying_why(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"请|支持|太大") as told:
        compiled(pattern)
    assert reason in str(told.value)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("加(?:我|下)?微信", "您加下微信吧"),
        (r"\d{15,19}", "单号123456789012345"),
        (r"[]{9}]x", "9x"),
        (r"\{买家昵称\}", "{买家昵称}您好"),
        (r"(?<!不)包邮", "这款包邮"),
        (r"\p{Han}{3}", "可以的"),
        ("VIP", "vip价"),
        (".{0,50}好评.{0,50}返现.{0,50}", "五星好评给您返现"),
    ],
)
def test_usual_patterns_are_taken(pattern: str, text: str) -> None:
    assert compiled(pattern).search(text, timeout=1)


@given(st.text(alphabet="ab(){}[]|*+?\\^$.,0129<>=!:#P", max_size=40))
def test_any_text_is_compiled_or_refused_in_words(written: str) -> None:
    reason = _refusal(written)
    assert reason is None or any("\u4e00" <= char <= "\u9fff" for char in reason)


def _refusal(written: str) -> str | None:
    try:
        compiled(written)
    except ValueError as error:
        return str(error)
    return None
