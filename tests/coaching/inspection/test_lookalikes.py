"""Harmless sentences in which a word of abuse or anger only seems to stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.conversations.transcript import chat
from coaching.inspection.emotion import Emotion, emotion_of, is_abusive
from coaching.inspection.lookalikes import without_lookalikes
from coaching.inspection.reading import Reader
from coaching.inspection.rule_sets import Limits
from coaching.inspection.rules import rude
from coaching.inspection.vector_memory import VectorMemory
from kb.text.folding import fold
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

HARMLESS = [
    "联系人写妈妈的可以的",
    "这双是送我妈的",
    "您妈妈的那双也一起发",
    "给你妈妈选大一码",
    "他妈妈的脚比较宽",
    "孩子他妈穿 165",
    "给他妈买的 他自己不要",
    "婆婆妈妈的衣服在哪个分类",
    "你妈的生日快到了吧 送这款合适",
    "我妈的身高一米六",
    "奶妈的手法视频在页面里",
    "滚筒洗衣机能洗吗",
    "领口是滚边的",
    "水滚了再放面",
    "等锅里滚开转小火",
    "孩子在上面打滚没事",
    "肚子圆滚滚的",
    "粘毛滚刷替换纸有吗",
    "腰后面有死褶怎么熨",
    "今天搬家累死了",
    "这个能去死皮吗",
    "清洁刷可以去死角",
    "垃圾袋多大尺寸",
    "厨房垃圾桶有脚踩的吗",
    "扔垃圾的时候顺手带出去",
    "懒得做饭的时候用这个刚好",
    "您要是懒得换电池可以选充电款",
    "宝宝红屁屁能涂吗",
    "狗屁股上的毛好剪吗",
    "宝宝老放屁能喝这个吗",
    "神经酰胺含量多少",
    "小鬼头图案的还有吗",
    "魔鬼辣要不要少放",
    "孕期恶心想吃酸的",
    "里面那个小袋子是什么东西啊",
    "废物利用做个收纳",
    "我靠墙放可以吗",
    "傻瓜式操作 老人也会",
    "给狗狗点眼药水 狗眼周也能擦",
    "小火大火都能调吗",
    "穿着太舒服了",
    "已经收到衣服了",
    "我孩子头大能戴吗",
    "喷头大小能换吗",
    "拉链是一拉到底的",
    "用了告别静电烦恼",
    "这套玩具挺好玩我再拍一个",
    "肉炖得太烂会散",
    "相机曝光怎么调",
    "工商银行卡能付吗",
    "寄到法院旁边的驿站",
    "支持假一赔三吗",
    "电机声音会不会特别吵",
    "别吵醒宝宝就行",
    "随您怎么搭都好看",
    "您没空的话可以让家人代收",
    "说明书上的英文看不懂吗 我给您讲",
    "买过几次都没让我失望",
    "搞笑图案的杯子还有吗",
]
ABUSIVE = [
    "你他妈的什么意思",
    "妈的 又少发一件",
    "你妈的",
    "你们什么破店",
    "滚",
    "垃圾店铺",
    "去死吧",
    "放屁",
    "我靠 又坏了",
]


def _rude_words(text: str) -> list[str]:
    reader = Reader(VectorMemory(FakeEncoder()), FakeKnowledge())
    return [hit.reason for hit in rude.find(reader.read(chat("C 在吗", f"A {text}")), Limits())]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_sentence_is_neither_anger_nor_rudeness(text: str) -> None:
    assert emotion_of(fold(text)) not in (Emotion.ANNOYED, Emotion.ANGRY)
    assert not is_abusive(fold(text))
    assert _rude_words(text) == []


@pytest.mark.parametrize("text", ABUSIVE)
def test_abuse_stays_abuse(text: str) -> None:
    assert is_abusive(fold(text))


@pytest.mark.parametrize(
    "text", ["你他妈烦不烦", "妈的 自己看", "滚开", "滚", "懒得理你", "自己看详情页，爱等不等", "爱来不来", "狗东西"]
)
def test_an_agents_abuse_and_coldness_stay_rude(text: str) -> None:
    assert _rude_words(text)


def test_three_days_without_dispatch_are_a_complaint() -> None:
    assert emotion_of(fold("五天了还不发货")) is Emotion.ANNOYED
    assert emotion_of(fold("什么破店 五天了还没发")) is Emotion.ANGRY


@given(st.text(max_size=100))
def test_the_length_stays(text: str) -> None:
    assert len(without_lookalikes(text)) == len(text)
