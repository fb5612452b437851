"""The knowledge that ships with the product is whole, sound and large enough."""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.card_checks import check_cards
from kb.card_files import read_card_file
from kb.content import CardEntry
from kb.vocabulary import ALL_INTENTS, Kind

FOLDER = Path(__file__).parents[2] / "data" / "faq"
FILES = sorted(FOLDER.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def cards() -> list[CardEntry]:
    rows = [row for path in FILES for row in read_card_file(path, ZoneInfo("Asia/Shanghai"), str(path))]
    assert [refusal for row in rows for refusal in row.refusals] == []
    return [row.entry for row in rows if row.entry]


def test_no_sample_card_has_a_problem(cards: list[CardEntry]) -> None:
    assert [f"{problem.external_id} {problem.code}: {problem.message}" for problem in check_cards(cards)] == []


def test_there_are_as_many_sample_cards_as_promised(cards: list[CardEntry]) -> None:
    kinds = Counter(card.kind for card in cards)
    assert len(cards) >= 300
    assert kinds[Kind.FAQ] >= 170
    assert kinds[Kind.PRODUCT] >= 50
    assert kinds[Kind.SCRIPT] >= 45
    assert kinds[Kind.POLICY] >= 30


def test_product_cards_speak_of_fifteen_products_or_more(cards: list[CardEntry]) -> None:
    products = {product for card in cards if card.kind is Kind.PRODUCT for product in card.products}
    assert len(products) >= 15
    assert [card.external_id for card in cards if card.kind is Kind.PRODUCT and not card.products] == []


def test_every_intent_has_a_card(cards: list[CardEntry]) -> None:
    assert {card.intent for card in cards} >= ALL_INTENTS


def test_every_shop_and_product_is_one_of_the_sample_company(cards: list[CardEntry]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    codes = {code for card in cards for code in (*card.shops, *card.products)}
    assert [code for code in sorted(codes) if f"`{code}`" not in readme] == []
