from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from kb.cards.editing import Actor, archive_card, create_card, publish_card
from kb.content import CardContent
from kb.errors import EmptyTextError
from kb.search.catalogue import Catalogue
from kb.search.scope import Scope
from kb.search.searching import PinyinKeyring, Sought, _steps, search_cards
from kb.text.pinyin import matches_pinyin, pinyin_keys

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
Publish = Callable[..., int]


def _sought(text: str, scope: Scope | None = None, now: datetime = NOW, **filters: str) -> Sought:
    return Sought(text, scope or Scope(), now, **filters)


def _ids(catalogue: Catalogue, sought: Sought, keyring: PinyinKeyring | None = None) -> list[int]:
    found = search_cards(catalogue, keyring or PinyinKeyring(), sought)
    return [one.signals.card_id for one in found.ranked]


@pytest.mark.parametrize("typed", ["tkjd", "tuikuanjindu", "tkjindu", "tui kuan", "jindu", "qdn"])
def test_pinyin_finds_a_card_by_standard_and_similar_questions(
    catalogue: Catalogue, publish: Publish, typed: str
) -> None:
    card_id = publish("退款进度", similar_questions=["钱到哪了"])
    publish("多久发货")
    assert _ids(catalogue, _sought(typed))[0] == card_id


def test_more_of_the_question_typed_ranks_higher(catalogue: Catalogue, publish: Publish) -> None:
    longer, exact = publish("退款进度怎么查询"), publish("退款进度")
    assert _ids(catalogue, _sought("tkjd")) == [exact, longer]


def test_keyring_follows_the_catalogue(catalogue: Catalogue, publish: Publish, session: Session) -> None:
    keyring = PinyinKeyring()
    first = publish("退款进度")
    assert _ids(catalogue, _sought("tkjd"), keyring) == [first]
    second = publish("多久发货")
    assert _ids(catalogue, _sought("djfh"), keyring) == [second]
    archive_card(session, first, Actor("account:1", NOW))
    session.commit()
    catalogue.refresh(session)
    assert first not in _ids(catalogue, _sought("tkjd"), keyring)


def test_keys_of_unchanged_cards_are_kept(catalogue: Catalogue, publish: Publish) -> None:
    keyring = PinyinKeyring()
    card_id = publish("退款进度")
    keyring.follow(catalogue)
    entry = catalogue.entry(card_id)
    assert entry is not None
    before = keyring._by_revision[entry.revision_id]
    publish("多久发货")
    keyring.follow(catalogue)
    assert keyring._by_revision[entry.revision_id] is before


def test_pinyin_obeys_scope_time_and_filters(catalogue: Catalogue, publish: Publish) -> None:
    publish("退款进度", shops=["mian"], kind="script", valid_until="2026-12-01")
    other = Scope(visible_shops=frozenset({"zao"}))
    assert _ids(catalogue, _sought("tkjd"))
    assert not _ids(catalogue, _sought("tkjd", other))
    assert not _ids(catalogue, _sought("tkjd", now=NOW + timedelta(days=20)))
    assert not _ids(catalogue, _sought("tkjd", kind="faq"))


def test_number_of_a_card_finds_it_first(catalogue: Catalogue, publish: Publish, session: Session) -> None:
    publish("r-17 是什么")
    by = Actor("account:1", NOW)
    content = CardContent(standard_question="退款进度", replies=("好的。",))
    card_id = create_card(session, content, by, external_id="r-17").card.id or 0
    publish_card(session, card_id, by)
    session.commit()
    catalogue.refresh(session)
    found = search_cards(catalogue, PinyinKeyring(), _sought(" r-17 "))
    assert (found.ranked[0].signals.card_id, found.reason) == (card_id, None)


def test_each_card_is_found_once(catalogue: Catalogue, publish: Publish) -> None:
    publish("ABS 材质", similar_questions=["abs", "abs 是什么"])
    assert len(_ids(catalogue, _sought("abs"))) == 1


def test_strange_words_find_nothing_good(catalogue: Catalogue, publish: Publish) -> None:
    publish("退款进度")
    assert search_cards(catalogue, PinyinKeyring(), _sought("量子计算机原理")).reason == "no_match"


def test_blank_is_refused_and_emoji_find_nothing(catalogue: Catalogue) -> None:
    with pytest.raises(EmptyTextError):
        search_cards(catalogue, PinyinKeyring(), _sought(" \n"))
    assert search_cards(catalogue, PinyinKeyring(), _sought("😀")).reason == "no_content"


@given(
    st.text(st.sampled_from("退款进度怎么查银行发货快递破损尺码长大 abc"), min_size=1, max_size=12),
    st.text(st.sampled_from("abcdefghijklmnopqrstuwxyz"), min_size=1, max_size=8),
    st.data(),
)
def test_quick_look_rules_out_only_what_cannot_match(text: str, noise: str, data: st.DataObject) -> None:
    keys = pinyin_keys(text)
    heads = [data.draw(st.integers(1, len(syllable))) for syllable in keys.syllables]
    typed = "".join(syllable[:length] for syllable, length in zip(keys.syllables, heads, strict=True))
    for query in (typed, noise):
        if matches_pinyin(query, keys) > 0:
            assert not _steps((query,)) & ~_steps(keys.syllables)
