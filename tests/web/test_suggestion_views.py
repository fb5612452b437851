"""Small decisions on how cards are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import Fact
from web.suggestion_views import fact_text, image_links, marked, pieces_of


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"), "现货 · 发货时限 = 48 小时"),
        (Fact(predicate="退货运费", value="买家承担"), "退货运费 = 买家承担"),
    ],
)
def test_a_fact_is_one_line(fact: Fact, shown: str) -> None:
    assert fact_text(fact) == shown


def test_variables_are_cut_out_of_a_reply() -> None:
    pieces = pieces_of("亲,{快递公司} 单号{ 单号 }。")
    assert [piece.text for piece in pieces] == ["亲,", "{快递公司}", " 单号", "{ 单号 }", "。"]
    assert [piece.blank for piece in pieces] == ["", "快递公司", "", "单号", ""]


def test_only_web_addresses_become_links() -> None:
    assert image_links(["https://a/b.png", "javascript:alert(1)", "data:text/html,x", "b.png"]) == ("https://a/b.png",)


@given(st.text(max_size=60), st.text(max_size=20))
def test_cutting_and_marking_lose_nothing(text: str, query: str) -> None:
    assert "".join(piece.text for piece in pieces_of(text)) == text
    assert "".join(fragment.text for fragment in marked(text, query)) == text


def test_hits_of_a_query_are_marked_whatever_their_case() -> None:
    assert [fragment.text for fragment in marked("T恤 XL 能退款吗", "xl退款") if fragment.is_hit] == ["XL", "退款"]
