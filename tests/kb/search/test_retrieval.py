from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kb.search.catalogue import Catalogue
from kb.search.ranking import Ranked
from kb.search.retrieval import find_cards
from kb.search.scope import Scope
from kb.text.folding import fold
from kb.vocabulary import Phase

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
Find = Callable[..., list[Ranked]]


@pytest.fixture
def find(catalogue: Catalogue) -> Find:
    def _find(text: str, scope: Scope | None = None, now: datetime = NOW) -> list[Ranked]:
        folded = fold(text)
        [vector] = catalogue.encoder.encode_queries([folded])
        return find_cards(catalogue, folded, vector, scope or Scope(), now)

    return _find


def _ids(found: list[Ranked]) -> list[int]:
    return [one.signals.card_id for one in found]


def test_card_is_found_by_its_best_question(find: Find, publish: Callable[..., int]) -> None:
    shipping = publish("多久发货", similar_questions=["什么时候寄出来"])
    publish("怎么退款", similar_questions=["钱退到哪里"])
    assert _ids(find("啥时候给我寄"))[0] == shipping


def test_traditional_full_width_and_emoji_find_the_same(find: Find, publish: Callable[..., int]) -> None:
    publish("什么时候发货?")
    assert find("什麼時候發貨？😭")[0].signals.dense == pytest.approx(1.0, abs=0.002)


@pytest.mark.parametrize(
    ("fields", "scope", "found"),
    [
        ({"shops": ["s1"]}, Scope(shop="s1"), True),
        ({"shops": ["s1"]}, Scope(shop="s2"), False),
        ({"shops": ["s1"]}, Scope(), True),
        ({"shops": ["s1"]}, Scope(visible_shops=frozenset({"s2"})), False),
        ({}, Scope(visible_shops=frozenset({"s2"})), True),
        ({"platforms": ["jd"]}, Scope(platform="tmall"), False),
        ({"platforms": ["jd"]}, Scope(platform="jd"), True),
        ({"products": ["p1"]}, Scope(product="p2"), False),
        ({"products": ["p1"]}, Scope(product="p1"), True),
    ],
)
def test_scope_decides(
    find: Find, publish: Callable[..., int], fields: dict[str, list[str]], scope: Scope, found: bool
) -> None:
    publish("多久发货", **fields)
    assert bool(find("多久发货", scope)) is found


def test_expired_card_is_not_found_and_a_future_one_not_yet(find: Find, publish: Callable[..., int]) -> None:
    publish("多久发货", valid_from="2026-11-22", valid_until="2026-11-30")
    assert find("多久发货", now=NOW) == []
    assert len(find("多久发货", now=NOW + timedelta(days=2))) == 1
    assert len(find("多久发货", now=datetime(2026, 11, 30, 15, 59, tzinfo=UTC))) == 1
    assert find("多久发货", now=datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == []


def test_narrow_scope_is_searched_to_its_end(find: Find, publish: Callable[..., int]) -> None:
    hidden = [publish(f"多久发货{number}", shops=["big"]) for number in range(230)]
    seen = publish("退换规则", shops=["small"])
    assert len(hidden) == 230
    assert _ids(find("多久发货", Scope(shop="small"))) == [seen]


def test_negative_question_pushes_its_card_down(find: Find, publish: Callable[..., int]) -> None:
    pushed = publish("发货要多久", negative_questions=["退货要多久"])
    right = publish("退货处理时间")
    assert _ids(find("退货要多久")) == [right, pushed]


def test_phase_is_for_the_caller_to_weigh() -> None:
    class Card:
        phase = "presale"

    assert Scope(phase=Phase.PRESALE).in_phase(Card)
    assert not Scope(phase=Phase.AFTERSALE).in_phase(Card)
    assert Scope().in_phase(Card)
