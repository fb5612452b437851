import numpy as np
import pytest

from kb.search.centres import Centres


def _unit(*rows: tuple[float, ...]) -> np.ndarray:
    matrix = np.array(rows, np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def _cosines(centres: Centres, *ids: int) -> list[float]:
    return centres.cosines(_unit((1, 0))[0], np.array(ids, np.int64)).tolist()


def test_centre_of_several_questions_lies_between_them() -> None:
    centres = Centres(2)
    centres.exchange({7: _unit((1, 0), (0, 1)), 3: _unit((1, 0))}, ())
    assert _cosines(centres, 7, 3) == pytest.approx([0.5**0.5, 1.0])


def test_unknown_and_removed_cards_are_as_far_as_can_be() -> None:
    centres = Centres(2)
    assert _cosines(centres, 7) == [-1.0]
    centres.exchange({7: _unit((1, 0)), 9: _unit((0, 1))}, ())
    centres.exchange({}, [7])
    assert _cosines(centres, 7, 8, 9, 10) == pytest.approx([-1.0, -1.0, 0.0, -1.0])


def test_a_card_put_again_takes_its_new_centre() -> None:
    centres = Centres(2)
    centres.exchange({7: _unit((1, 0))}, ())
    centres.exchange({7: _unit((0, 1))}, ())
    assert _cosines(centres, 7) == pytest.approx([0.0])
