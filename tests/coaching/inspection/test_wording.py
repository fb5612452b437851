"""Which card's reply is offered beside a finding."""

from dataclasses import replace

from coaching.conversations.transcript import chat
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Reader
from coaching.inspection.vector_memory import VectorMemory
from coaching.inspection.wording import approved_reply
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

SHIPPING = KnownCard(1, 1, "下单后多久发货？", ("付款后 48 小时内发出哦",))
GIFT = KnownCard(2, 1, "买两件送赠品吗？", ("两件起送收纳袋一个，随包裹发出",))


def _offered(question: str, *cards: KnownCard) -> str | None:
    reading = Reader(VectorMemory(FakeEncoder()), FakeKnowledge(*cards)).read(chat(f"C {question}", "A 全网最好的"))
    return approved_reply(reading.exchanges[0])


def test_the_reply_to_what_was_asked_is_offered() -> None:
    assert _offered("拍下多久发货", SHIPPING) == SHIPPING.replies[0]


def test_a_neighbouring_topic_is_not_offered() -> None:
    assert _offered("料子起球吗", GIFT) is None
    assert _offered("料子起球吗", SHIPPING) is None


def test_an_unsure_card_is_not_offered() -> None:
    assert _offered("拍下多久发货", replace(SHIPPING, is_sure=False)) is None
