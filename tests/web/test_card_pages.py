"""The list of cards and one card."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import Session

from api.identity import Role
from api.services import Services
from kb.cards.editing import Actor, create_card, save_card
from kb.cards.reading import get_card
from kb.content import CardContent
from tests.web.browsing import Browser

Publish = Callable[..., int]
Browse = Callable[..., Browser]


@pytest.fixture
def draft(session: Session, services: Services) -> int:
    by = Actor("account:0", services.clock())
    made = create_card(session, CardContent(standard_question="新卡怎么用", replies=("这样用。",)), by)
    session.commit()
    return made.card.id or 0


def test_the_list_is_narrowed_and_paged(browse: Browse, publish: Publish, draft: int) -> None:
    for number in range(3):
        publish(f"问题{number}", "答。")
    trainer = browse(Role.TRAINER)
    page = trainer.get("/cards?limit=2&status=published").text
    assert "新卡怎么用" not in page
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "问题2" in trainer.get(following).text
    assert "没有符合条件" in trainer.get("/cards?q=没有这些字").text
    assert "新卡怎么用" in trainer.get(f"/cards?q={'新卡'}").text
    assert draft


def test_an_empty_list_says_how_to_begin(browse: Browse) -> None:
    assert "导入一个表格" in browse(Role.TRAINER).get("/cards").text


def test_publishing_answers_customers_at_once_and_archiving_ends_it(browse: Browse, draft: int) -> None:
    trainer = browse(Role.TRAINER)
    answer = trainer.submit(f"/cards/{draft}/publish")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cards/{draft}?done=published")
    assert "已发布，现在就会推荐给客服" in trainer.get(answer.headers["location"]).text
    agent = browse()
    assert "这样用。" in agent.submit("/", {"text": "新卡怎么用", "do": "look"}).text
    trainer.submit(f"/cards/{draft}/archive")
    assert "这样用。" not in agent.submit("/", {"text": "新卡怎么用", "do": "look"}).text


def test_archiving_says_what_it_does_and_takes_a_second_click_also_without_scripts(browse: Browse, draft: int) -> None:
    page = browse(Role.TRAINER).get(f"/cards/{draft}").text
    asked = page.split('<details class="menu sure">')[1].split("</details>")[0]
    seen, hidden = asked.split("</summary>")
    assert "下架" in seen
    assert "<button" not in seen
    assert "下架后不再推荐给客服" in hidden
    assert f'action="/cards/{draft}/archive"' in hidden
    assert f"/cards/{draft}/archive" not in page.replace(asked, "")


def test_publishing_twice_is_refused_kindly(browse: Browse, draft: int) -> None:
    trainer = browse(Role.TRAINER)
    trainer.submit(f"/cards/{draft}/publish")
    answer = trainer.submit(f"/cards/{draft}/publish")
    assert answer.status_code == 409
    assert "已发布" in answer.text


def test_agents_read_what_answers_and_trainers_the_newest_with_its_versions(
    browse: Browse, publish: Publish, session: Session, services: Services
) -> None:
    card_id = publish("旧问题", "旧回复")
    version = get_card(session, card_id).card.version
    content = CardContent(standard_question="新问题", replies=("新回复",))
    save_card(session, card_id, content, version, Actor("account:0", services.clock()))
    session.commit()
    read = browse().get(f"/cards/{card_id}").text
    assert "旧回复" in read
    assert "新回复" not in read
    assert "发布</button>" not in read
    newest = browse(Role.TRAINER).get(f"/cards/{card_id}").text
    assert "新回复" in newest
    assert "正在推荐的是 v1" in newest
    assert "旧回复" in browse(Role.TRAINER, name="另一位").get(f"/cards/{card_id}?version=1").text


def test_a_source_nobody_has_read_says_so_and_a_read_one_says_when(browse: Browse, publish: Publish) -> None:
    unread = publish("问一", "答", source="电子商务法 第二十条")
    read = publish("问二", "答", source="电子商务法 第二十条", checked_on="2026-11-01")
    agent = browse()
    assert "使用前请核对" in agent.get(f"/cards/{unread}").text
    page = agent.get(f"/cards/{read}").text
    assert "核对日期 2026-11-01" in page
    assert "使用前请核对" not in page


def test_every_field_of_a_card_is_shown_and_none_as_markup(browse: Browse, publish: Publish) -> None:
    hostile = "<script>alert(1)</script>"
    card_id = publish(
        hostile,
        {"text": f"{hostile}{{变量}}", "tone": hostile, "scene": hostile, "images": [f"https://x/{hostile}"]},
        similar_questions=[f"相似{hostile}"],
        negative_questions=[f"反例{hostile}"],
        key_points=[{"text": f"要点{hostile}", "wordings": [f"说法{hostile}"]}],
        facts=[{"subject": hostile, "predicate": "p", "value": "v", "unit": hostile}],
        shops=[f"店{hostile}"],
        products=[f"品{hostile}"],
        owner=f"人{hostile}",
        source=f"源{hostile}",
        valid_until="2027-01-31",
        risk="high",
    )
    page = browse(Role.TRAINER).get(f"/cards/{card_id}").text
    assert "<script>alert" not in page
    for shown in ("相似", "反例", "要点", "说法", "店", "品", "人", "源"):
        assert f"{shown}&lt;script&gt;" in page
    assert "2027-01-31" in page
    assert "高风险" in page


def test_the_filter_form_as_rendered_can_be_sent(browse: Browse, draft: int) -> None:
    trainer = browse(Role.TRAINER)
    form = trainer.get("/cards").text.split('class="filters"')[1].split("</form>")[0]
    names = re.findall(r'name="([^"]+)"', form)
    assert {"q", "status", "kind", "phase", "intent", "shop"} == set(names)
    blank = dict.fromkeys(names, "")
    for path in (f"/cards/{draft}", "新卡怎么用"):
        assert path in trainer.get("/cards", params=blank).text
    narrowed = trainer.get("/cards", params={**blank, "status": "published"})
    assert (narrowed.status_code, "新卡怎么用" in narrowed.text) == (200, False)


def test_a_version_that_is_not_there_is_not_found(browse: Browse, publish: Publish) -> None:
    card_id = publish("问题", "回复")
    for reader in (browse(), browse(Role.TRAINER)):
        assert reader.get(f"/cards/{card_id}?version=1").status_code == 200
        assert reader.get(f"/cards/{card_id}?version=9").status_code == 404


def test_versions_before_the_newest_page_are_reached_by_its_link(
    browse: Browse, publish: Publish, session: Session, services: Services
) -> None:
    card_id = publish("问题", "回复")
    for number in range(2, 5):
        version = get_card(session, card_id).card.version
        content = CardContent(standard_question="问题", replies=(f"第{number}版",))
        save_card(session, card_id, content, version, Actor("account:0", services.clock()))
    session.commit()
    trainer = browse(Role.TRAINER)
    newest = trainer.get(f"/cards/{card_id}?limit=2").text
    assert f'href="/cards/{card_id}?version=1"' not in newest.split('id="versions"')[1]
    older = newest.split('id="versions"')[1].split('class="more"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert f'href="/cards/{card_id}?version=1"' in trainer.get(older).text


def test_a_number_no_card_can_have_is_not_found(browse: Browse) -> None:
    assert browse().get("/cards/99999999999999999999").status_code == 404
