"""A reading: what is looked up, what is encoded, and once."""

from datetime import UTC, datetime

import numpy as np

from coaching.conversations.transcript import Transcript, chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.ports import KnownCard, NoKnowledge
from coaching.inspection.reading import Reader
from coaching.inspection.vector_memory import VectorMemory
from kb.search.scope import Scope
from kb.vocabulary import Platform
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

CARD = KnownCard(1, 1, "多久发货", ("48 小时内发货。",))


def _reader(*cards: KnownCard) -> tuple[Reader, FakeEncoder, FakeKnowledge]:
    encoder, knowledge = FakeEncoder(), FakeKnowledge(*cards)
    return Reader(VectorMemory(encoder), knowledge), encoder, knowledge


def test_all_texts_of_many_conversations_are_encoded_at_once_and_equal_ones_once() -> None:
    reader, encoder, _ = _reader()
    reader.read_many([chat("C 有货吗", "A 有的亲"), chat("C 有货吗", "A 没有了", "C 好吧")])
    [texts] = encoder.calls
    assert len(texts) == len(set(texts))
    assert {"有的亲", "没有了"} <= set(texts)


def test_what_was_read_lately_is_not_encoded_again() -> None:
    reader, encoder, _ = _reader()
    reader.read(chat("C 有货吗", "A 有的亲"))
    reader.read(chat("C 有货吗", "A 有的亲", "C 蓝色的呢"))
    assert [text for call in encoder.calls[1:] for text in call if "有的亲" in text] == []


def test_what_bot_and_system_say_is_not_encoded() -> None:
    reader, encoder, _ = _reader()
    reading = reader.read(chat("B 智能助手为您服务", "S 已转接", "C 有货吗"))
    assert not np.any(reading.messages[0].vector)
    assert all("智能助手" not in text for call in encoder.calls for text in call)


def test_a_burst_with_two_questions_is_looked_up_twice() -> None:
    reader, _, knowledge = _reader(CARD)
    reading = reader.read(chat("C 多久发货？", "C 发什么快递？", "A 稍等"))
    assert len(knowledge.sought) == 2
    assert [question.index for question in reading.exchanges[0].questions] == [0, 1]
    assert reading.exchanges[0].questions[0].card == CARD


def test_a_question_that_means_nothing_alone_is_looked_up_with_the_one_before() -> None:
    reader, _, knowledge = _reader()
    reader.read(chat("C 退款多久到账", "A 银行卡三天", "C 那要多久呢"))
    assert "退款" in knowledge.sought[1].folded


def test_greetings_and_thanks_are_not_looked_up() -> None:
    reader, _, knowledge = _reader()
    reading = reader.read(chat("C 你好", "A 您好", "C 谢谢"))
    assert knowledge.sought == []
    assert [one.questions for one in reading.exchanges] == [(), ()]
    assert [message.act for message in reading.messages] == [CustomerAct.GREETING, None, CustomerAct.THANKS]


def test_phone_numbers_are_not_looked_up() -> None:
    reader, _, knowledge = _reader()
    reader.read(chat("C 我电话13912345678，多久发货", "A 两天"))
    assert all("139" not in one.folded for one in knowledge.sought)


def test_the_place_of_the_conversation_is_asked_for() -> None:
    reader, _, knowledge = _reader()
    at = datetime(2026, 11, 2, 2, tzinfo=UTC)
    lines = chat("10:00:00 C 多久发货").lines
    reader.read(Transcript(lines, Platform.JD, "zao"))
    [sought] = knowledge.sought
    assert (sought.scope, sought.asked_at) == (Scope("zao", Platform.JD), at)


def test_an_unsure_card_is_not_the_questions_card() -> None:
    unsure = KnownCard(1, 1, "多久发货", ("48 小时内发货。",), is_sure=False)
    reader, _, _ = _reader(unsure)
    [question] = reader.read(chat("C 多久发货", "A 两天")).exchanges[0].questions
    assert question.card is None
    assert question.cards == (unsure,)


def test_answers_run_on_until_something_else_is_asked() -> None:
    reader, _, _ = _reader()
    reading = reader.read(chat("C 多久发货", "A 稍等", "C 好的", "A 两天内", "C 发什么快递", "A 中通"))
    assert [message.index for message in reading.answers(reading.exchanges[0])] == [1, 3]


def test_what_follows_is_not_there_while_the_conversation_goes_on() -> None:
    reader, _, _ = _reader()
    written = ("C 多久发货", "A 两天内", "C ？？")
    assert [one.index for one in reader.read(chat(*written)).after(1)] == [2]
    assert reader.read(chat(*written, finished=False)).after(1) == ()


def test_approved_wordings_are_no_wording_errors() -> None:
    card = KnownCard(1, 1, "面料好吗", ("这款面料是同价位最好的。",))
    said = ("C 面料好吗", "A 这款面料是同价位最好的。")
    reader, _, _ = _reader(card)
    assert reader.read(chat(*said)).wordings[1] == ()
    assert Reader(VectorMemory(FakeEncoder()), NoKnowledge()).read(chat(*said)).wordings[1] != ()


def test_no_conversations_are_read_without_encoding() -> None:
    reader, encoder, _ = _reader()
    assert reader.read_many([]) == []
    assert reader.read(Transcript(())).messages == ()
    assert encoder.calls == []
