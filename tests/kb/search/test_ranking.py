from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.ranking import CONFIDENT, MOST, Setting, Signals, rank

COSINE = st.floats(-1, 1)
SHARE = st.floats(0, 1)
SIGNALS = st.builds(Signals, st.integers(1, 50), COSINE, COSINE, SHARE, SHARE, SHARE, COSINE, st.integers(1, 99))
RICH = Setting(questions_per_card=20, unknown=0.0, length=8, background=0.86, ordinary=0.90)
POOR = replace(RICH, questions_per_card=1)


def _signals(card_id: int, dense: float, **others: float) -> Signals:
    fields = {"centre": dense, "lexical": 0.5, "document": 0.5, "coverage": 0.5, "negative": -1.0} | others
    return Signals(card_id=card_id, dense=dense, question_id=card_id, **fields)


def _order(signals: list[Signals], setting: Setting = RICH) -> list[int]:
    return [one.signals.card_id for one in rank(signals, setting)]


def test_nearer_card_comes_first() -> None:
    assert _order([_signals(1, 0.90), _signals(2, 0.95)]) == [2, 1]


@pytest.mark.parametrize("signal", ["centre", "lexical", "document"])
def test_each_further_signal_decides_between_equally_near_cards(signal: str) -> None:
    assert _order([_signals(1, 0.92, **{signal: 0.1}), _signals(2, 0.92, **{signal: 0.9})]) == [2, 1]


def test_whole_text_weighs_less_where_cards_hold_one_question_each() -> None:
    cards = [_signals(1, 0.93, document=0.0), _signals(2, 0.90, document=1.0)]
    assert _order(cards, RICH) == [2, 1]
    assert _order(cards, POOR) == [1, 2]


def test_question_the_card_must_not_answer_pushes_it_behind() -> None:
    assert _order([_signals(1, 0.94, negative=0.99), _signals(2, 0.92)]) == [2, 1]


def test_distant_negative_question_changes_nothing() -> None:
    [with_negative] = rank([_signals(1, 0.94, negative=0.80)], RICH)
    [without] = rank([_signals(1, 0.94)], RICH)
    assert with_negative.score == without.score


def test_equal_cards_keep_one_order() -> None:
    assert _order([_signals(7, 0.9), _signals(3, 0.9)]) == [3, 7]


def test_close_rival_makes_the_first_card_less_certain() -> None:
    alone = rank([_signals(1, 0.95), _signals(2, 0.85)], RICH)[0]
    pressed = rank([_signals(1, 0.95), _signals(2, 0.949)], RICH)[0]
    assert pressed.score_01 < alone.score_01


def test_words_nobody_wrote_make_every_card_less_certain() -> None:
    known = rank([_signals(1, 0.93)], RICH)[0]
    unknown = rank([_signals(1, 0.93)], replace(RICH, unknown=0.5))[0]
    assert unknown.score_01 < known.score_01


def test_nearness_to_what_no_shop_answers_makes_every_card_less_certain() -> None:
    far = rank([_signals(1, 0.93)], replace(RICH, background=0.82))[0]
    near = rank([_signals(1, 0.93)], replace(RICH, background=0.95))[0]
    assert near.score_01 < far.score_01
    assert far.is_sure
    assert not near.is_sure


def test_a_close_rival_takes_certainty_of_place_but_not_of_an_answer() -> None:
    cards = [_signals(1, 0.94), _signals(2, 0.94), *(_signals(card_id, 0.85) for card_id in range(3, 6))]
    [first, *_] = rank(cards, RICH)
    assert first.score_01 < CONFIDENT
    assert first.is_sure


def test_no_more_than_a_hundred_cards_are_given_a_place() -> None:
    assert len(rank([_signals(card_id, 0.9) for card_id in range(1, 300)], RICH)) == MOST


@given(st.lists(SIGNALS, max_size=20), st.floats(1, 50), SHARE, st.integers(0, 500))
def test_scores_fall_and_probabilities_follow(
    signals: list[Signals], questions_per_card: float, unknown: float, length: int
) -> None:
    found = rank(signals, Setting(questions_per_card, unknown, length, background=0.86, ordinary=0.90))
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert [one.score_01 for one in found] == sorted((one.score_01 for one in found), reverse=True)
    assert all(0 <= one.score_01 <= 1 for one in found)
