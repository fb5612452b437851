from hypothesis import given
from hypothesis import strategies as st

from kb.search.ranking import Signals, rank

COSINE = st.floats(-1, 1)
SIGNALS = st.builds(Signals, st.integers(1, 50), COSINE, st.floats(0, 1), COSINE, st.integers(1, 99))


def test_nearer_card_comes_first() -> None:
    found = rank([Signals(1, 0.90, 0.2, -1, 1), Signals(2, 0.95, 0.2, -1, 2)])
    assert [one.signals.card_id for one in found] == [2, 1]


def test_shared_characters_decide_between_equally_near_cards() -> None:
    found = rank([Signals(1, 0.92, 0.1, -1, 1), Signals(2, 0.92, 1.0, -1, 2)])
    assert found[0].signals.card_id == 2


def test_question_the_card_must_not_answer_pushes_it_behind() -> None:
    found = rank([Signals(1, 0.94, 0.5, 0.99, 1), Signals(2, 0.92, 0.5, -1, 2)])
    assert found[0].signals.card_id == 2


def test_distant_negative_question_changes_nothing() -> None:
    [with_negative] = rank([Signals(1, 0.94, 0.5, 0.80, 1)])
    [without] = rank([Signals(1, 0.94, 0.5, -1, 1)])
    assert with_negative.score == without.score


def test_equal_cards_keep_one_order() -> None:
    assert [one.signals.card_id for one in rank([Signals(7, 0.9, 0, -1, 1), Signals(3, 0.9, 0, -1, 2)])] == [3, 7]


@given(st.lists(SIGNALS, max_size=20))
def test_scores_fall_and_probabilities_follow(signals: list[Signals]) -> None:
    found = rank(signals)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert [one.score_01 for one in found] == sorted((one.score_01 for one in found), reverse=True)
    assert all(0 <= one.score_01 <= 1 for one in found)
