"""Headings that were mapped once."""

import pytest
from sqlmodel import Session

from coaching.conversations.headings import checked_mapping, recall_mapping, remember_mapping, shape_of
from coaching.errors import ConversationFileError
from tests.conftest import NOW


def test_a_mapping_is_remembered_for_tables_of_the_same_shape(session: Session) -> None:
    mapping = {"text": "聊天记录", "role": "身份"}
    remember_mapping(session, ["编码", "身份", "聊天记录"], mapping, "account:1", NOW)
    assert recall_mapping(session, ["聊天记录 ", "编码", "身份", ""]) == mapping
    assert recall_mapping(session, ["编码", "身份"]) == {}
    remember_mapping(session, ["编码", "身份", "聊天记录"], {"text": "身份"}, "account:1", NOW)
    assert recall_mapping(session, ["编码", "身份", "聊天记录"]) == {"text": "身份"}


def test_shape_is_of_all_headings() -> None:
    assert shape_of(["a", "b"]) == shape_of(["B", " a"]) != shape_of(["ab"])


def test_fields_may_be_named_in_chinese_and_unknown_ones_are_refused() -> None:
    assert checked_mapping({"内容": "聊天记录", "sent_at": "发于"}) == {"text": "聊天记录", "sent_at": "发于"}
    with pytest.raises(ConversationFileError, match="心情"):
        checked_mapping({"心情": "x"})
