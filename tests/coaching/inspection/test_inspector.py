"""Many conversations in one pass, each under the rule set of its platform and day."""

from collections.abc import Iterator
from datetime import UTC, datetime

from coaching.conversations.transcript import Transcript, chat
from coaching.inspection.emotion import Emotion
from coaching.inspection.inspecting import Topic
from coaching.inspection.inspector import AT_ONCE, Inspector
from coaching.inspection.ports import KnownCard, NoKnowledge
from coaching.inspection.vector_memory import VectorMemory
from kb.vocabulary import Platform
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def _inspector(encoder: FakeEncoder) -> Inspector:
    return Inspector(VectorMemory(encoder), NoKnowledge(), NOW)


def test_conversations_come_back_in_order_and_are_encoded_in_few_calls() -> None:
    encoder = FakeEncoder()
    transcripts = [chat(f"C 第{number}款有货吗", f"A 您好，{number}号有的") for number in range(AT_ONCE + 5)]
    found = list(_inspector(encoder).inspect_many(transcripts))
    assert len(found) == len(transcripts)
    assert len(encoder.calls) == 2


def test_no_more_is_read_than_is_inspected() -> None:
    taken = 0

    def endless() -> Iterator[Transcript]:
        nonlocal taken
        while True:
            taken += 1
            yield chat("C 在吗", "A 您好")

    inspections = _inspector(FakeEncoder()).inspect_many(endless())
    next(inspections)
    assert taken == AT_ONCE


def test_the_platform_chooses_the_limits() -> None:
    written = ("10:00:00 C 在吗", "10:00:45 A 您好，在的")
    inspector = _inspector(FakeEncoder())
    rules = {
        platform: {one.rule for one in inspector.inspect(chat(*written, platform=platform)).findings}
        for platform in (Platform.JD, Platform.TAOBAO)
    }
    assert "slow_first" in rules[Platform.JD]
    assert "slow_first" not in rules[Platform.TAOBAO]


def test_findings_come_in_the_order_of_messages_and_those_about_the_whole_last() -> None:
    found = _inspector(FakeEncoder()).inspect(chat("C 有货吗", "A 加我微信说", "C 多少钱", "A 全网最低价，保证明天到"))
    places = [min(one.hit.message_index, default=99) for one in found.findings]
    assert places == sorted(places)
    assert len(set(places)) >= 3


def test_an_empty_conversation_gives_nothing() -> None:
    found = _inspector(FakeEncoder()).inspect(Transcript(()))
    assert (found.findings, found.score.score, found.score.failed) == ((), None, False)


def test_each_message_knows_what_its_round_is_about_and_each_customers_how_it_sounds() -> None:
    card = KnownCard(7, 1, "拍下多久发货", ("48 小时内发货。",), intent="发货时间")
    inspector = Inspector(VectorMemory(FakeEncoder()), FakeKnowledge(card), NOW)
    found = inspector.inspect(chat("C 你好", "A 您好", "C 气死我了，到底多久发货", "A 48小时内"))
    assert found.topics == {2: Topic(7, "发货时间"), 3: Topic(7, "发货时间")}
    assert found.emotions == {0: Emotion.CALM, 2: Emotion.ANGRY}
