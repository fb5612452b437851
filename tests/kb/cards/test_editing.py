from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.cards.editing import (
    Actor,
    archive_card,
    create_card,
    delete_card,
    publish_card,
    rollback_card,
    save_card,
    submit_card,
)
from kb.cards.reading import CardFilter, CardVersion, get_card, list_cards, list_revisions
from kb.cards.tables import Card, CardChange, Product, QuestionRow, Shop
from kb.content import CardContent, Fact, KeyPoint, Reply
from kb.errors import CardConflictError, CardDuplicateError, CardNotFoundError, CardStateError
from kb.vocabulary import Kind, Phase, Platform, Risk

TRAINER = Actor("account:1", datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
FULL = CardContent(
    kind=Kind.POLICY,
    standard_question="退货运费谁出?",
    similar_questions=("运费谁承担", "寄回去要钱吗"),
    negative_questions=("发货要运费吗",),
    replies=(
        Reply(text="质量问题我们出,其他您出。", tone="简洁", scene="售后", images=("a.png",)),
        Reply(text="看原因。"),
    ),
    key_points=(KeyPoint(text="质量问题商家承担", wordings=("我们出",)),),
    facts=(
        Fact(subject="质量问题", predicate="退货运费", value="商家承担"),
        Fact(predicate="时限", value="7", unit="天"),
    ),
    phase=Phase.AFTERSALE,
    intent="退货",
    tags=("运费",),
    platforms=(Platform.TMALL,),
    shops=("s1",),
    products=("p1", "p2"),
    valid_from="2026-01-01",
    valid_until="2026-12-31T18:00:00+08:00",
    risk=Risk.HIGH,
    owner="售后组",
    source="消费者权益保护法 第二十五条",
    checked_on=date(2026, 10, 1),
)
PLAIN = CardContent(standard_question="多久发货", replies=("48 小时内",))


def _id(card: CardVersion) -> int:
    return card.card.id


def test_every_field_comes_back_as_it_was_written(session: Session) -> None:
    card_id = _id(create_card(session, FULL, TRAINER, "k1"))
    session.commit()
    session.expire_all()
    found = get_card(session, card_id)
    assert found.content == FULL
    assert found.entry.external_id == "k1"
    assert found.revision.valid_until_at == datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


def test_new_card_is_a_draft_that_answers_nothing(session: Session) -> None:
    card = create_card(session, PLAIN, TRAINER).card
    assert (card.version, card.status, card.published_version) == (1, "draft", None)
    assert session.exec(select(CardChange)).first() is None


def test_published_revision_keeps_answering_while_a_draft_is_written(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    saved = save_card(session, card_id, FULL, 1, TRAINER)
    assert (saved.card.version, saved.card.published_version, saved.card.status) == (2, 1, "draft")
    assert get_card(session, card_id, version=1).content == PLAIN


def test_second_saver_is_told_and_loses_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        card_id = _id(create_card(session, PLAIN, TRAINER))
        session.commit()
    with Session(engine) as first, Session(engine) as second:
        get_card(second, card_id)
        save_card(first, card_id, FULL, 1, TRAINER)
        first.commit()
        with pytest.raises(CardConflictError, match="版本 2"):
            save_card(second, card_id, PLAIN, 1, TRAINER)
        second.rollback()
        assert get_card(second, card_id).content == FULL


def test_submitted_card_can_be_published_but_not_submitted_twice(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    assert submit_card(session, card_id, TRAINER).card.status == "in_review"
    with pytest.raises(CardStateError, match="待审核"):
        submit_card(session, card_id, TRAINER)
    assert publish_card(session, card_id, TRAINER).card.published_version == 1


def test_published_card_cannot_be_published_again(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    with pytest.raises(CardStateError, match="已发布"):
        publish_card(session, card_id, TRAINER)


def test_only_one_revision_of_a_card_is_published(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    save_card(session, card_id, FULL, 1, TRAINER)
    publish_card(session, card_id, TRAINER)
    session.expire_all()
    assert [one.revision.status for one in list_revisions(session, card_id)] == ["published", "archived"]


def test_rollback_brings_an_earlier_revision_back_as_a_new_one(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    save_card(session, card_id, FULL, 1, TRAINER)
    publish_card(session, card_id, TRAINER)
    back = rollback_card(session, card_id, 1, TRAINER)
    assert (back.card.version, back.card.published_version, back.content) == (3, 3, PLAIN)


def test_archived_card_no_longer_answers_and_can_be_rolled_back(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    archived = archive_card(session, card_id, TRAINER)
    assert (archived.card.status, archived.card.published_version) == ("archived", None)
    with pytest.raises(CardStateError, match="已下架"):
        archive_card(session, card_id, TRAINER)
    assert rollback_card(session, card_id, 1, TRAINER).card.published_version == 2


def test_card_that_was_published_once_is_never_deleted(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    publish_card(session, card_id, TRAINER)
    with pytest.raises(CardStateError, match="下架"):
        delete_card(session, card_id)


def test_archived_card_that_was_never_published_can_be_deleted(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    archive_card(session, card_id, TRAINER)
    delete_card(session, card_id)
    with pytest.raises(CardNotFoundError):
        get_card(session, card_id)


def test_deleted_draft_leaves_no_rows_and_its_id_is_not_given_again(session: Session) -> None:
    card_id = _id(create_card(session, FULL, TRAINER))
    delete_card(session, card_id)
    session.commit()
    assert session.exec(select(QuestionRow)).first() is None
    with pytest.raises(CardNotFoundError):
        get_card(session, card_id)
    assert _id(create_card(session, PLAIN, TRAINER)) != card_id


@pytest.mark.parametrize("numbers", [("k1", "k1"), (None, None)])
def test_second_card_with_the_same_identity_is_refused(
    session: Session, numbers: tuple[str | None, str | None]
) -> None:
    create_card(session, PLAIN, TRAINER, numbers[0])
    with pytest.raises(CardDuplicateError, match="已经存在"):
        create_card(session, PLAIN, TRAINER, numbers[1])


def test_traditional_writing_of_the_same_question_is_the_same_card(session: Session) -> None:
    create_card(session, CardContent(standard_question="什么时候发货", replies=("快",)), TRAINER)
    with pytest.raises(CardDuplicateError):
        create_card(session, CardContent(standard_question="什麼時候發貨", replies=("快",)), TRAINER)


def test_named_shops_and_products_come_into_being(session: Session) -> None:
    create_card(session, FULL, TRAINER)
    assert [shop.code for shop in session.exec(select(Shop))] == ["s1"]
    assert sorted(product.code for product in session.exec(select(Product))) == ["p1", "p2"]


def test_card_of_another_shop_is_not_found(session: Session) -> None:
    card_id = _id(create_card(session, FULL, TRAINER))
    assert get_card(session, card_id, shops={"s1"}).content == FULL
    with pytest.raises(CardNotFoundError, match="店铺"):
        get_card(session, card_id, shops={"s2"})


def test_list_shows_own_and_common_cards_in_pages(session: Session) -> None:
    own = _id(create_card(session, FULL, TRAINER))
    common = _id(create_card(session, PLAIN, TRAINER))
    assert [_id(one) for one in list_cards(session, CardFilter(), {"s2"})] == [common]
    assert [_id(one) for one in list_cards(session, CardFilter(), {"s1"}, limit=1)] == [own]
    assert [_id(one) for one in list_cards(session, CardFilter(), {"s1"}, after_id=own)] == [common]
    assert [_id(one) for one in list_cards(session, CardFilter(intent="退货", kind="policy"))] == [own]


def test_missing_version_is_named(session: Session) -> None:
    card_id = _id(create_card(session, PLAIN, TRAINER))
    with pytest.raises(CardNotFoundError, match="版本 9"):
        rollback_card(session, card_id, 9, TRAINER)


def test_every_step_that_changes_an_answer_is_in_the_change_log(session: Session, publish: Callable[..., int]) -> None:
    card_id = publish("多久发货")
    archive_card(session, card_id, TRAINER)
    rollback_card(session, card_id, 1, TRAINER)
    assert len(session.exec(select(CardChange)).all()) == 3
    assert session.exec(select(Card)).one().status == "published"
