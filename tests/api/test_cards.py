from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.card_models import CardOut, RevisionOut
from api.identity import Role
from kb.content import CardContent

_FULL = {
    "external_id": "faq-ship",
    "kind": "faq",
    "standard_question": "多久发货",
    "similar_questions": ["啥时候发货"],
    "negative_questions": ["多久退款"],
    "replies": [{"text": "48 小时内发出。", "tone": "亲切", "scene": "首次", "images": ["a.png"]}],
    "key_points": [{"text": "48 小时", "wordings": ["两天"]}],
    "facts": [{"subject": "现货", "predicate": "发货时限", "value": "48", "unit": "小时"}],
    "phase": "presale",
    "intent": "发货时间",
    "tags": ["发货"],
    "platforms": ["tmall"],
    "shops": ["mian"],
    "products": ["tee-01"],
    "valid_from": "2026-11-01",
    "valid_until": "2027-01-01T00:00:00+08:00",
    "risk": "normal",
    "owner": "小周",
    "source": "店铺公告",
    "checked_on": "2026-11-02",
}


def _made(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/cards", json={"standard_question": "多久发货", "replies": ["48 小时内。"]} | fields)
    assert answer.status_code == 201, answer.text
    card: dict[str, Any] = answer.json()
    return card


def _ask_for(client: TestClient, text: str) -> list[int]:
    body = {"messages": [{"role": "customer", "text": text}]}
    return [card["card_id"] for card in client.post("/api/v1/suggest", json=body).json()["suggestions"]]


def test_card_comes_back_with_every_field_of_the_files(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = _made(trainer, **_FULL)
    assert made == _FULL | {"card_id": made["card_id"], "version": 1, "published_version": None, "status": "draft"}
    assert trainer.get(f"/api/v1/cards/{made['card_id']}").json() == made
    assert set(_FULL) == {*CardContent.model_fields, "external_id"}
    CardOut.model_validate(made)


def test_chinese_words_are_taken_for_codes(ask) -> None:
    made = _made(ask(), kind="话术", phase="售后", risk="高", platforms=["淘宝"])
    assert (made["kind"], made["phase"], made["risk"], made["platforms"]) == ("script", "aftersale", "high", ["taobao"])


def test_what_is_read_can_be_saved_as_it_is(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = _made(trainer, **_FULL)
    saved = trainer.put(f"/api/v1/cards/{made['card_id']}", json=made)
    assert saved.status_code == 200, saved.text
    assert saved.json() == made | {"version": 2}


def test_published_version_keeps_answering_while_a_draft_is_written(ask) -> None:
    trainer = ask(Role.TRAINER)
    card_id = _made(trainer)["card_id"]
    published = trainer.post(f"/api/v1/cards/{card_id}/publish").json()
    assert (published["status"], published["published_version"]) == ("published", 1)
    draft = trainer.put(f"/api/v1/cards/{card_id}", json=published | {"replies": ["72 小时内。"]}).json()
    assert (draft["status"], draft["version"], draft["published_version"]) == ("draft", 2, 1)
    agent = ask(Role.AGENT)
    seen = agent.get(f"/api/v1/cards/{card_id}").json()
    assert (seen["version"], seen["status"], seen["replies"][0]["text"]) == (1, "published", "48 小时内。")
    [listed] = agent.get("/api/v1/cards").json()["items"]
    assert listed == seen
    assert agent.get("/api/v1/cards?status=draft").json()["items"] == []


def test_each_step_answers_at_once(ask) -> None:
    trainer = ask(Role.TRAINER)
    card_id = _made(trainer)["card_id"]
    path = f"/api/v1/cards/{card_id}"
    assert _ask_for(trainer, "多久发货") == []
    assert trainer.post(f"{path}/submit").json()["status"] == "in_review"
    assert trainer.post(f"{path}/publish").json()["status"] == "published"
    assert _ask_for(trainer, "多久发货") == [card_id]
    assert trainer.post(f"{path}/archive").json()["status"] == "archived"
    assert _ask_for(trainer, "多久发货") == []
    back = trainer.post(f"{path}/rollback", json={"version": 1}).json()
    assert (back["status"], back["version"], back["published_version"]) == ("published", 2, 2)
    assert _ask_for(trainer, "多久发货") == [card_id]


def test_step_that_the_status_does_not_allow_is_409(ask) -> None:
    trainer = ask(Role.TRAINER)
    path = f"/api/v1/cards/{_made(trainer)['card_id']}"
    trainer.post(f"{path}/publish")
    answer = trainer.post(f"{path}/publish")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "card_state")
    assert trainer.post(f"{path}/rollback", json={"version": 9}).json()["error"]["code"] == "card_not_found"


def test_only_a_card_never_published_can_be_deleted(ask) -> None:
    trainer = ask(Role.TRAINER)
    draft, used = _made(trainer), _made(trainer, standard_question="怎么退货")
    trainer.post(f"/api/v1/cards/{used['card_id']}/publish")
    assert trainer.delete(f"/api/v1/cards/{draft['card_id']}").status_code == 204
    assert trainer.get(f"/api/v1/cards/{draft['card_id']}").json()["error"]["code"] == "card_not_found"
    refused = trainer.delete(f"/api/v1/cards/{used['card_id']}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "card_state")


def test_second_of_two_savers_is_told_and_loses_nothing(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = _made(trainer)
    path = f"/api/v1/cards/{made['card_id']}"
    assert trainer.put(path, json=made | {"owner": "甲"}).status_code == 200
    refused = trainer.put(path, json=made | {"owner": "乙"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "card_conflict")
    assert refused.json()["error"]["details"] == {"version": 2}
    assert trainer.get(path).json()["owner"] == "甲"
    again = trainer.put(path, json=made | {"owner": "乙", "version": 2})
    assert (again.status_code, again.json()["version"]) == (200, 3)


def test_of_many_saving_at_the_same_moment_exactly_one_wins(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = _made(trainer)
    path = f"/api/v1/cards/{made['card_id']}"
    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(lambda name: trainer.put(path, json=made | {"owner": name}), "甲乙丙丁戊己"))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert trainer.get(path).json() == winner.json()
    assert len(trainer.get(f"{path}/revisions").json()["items"]) == 2


def test_same_question_twice_is_409(ask) -> None:
    trainer = ask(Role.TRAINER)
    _made(trainer)
    again = trainer.post("/api/v1/cards", json={"standard_question": "多久發貨", "replies": ["两天内。"]})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "card_duplicate")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"standard_question": " "}, "standard_question"),
        ({"standard_question": "问" * 501}, "standard_question"),
        ({"replies": []}, "replies"),
        ({"replies": ["长" * 5_000]}, "replies"),
        ({"kind": "wiki"}, "kind"),
        ({"intent": "随便"}, "intent"),
        ({"valid_from": "2026-12-01", "valid_until": "2026-11-01"}, "valid_until"),
        ({"valid_from": "明天"}, "valid_from"),
        ({"anwser": "拼错"}, "anwser"),
    ],
)
def test_unusable_card_is_422_and_names_the_field(ask, change: dict[str, Any], field: str) -> None:
    answer = ask().post("/api/v1/cards", json={"standard_question": "多久发货", "replies": ["好。"]} | change)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["error"]["details"]] == [field]


def test_saving_without_version_or_with_another_number_is_422(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = _made(trainer, external_id="a-1")
    path = f"/api/v1/cards/{made['card_id']}"
    without = {name: value for name, value in made.items() if name != "version"}
    assert trainer.put(path, json=without).json()["error"]["details"][0]["field"] == "version"
    renamed = trainer.put(path, json=made | {"external_id": "b-2"})
    assert renamed.json()["error"]["details"][0]["field"] == "external_id"


def test_time_without_zone_is_meant_in_the_servers_zone(ask) -> None:
    assert _made(ask(), valid_from="2026-11-11 10:00")["valid_from"] == "2026-11-11T10:00:00+08:00"


def test_html_sql_and_control_characters_are_kept_as_text(ask) -> None:
    trainer = ask(Role.TRAINER)
    question = "<script>alert('1')</script>'; DROP TABLE card; --"
    card_id = _made(trainer, standard_question=f"{question}\x00\x07")["card_id"]
    assert trainer.get(f"/api/v1/cards/{card_id}").json()["standard_question"] == question


def test_revisions_are_listed_newest_first_in_pages(ask) -> None:
    trainer = ask(Role.TRAINER)
    card = _made(trainer)
    path = f"/api/v1/cards/{card['card_id']}"
    for _ in range(2):
        card = trainer.put(path, json=card | {"owner": card["owner"] + "x"}).json()
    first = trainer.get(f"{path}/revisions?limit=2").json()
    second = trainer.get(f"{path}/revisions?limit=2&cursor={first['next_cursor']}").json()
    assert [one["version"] for one in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next_cursor"] is None
    RevisionOut.model_validate(first["items"][0])


def test_pages_hold_every_card_once(ask) -> None:
    trainer = ask(Role.TRAINER)
    made = [_made(trainer, standard_question=f"第{number}个问题")["card_id"] for number in range(5)]
    seen, cursor = [], ""
    for size in (2, 2, 1):
        page = trainer.get("/api/v1/cards", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) == size
        seen += [card["card_id"] for card in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made
    assert cursor is None


@pytest.mark.parametrize("params", [{"cursor": "???"}, {"cursor": "bm9wZQ"}, {"limit": "0"}, {"limit": "201"}])
def test_unusable_page_is_422(ask, params: dict[str, str]) -> None:
    error = ask().get("/api/v1/cards", params=params).json()["error"]
    assert error["details"][0]["field"] in params


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": "policy"}, {"退货规则"}),
        ({"kind": "规则"}, {"退货规则"}),
        ({"phase": "售后"}, {"退货规则", "怎么退款"}),
        ({"intent": "退货"}, {"退货规则"}),
        ({"status": "published"}, {"怎么退款"}),
        ({"shop": "zao"}, {"退货规则", "怎么退款"}),
        ({"external_id": "r-1"}, {"怎么退款"}),
        ({"q": "百分之百 100%"}, {"怎么退款"}),
        ({"q": "r-1"}, {"怎么退款"}),
        ({"q": "%"}, {"怎么退款"}),
        ({"q": "多久"}, {"多久发货"}),
        ({"q": "' OR 1=1 --"}, set()),
    ],
)
def test_cards_are_filtered(ask, publish: Callable[..., int], params: dict[str, str], expected: set[str]) -> None:
    trainer = ask(Role.TRAINER)
    _made(trainer, shops=["mian"])
    _made(trainer, standard_question="退货规则", kind="policy", phase="aftersale", intent="退货")
    publish("怎么退款", "百分之百 100% 退。", external_id="r-1", phase="aftersale")
    items = trainer.get("/api/v1/cards", params=params).json()["items"]
    assert {card["standard_question"] for card in items} == expected


def test_trainer_of_one_shop_writes_only_that_shops_cards(ask) -> None:
    everywhere, own = ask(Role.TRAINER), ask(Role.TRAINER, "mian")
    general, other = _made(everywhere), _made(everywhere, standard_question="怎么退货", shops=["zao"])
    mine = _made(own, standard_question="有多大", shops=["mian"])
    for wrong in ([], ["zao"], ["mian", "zao"]):
        answer = own.post("/api/v1/cards", json={"standard_question": "新", "replies": ["好"], "shops": wrong})
        assert answer.status_code == 403
    assert own.get(f"/api/v1/cards/{other['card_id']}").status_code == 404
    assert own.get(f"/api/v1/cards/{general['card_id']}").status_code == 200
    for step in ("submit", "publish", "archive"):
        assert own.post(f"/api/v1/cards/{general['card_id']}/{step}").status_code == 403
    assert own.delete(f"/api/v1/cards/{general['card_id']}").status_code == 403
    assert own.put(f"/api/v1/cards/{mine['card_id']}", json=mine | {"shops": ["mian", "zao"]}).status_code == 403
    assert own.post(f"/api/v1/cards/{mine['card_id']}/publish").status_code == 200
    assert own.get("/api/v1/cards?shop=zao").status_code == 403
    assert {card["card_id"] for card in own.get("/api/v1/cards").json()["items"]} == {
        general["card_id"],
        mine["card_id"],
    }


def test_card_over_1_mb_is_413(ask) -> None:
    answer = ask().post("/api/v1/cards", json={"standard_question": "长", "replies": ["长" * 4_000] * 100})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
