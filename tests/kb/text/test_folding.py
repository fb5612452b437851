"""Folding makes two writings of the same words equal, never crashes, and is stable and fast."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.folding import fold, has_content

ANY_TEXT = st.text(st.characters(), max_size=200) | st.text(
    "著作乾隆乾淨發发哈 哈!!！。~~。\u200b\ufe0f👍❤[微笑]/:^_^815xXlL１①2é\u0301\ud800\x00\u3000aaT_", max_size=60
)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("請問這個什麼時候發貨", "请问这个什么时候发货"),
        ("ＸＬ码　多少钱？", "xl码多少钱?"),
        ("在吗!!!!", "在吗!"),
        ("怎么还没到？？？？", "怎么还没到?"),
        ("哈哈哈哈哈", "哈哈"),
        ("在吗在吗在吗在吗", "在吗"),
        ("好的👌🏻谢谢[微笑][玫瑰]", "好的谢谢"),
        ("收到/:^_^/:815", "收到"),
        ("退 款 进 度", "退款进度"),
        ("买 iPhone 15 壳", "买iphone 15壳"),
        ("发\u200b货\ufeff了\x00吗", "发货了吗"),
        ("裙子穿著舒服嗎", "裙子穿着舒服吗"),
        ("多久…………", "多久."),
        ("谢谢 (^_^)", "谢谢"),
        ("1️⃣号链接", "1号链接"),
        ("呜呜 T_T", "呜呜"),
        ("#E-s21收到了", "收到了"),
        ("\n在\t吗\r\n", "在吗"),
    ],
)
def test_two_writings_fold_to_one(written: str, same: str) -> None:
    assert fold(written) == same


@pytest.mark.parametrize(
    "kept",
    [
        "xxxxl",
        "1000元",
        "13800001111",
        "[手机号]",
        "[尺码表]",
        "著名品牌",
        "看看",
        "www.a.cn",
        "hello world",
    ],
)
def test_meaningful_repeats_and_brackets_are_kept(kept: str) -> None:
    assert fold(kept) == kept


@pytest.mark.parametrize(
    "empty",
    [
        "",
        " \n",
        "😭😭",
        "???",
        "[微笑]",
        "/:^_^",
        "。。。",
        "❤️❤️",
        "T_T",
        "\u200b\x00",
        "~~!!",
        "#E-s01",
    ],
)
def test_marks_and_emoji_alone_are_no_content(empty: str) -> None:
    assert not has_content(empty)


@pytest.mark.parametrize(
    "text",
    [
        "嗯",
        "1",
        "ok",
        "😭退款",
        "[手机号]",
        "㊗",
    ],
)
def test_a_single_word_or_number_is_content(text: str) -> None:
    assert has_content(text)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_folded_text_can_be_stored(text: str) -> None:
    folded = fold(text)
    folded.encode("utf-8")
    assert "\x00" not in folded


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "!",
        "哈",
        "在吗",
        "著",
        "\u0301\u0323",
        "/:",
        "(^",
        "[微",
        "😭",
        "發",
        "\ufdfa",
        "-_",
        "q",
        "\ud800",
    ],
)
def test_hostile_100_kb_folds_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit.encode("utf-8", "surrogatepass")))
    started = time.process_time()
    fold(text)
    assert time.process_time() - started < 2.0


def test_many_threads_may_fold_first() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fold, ["請問發貨"] * 64)) == {"请问发货"}
