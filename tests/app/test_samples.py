from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.accounts import use_login_link
from api.errors import NotLoggedInError
from api.identity import Role
from api.services import Services
from api.tables import Account
from app.card_import import CardImporter
from app.database import DatabaseVectorCache, transaction
from app.errors import SamplesMissingError
from app.samples.company import demo_accounts, read_company
from app.samples.loading import ACTOR, FOLDER, fresh_login_links, is_untouched, load_samples
from app.samples.removing import has_samples, remove_samples
from coaching.actor import Actor as Coach
from coaching.cases.library import CaseContent, keep_case
from coaching.cases.tables import Case, CaseKind
from coaching.conversations.arrivals import arrival_of
from coaching.conversations.content import ConversationIn
from coaching.conversations.storing import Keeper
from coaching.conversations.tables import Conversation
from coaching.mystery.tables import MysteryVisit
from coaching.mystery.visiting import VisitContent, plan_visit
from coaching.suggestion_box import send_entry
from coaching.suggestion_box_tables import BoxEntry, EntryKind
from coaching.tables import Agent, Team
from embeddings import Encoder
from kb.cards.editing import Actor, save_card
from kb.cards.reading import get_card
from kb.cards.tables import Card, Product, QuestionRow, Revision, Shop
from tests.conftest import NOW, Clock

ZONE = ZoneInfo("Asia/Shanghai")
CARDS = """
- {external_id: s-1, standard_question: 多久发货, replies: [两天内。], shops: [qinghe-tmall], products: [tee-01]}
- {external_id: s-2, standard_question: 能开发票吗, replies: [能。], shops: [qinghe-jd]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "faq"
    (made / "faq").mkdir(parents=True)
    (made / "company.yaml").write_text((FOLDER / "company.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (made / "faq" / "cards.yaml").write_text(CARDS, encoding="utf-8")
    return made


@pytest.fixture
def importer(engine: Engine, encoder: Encoder, clock: Clock) -> CardImporter:
    return CardImporter(engine, encoder, DatabaseVectorCache(engine), clock)


@pytest.fixture
def loaded(importer: CardImporter, folder: Path) -> None:
    load_samples(importer, ZONE, _silent, folder)


def _silent(_name: str, _total: int | None) -> Callable[[int], None]:
    return lambda _count: None


def test_the_company_names_every_shop_and_product_of_the_cards() -> None:
    company = read_company(FOLDER)
    codes = {item.code for item in (*company.shops, *company.products)}
    said = "\n".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*/*.yaml"))
    assert "qinghe-tmall" in said
    assert len(company.shops) == 4
    assert len(company.products) == 20
    assert {account.role for account in company.accounts} == set(Role)
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{code}`" in table for code in codes)


@pytest.mark.usefixtures("loaded")
def test_loaded_samples_are_published_and_marked(session: Session) -> None:
    cards = session.exec(select(Card)).all()
    assert [(card.external_id, card.status, card.is_demo) for card in cards] == [
        ("s-1", "published", True),
        ("s-2", "published", True),
    ]
    shop = session.get(Shop, "qinghe-tmall")
    assert shop is not None
    assert (shop.name, shop.platform, shop.is_demo) == ("青禾棉语旗舰店", "tmall", True)
    product = session.get(Product, "tee-01")
    assert product is not None
    assert (product.name, product.is_demo) == ("重磅纯棉圆领 T 恤", True)
    for account in demo_accounts(session):
        assert set(account.shops) == {"qinghe-tmall", "qinghe-jd", "qinghe-douyin", "qinghe-pdd"}


def test_interrupted_loading_is_completed_by_the_next(importer: CardImporter, folder: Path, session: Session) -> None:
    def interrupted(name: str, _total: int | None) -> Callable[[int], None]:
        if name == "写入":
            raise KeyboardInterrupt
        return lambda _count: None

    with pytest.raises(KeyboardInterrupt):
        load_samples(importer, ZONE, interrupted, folder)
    assert is_untouched(session)
    load_samples(importer, ZONE, _silent, folder)
    session.rollback()
    assert not is_untouched(session)
    assert len(session.exec(select(Account)).all()) == 4


def test_missing_or_wrong_samples_are_named(importer: CardImporter, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SamplesMissingError, match="找不到示例知识库"):
        load_samples(importer, ZONE, _silent, tmp_path / "none")
    (folder / "faq" / "cards.yaml").write_text("- {external_id: s-1}", encoding="utf-8")
    with pytest.raises(SamplesMissingError, match=r"faq/cards\.yaml:1"):
        load_samples(importer, ZONE, _silent, folder)


@pytest.mark.usefixtures("loaded")
def test_login_links_are_fresh_single_use_and_for_this_machine(engine: Engine, clock: Clock) -> None:
    with transaction(engine) as session:
        first = fresh_login_links(session, clock())
        second = fresh_login_links(session, clock())
    assert [role for role, _ in first] == ["agent", "trainer", "lead", "admin"]
    assert not {secret for _, secret in first} & {secret for _, secret in second}
    secret = first[3][1]
    with transaction(engine) as session:
        with pytest.raises(NotLoggedInError):
            use_login_link(session, secret, clock(), "203.0.113.9")
        assert use_login_link(session, secret, clock(), "127.0.0.1").role == "admin"
        with pytest.raises(NotLoggedInError):
            use_login_link(session, secret, clock(), "127.0.0.1")
        with pytest.raises(NotLoggedInError):
            use_login_link(session, second[0][1], clock() + timedelta(hours=25), "127.0.0.1")


@pytest.mark.usefixtures("loaded")
def test_removing_takes_everything_of_the_company(engine: Engine, session: Session) -> None:
    assert has_samples(session)
    session.rollback()
    with transaction(engine) as writing:
        gone = remove_samples(writing, NOW)
    assert (gone.cards, gone.kept_cards, gone.accounts, gone.shops, gone.products) == (2, 0, 4, 4, 20)
    for table in (Card, Revision, QuestionRow, Shop, Product, Account, Agent, Team):
        assert session.exec(select(table)).first() is None, table
    assert not has_samples(session)
    assert not is_untouched(session), "the next start must not bring them back"


@pytest.mark.usefixtures("loaded")
def test_a_sample_card_somebody_edited_stays_with_its_shop(engine: Engine, session: Session) -> None:
    content = get_card(session, 1).content.model_copy(update={"tags": ("我们的",)})
    save_card(session, 1, content, 1, Actor("account:9", NOW))
    session.commit()
    with transaction(engine) as writing:
        gone = remove_samples(writing, NOW)
    assert (gone.cards, gone.kept_cards) == (1, 1)
    session.expire_all()
    assert [(card.external_id, card.is_demo) for card in session.exec(select(Card))] == [("s-1", False)]
    assert [(shop.code, shop.is_demo) for shop in session.exec(select(Shop))] == [("qinghe-tmall", False)]
    assert [product.code for product in session.exec(select(Product))] == ["tee-01"]
    assert session.exec(select(Account)).first() is None


@pytest.mark.usefixtures("loaded")
def test_removed_samples_answer_no_more_and_new_cards_answer_rightly(
    services: Services, session: Session, publish: Callable[..., int]
) -> None:
    services.catalogue.refresh(session)
    session.rollback()
    with transaction(services.engine) as writing:
        remove_samples(writing, NOW)
    # The new questions must not meet the vectors of the removed ones under the same ids.
    publish("木马摇椅多大的孩子能坐")
    assert [entry.standard_question for entry in services.catalogue.entries()] == ["木马摇椅多大的孩子能坐"]
    vector = services.catalogue.encoder.encode_documents(["木马摇椅多大的孩子能坐"])
    assert services.catalogue.index.search(vector, 1).scores[0][0] == pytest.approx(1, abs=0.01)


@pytest.mark.usefixtures("loaded")
def test_own_people_and_cards_are_never_removed(
    engine: Engine, session: Session, account: Callable[..., Account], publish: Callable[..., int]
) -> None:
    account("老板", Role.ADMIN, agent="qinghe-01")
    publish("自己的问题", shops=("qinghe-jd",))
    with transaction(engine) as writing:
        remove_samples(writing, NOW)
    session.expire_all()
    assert session.exec(select(Account.name)).all() == ["老板"]
    assert session.exec(select(Agent.code)).all() == ["qinghe-01"]
    assert session.exec(select(Shop.code)).all() == ["qinghe-jd"]
    assert session.exec(select(Card.id).where(~col(Card.is_demo))).all() == [3]
    assert session.exec(select(Revision.actor_id).where(Revision.actor_id == ACTOR)).first() is None


@pytest.mark.usefixtures("loaded")
def test_sample_conversations_go_and_own_ones_keep_whom_they_name(engine: Engine, session: Session) -> None:
    def talk(number: str, is_demo: bool, **fields: str) -> None:
        messages = [{"role": "customer", "text": "在吗"}, {"role": "agent", "text": "在的", "agent": "qinghe-02"}]
        content = ConversationIn.model_validate(
            {"conversation_id": number, "platform": "tmall", "shop": "qinghe-jd", "messages": messages, **fields}
        )
        Keeper(session, NOW, None, is_demo=is_demo).store([arrival_of(content)])

    talk("demo", True, shop="qinghe-tmall")
    talk("own", False, agent="qinghe-01", product="tee-01")
    session.commit()
    with transaction(engine) as writing:
        remove_samples(writing, NOW)
    session.expire_all()
    assert session.exec(select(Conversation.external_id)).all() == ["own"]
    assert sorted(session.exec(select(Agent.code))) == ["qinghe-01", "qinghe-02"]
    assert session.exec(select(Shop.code)).all() == ["qinghe-jd"]
    assert session.exec(select(Product.code)).all() == ["tee-01"]


@pytest.mark.usefixtures("loaded")
def test_what_demo_accounts_asked_for_and_cases_of_samples_go_and_own_ones_stay(
    engine: Engine, session: Session
) -> None:
    number = session.exec(select(Account.id)).first()
    for by, is_demo in ((f"account:{number}", True), ("account:999", False)):
        who = Coach(by, NOW)
        send_entry(session, EntryKind.SUGGESTION, "多排一个人", who)
        visit = VisitContent("问尺码", "先问尺码", "qinghe-tmall", by, "", NOW.date())
        plan_visit(session, visit, who)
        keep_case(session, CaseContent(CaseKind.GOOD, by, "现在就查", is_demo=is_demo), who)
    session.commit()
    with transaction(engine) as writing:
        remove_samples(writing, NOW)
    session.expire_all()
    for table in (BoxEntry, MysteryVisit, Case):
        assert session.exec(select(table.by)).all() == ["account:999"]
