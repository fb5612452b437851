"""How a customer sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.emotion import Emotion, emotion_of, is_abusive
from kb.text.folding import fold


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("你们就是骗子，我要投诉", Emotion.ANGRY),
        ("再不处理我就给差评", Emotion.ANGRY),
        ("气死我了", Emotion.ANGRY),
        ("都问了三次了", Emotion.ANNOYED),
        ("等了半天了还是没人回", Emotion.ANNOYED),
        ("说好的今天送呢", Emotion.ANNOYED),
        ("不太满意", Emotion.ANNOYED),
        ("我着急用，麻烦快点", Emotion.WORRIED),
        ("来不及了怎么办", Emotion.WORRIED),
        ("非常感谢", Emotion.THANKFUL),
        ("这款有黑色吗", Emotion.CALM),
        ("什么时候发货", Emotion.CALM),
    ],
)
def test_what_is_said_of_service_tells_the_emotion(text: str, emotion: Emotion) -> None:
    assert emotion_of(fold(text)) is emotion


@pytest.mark.parametrize(
    "text",
    [
        "麻烦帮我查一下",
        "这个是usb接口吗",
        "需要我操作什么吗",
        "是人工客服了么",
        "没事 我不着急",
        "不是投诉 就问一下",
        "带滚动条吗",
    ],
)
def test_words_that_only_look_angry_are_calm(text: str) -> None:
    assert emotion_of(fold(text)) is Emotion.CALM


def test_the_strongest_counts() -> None:
    assert emotion_of(fold("谢谢你们这群骗子")) is Emotion.ANGRY


@given(st.text(max_size=200))
def test_any_text_has_an_emotion(text: str) -> None:
    assert emotion_of(fold(text)) in Emotion


@pytest.mark.parametrize(
    ("text", "is_it"), [("你们是骗子吧", True), ("垃圾店", True), ("我要投诉", False), ("不是骗子就好", False)]
)
def test_insults_are_told_from_other_anger(text: str, is_it: bool) -> None:
    assert is_abusive(fold(text)) is is_it
