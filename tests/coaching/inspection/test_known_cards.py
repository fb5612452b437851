"""The published cards as inspection finds them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session

from api.services import Services
from coaching.inspection.known_cards import CatalogueKnowledge, LookupMemory
from coaching.inspection.ports import KnownCard, Sought
from kb.search.scope import Scope
from kb.vocabulary import Phase
from tests.conftest import Clock

EVERYWHERE = Scope()
Ask = Callable[..., tuple[KnownCard, ...]]


@pytest.fixture
def ask(session: Session, services: Services, clock: Clock) -> Ask:
    memory = LookupMemory()

    def _ask(question: str, scope: Scope = EVERYWHERE, **more: object) -> tuple[KnownCard, ...]:
        knowledge = CatalogueKnowledge(session, services.catalogue, clock(), memory)
        [vector] = services.catalogue.encoder.encode_queries([question])
        [found] = knowledge.cards_for([Sought(question, vector, scope, more.get("asked_at"))])  # type: ignore[arg-type]
        return found

    return _ask


def test_a_card_comes_with_what_a_reply_is_held_against(ask: Ask, publish: Callable[..., int]) -> None:
    fact = {"subject": "现货", "predicate": "发货时限", "value": "48", "unit": "小时"}
    card_id = publish("多久发货", "48 小时内发货。", facts=[fact], key_points=["48 小时内"])
    [card] = ask("多久发货")
    assert (card.card_id, card.version, card.is_sure) == (card_id, 1, True)
    assert card.replies == ("48 小时内发货。",)
    assert [one.value for one in card.facts] == ["48"]
    assert [one.text for one in card.key_points] == ["48 小时内"]


def test_what_is_published_later_is_found_although_the_question_was_looked_up_before(
    ask: Ask, publish: Callable[..., int]
) -> None:
    publish("怎么退货", "七天内可退。")
    assert "发货" not in "".join(card.standard_question for card in ask("多久发货"))
    publish("多久发货", "48 小时内发货。")
    assert ask("多久发货")[0].standard_question == "多久发货"


def test_a_card_that_was_not_in_force_then_is_not_held_against_a_reply(
    ask: Ask, publish: Callable[..., int], clock: Clock
) -> None:
    publish("多久发货", "48 小时内发货。", valid_from="2026-11-20")
    assert ask("多久发货")
    assert ask("多久发货", asked_at=clock() - timedelta(days=30)) == ()


def test_a_card_applies_to_the_minute_although_the_question_was_looked_up_before(
    ask: Ask, publish: Callable[..., int], clock: Clock
) -> None:
    begins, ends = (clock() + timedelta(hours=hours, minutes=30) for hours in (1, 2))
    publish("多久发货", "48 小时内发货。", valid_from=begins.isoformat(), valid_until=ends.isoformat())
    minute = timedelta(minutes=1)
    moments = (begins - minute, begins, ends - minute, ends)
    assert [bool(ask("多久发货", asked_at=at)) for at in moments] == [False, True, True, False]


def test_another_phases_card_is_left_out(ask: Ask, publish: Callable[..., int]) -> None:
    publish("怎么退款", "未发货直接申请。", phase="insale")
    assert ask("怎么退款", Scope(phase=Phase.INSALE))
    assert ask("怎么退款", Scope(phase=Phase.AFTERSALE)) == ()
