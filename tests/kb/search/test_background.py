import numpy as np
import pytest

from app.database import DatabaseVectorCache
from kb.search.background import Background, background_texts
from kb.text.folding import fold


def test_likeness_is_measured_to_the_nearest_example_and_to_their_middle() -> None:
    background = Background(np.array([[1, 0], [0, 1]], np.float32))
    assert background.likeness(np.array([1, 0], np.float32)) == pytest.approx((1.0, 0.5**0.5))


def test_small_talk_is_nearer_to_the_background_than_a_shop_question(encoder, engine) -> None:
    background = Background.of(encoder, DatabaseVectorCache(engine))
    [talk, shop] = encoder.encode_queries([fold("给我讲个笑话吧"), fold("拍下三天了怎么还没发货")])
    assert background.likeness(talk).nearest > background.likeness(shop).nearest


def test_examples_are_embedded_once_per_encoder(encoder, engine) -> None:
    cache = DatabaseVectorCache(engine)
    assert Background.of(encoder, cache) is Background.of(encoder, cache)


def test_every_example_is_there_once_and_says_something() -> None:
    texts = background_texts()
    assert len(texts) >= 400
    assert all(2 <= len(text) <= 40 for text in texts)
