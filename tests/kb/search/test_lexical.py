import math
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.lexical import K1, B, LexicalIndex

TEXTS = st.dictionaries(st.integers(1, 60), st.text(alphabet="多久发货退款天", max_size=6), max_size=25)


def _grams(text: str) -> list[str]:
    return [*text, *(text[at : at + 2] for at in range(len(text) - 1))]


def _bm25(texts: dict[int, str], query: str) -> dict[int, float]:
    """The formula written out, one document after the other: the oracle."""
    documents = {key: Counter(_grams(text)) for key, text in texts.items()}
    mean = max(sum(sum(grams.values()) for grams in documents.values()) / max(len(texts), 1), 1.0)
    scores = {}
    for key, grams in documents.items():
        norm = K1 * (1 - B + B * sum(grams.values()) / mean)
        score = 0.0
        for gram, times in Counter(_grams(query)).items():
            having = sum(gram in other for other in documents.values())
            idf = math.log1p((len(texts) - having + 0.5) / (having + 0.5))
            score += times * idf * grams[gram] * (K1 + 1) / (grams[gram] + norm)
        if score > 0:
            scores[key] = score
    return scores


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.text(alphabet="多久发货退款天x", max_size=6))
def test_scores_are_those_of_the_formula(texts: dict[int, str], query: str) -> None:
    hits = LexicalIndex(texts).search(query, top_k=100)
    expected = _bm25(texts, query)
    found = dict(zip(hits.ids.tolist(), hits.scores.tolist(), strict=True))
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[key], expected[key], rel_tol=1e-4) for key in found)
    assert hits.scores.tolist() == sorted(hits.scores.tolist(), reverse=True)


def test_added_question_is_found_and_removed_one_is_not() -> None:
    index = LexicalIndex({1: "多久发货"})
    index.put({2: "退款多久"})
    assert index.search("退款", 5).ids.tolist() == [2]
    index.remove([2, 99])
    assert index.search("退款", 5).ids.tolist() == []
    assert len(index) == 1


def test_question_taken_out_and_put_back_is_found_again() -> None:
    index = LexicalIndex({1: "多久发货"})
    index.remove([1])
    index.put({1: "多久发货"})
    assert index.search("发货", 5).ids.tolist() == [1]


def test_thousands_of_single_additions_are_all_found() -> None:
    index = LexicalIndex()
    for start in range(0, 4_500, 500):
        index.put({key: f"第{key}问" for key in range(start, start + 500)})
    assert len(index) == 4_500
    assert index.search("第4321问", 1).ids.tolist() == [4321]


def test_empty_index_and_empty_query_find_nothing() -> None:
    assert LexicalIndex().search("发货", 3).ids.tolist() == []
    assert LexicalIndex({1: "发货"}).search("", 3).ids.tolist() == []
