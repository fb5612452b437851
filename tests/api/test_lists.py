"""Shops, products, agents, gaps, jobs, health and metrics."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from api.identity import Role
from api.services import Services
from api.tables import Account, Job
from api.tokens import create_token
from coaching.tables import Agent
from embeddings import Encoder, FaissIndex
from kb.feedback import record_gap
from kb.search.catalogue import Catalogue


@pytest.mark.usefixtures("shops")
def test_shops_are_listed_in_pages_by_code(ask) -> None:
    client = ask(Role.AGENT)
    first = client.get("/api/v1/shops?limit=1").json()
    assert first["items"] == [{"shop": "mian", "name": "棉语旗舰店", "platform": "tmall"}]
    second = client.get(f"/api/v1/shops?limit=1&cursor={first['next_cursor']}").json()
    assert [one["shop"] for one in second["items"]] == ["zao"]
    assert second["next_cursor"] is None


@pytest.mark.usefixtures("shops")
def test_somebody_with_shops_sees_only_those(ask) -> None:
    assert [one["shop"] for one in ask(Role.AGENT, "zao").get("/api/v1/shops").json()["items"]] == ["zao"]


@pytest.mark.usefixtures("shops")
def test_products_and_agents_are_listed(ask, session: Session, clock) -> None:
    session.add(Agent(code="A1", name="小林", aliases=["店:小林"], created_at=clock()))
    session.commit()
    trainer = ask(Role.TRAINER)
    assert trainer.get("/api/v1/products").json()["items"] == [{"product": "tee-01", "name": "重磅圆领 T 恤"}]
    [agent] = trainer.get("/api/v1/agents").json()["items"]
    assert agent == {"agent": "A1", "name": "小林", "team": None, "aliases": ["店:小林"]}


def test_gaps_are_listed_newest_first_for_the_own_shops_and_for_none_in_particular(
    ask, session: Session, clock
) -> None:
    for text, shop in (("甲", "mian"), ("乙", "zao"), ("丙", None), ("丁", "mian"), ("甲", "mian")):
        record_gap(session, text, shop, "no_match", None, clock())
        session.commit()
    everything = ask(Role.TRAINER).get("/api/v1/gaps").json()["items"]
    assert [(gap["text"], gap["count"]) for gap in everything] == [("丁", 1), ("丙", 1), ("乙", 1), ("甲", 2)]
    own = ask(Role.TRAINER, "mian")
    first = own.get("/api/v1/gaps?limit=2").json()
    second = own.get(f"/api/v1/gaps?limit=2&cursor={first['next_cursor']}").json()
    assert [gap["text"] for gap in first["items"] + second["items"]] == ["丁", "丙", "甲"]
    assert second["next_cursor"] is None


def test_job_is_shown_to_whoever_asked_for_it_and_to_admins(
    ask, nobody: TestClient, session: Session, account: Callable[..., Account], clock
) -> None:
    person = account("小周", Role.TRAINER)
    secret = create_token(session, "", clock(), account=person)
    report = {"created": 1, "updated": 0, "unchanged": 0, "refused": []}
    session.add(
        Job(
            id="j1",
            kind="import_cards",
            status="done",
            actor_id=f"account:{person.id}",
            done=3,
            total=3,
            report=report,
            created_at=clock(),
            finished_at=clock(),
        )
    )
    session.commit()
    own = nobody.get("/api/v1/jobs/j1", headers={"Authorization": f"Bearer {secret}"})
    assert own.json()["report"] == report
    assert own.json()["finished_at"] == "2026-11-21T04:00:00+00:00"
    assert ask(Role.ADMIN).get("/api/v1/jobs/j1").status_code == 200
    for other in (ask(Role.LEAD), ask(Role.ADMIN, "mian")):
        assert other.get("/api/v1/jobs/j1").json()["error"]["code"] == "job_not_found"


def test_ready_names_cards_and_model(nobody: TestClient, publish: Callable[..., int], encoder: Encoder) -> None:
    publish("多久发货")
    assert nobody.get("/health/ready").json() == {"status": "ready", "cards": 1, "model": encoder.model_id}


def test_server_whose_cards_are_not_loaded_is_not_ready(
    application: FastAPI, nobody: TestClient, services: Services, encoder: Encoder
) -> None:
    unloaded = Catalogue(encoder, services.cache, FaissIndex(encoder.dimension))
    application.state.services = replace(services, catalogue=unloaded)
    assert nobody.get("/health/ready").status_code == 503


def test_metrics_count_requests_by_route_and_lookups(application: FastAPI, ask, publish: Callable[..., int]) -> None:
    card_id = publish("多久发货")
    client = ask(Role.AGENT)
    client.get(f"/api/v1/cards/{card_id}")
    client.get("/api/v1/cards/777")
    client.get("/made-up-path")
    client.post("/api/v1/suggest", json={"messages": [{"role": "customer", "text": "多久发货"}]})
    text = TestClient(application, client=("127.0.0.1", 1)).get("/metrics").text
    for line in (
        'huashu_requests_total{method="GET",route="/api/v1/cards/{card_id}",status="200"} 1',
        'huashu_requests_total{method="GET",route="/api/v1/cards/{card_id}",status="404"} 1',
        'huashu_requests_total{method="GET",route="other",status="404"} 1',
        'huashu_request_seconds_count{route="/api/v1/suggest"} 1',
        'huashu_lookups_total{via="suggest",outcome="answered"} 1',
        "huashu_cards 1",
    ):
        assert line in text.splitlines()
    assert "made-up-path" not in text


def test_metrics_are_for_this_machine_or_with_a_token(nobody: TestClient, ask) -> None:
    assert nobody.get("/metrics").status_code == 401
    assert ask(Role.AGENT).get("/metrics").headers["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("cursor", ["@@@", "TQ@@", "=", "_w", "店"])
@pytest.mark.parametrize("path", ["shops", "products", "agents", "cards", "gaps"])
def test_cursor_nobody_was_given_is_refused(ask, path: str, cursor: str) -> None:
    answer = ask().get(f"/api/v1/{path}", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, "cursor")
