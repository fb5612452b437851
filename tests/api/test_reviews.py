"""Draws, reviews, precision and calibrations over HTTP."""

import pytest
from sqlmodel import Session

from api.identity import Role
from tests.coaching.reviewing.judged import found, inspected

V1 = "/api/v1"
DRAW = {"since_on": "2026-11-19", "until_on": "2026-11-19", "seed": "s"}
MARKS = {"solving": {"score": 60, "comment": "没有给出路"}, "attitude": {"score": 100}, "speed": None}


@pytest.fixture
def talk(session: Session) -> int:
    return inspected(session, "c1")


def test_a_drawn_conversation_is_reviewed_and_leaves_the_queue(ask, session: Session, talk: int) -> None:
    found(session, talk)
    lead = ask(Role.LEAD)
    drawn = lead.post(f"{V1}/reviews/draw", json=DRAW).json()
    assert [(one["conversation_id"], one["way"]) for one in drawn["drawn"]] == [(talk, "random")]
    [queued] = lead.get(f"{V1}/reviews/queue").json()["items"]
    assert (queued["conversation"], queued["way_term"], queued["score"]) == ("c1", "随机", 86.7)
    made = lead.post(f"{V1}/reviews", json={"conversation_id": talk, "marks": MARKS, "note": "总体还行"})
    assert (made.status_code, made.json()["score"], made.json()["rules_score"]) == (201, 77.1, 86.7)
    assert set(made.json()["marks"]) == {"solving", "attitude"}
    assert lead.get(f"{V1}/reviews/queue").json()["items"] == []
    [listed] = lead.get(f"{V1}/reviews", params={"conversation_id": talk}).json()["items"]
    assert listed == lead.get(f"{V1}/reviews/{listed['review_id']}").json()


def test_a_draw_is_limited_to_own_shops_and_to_days_in_order(ask, talk: int) -> None:
    other = ask(Role.LEAD, "bei")
    assert other.post(f"{V1}/reviews/draw", json=DRAW).json()["candidates"] == 0
    assert other.post(f"{V1}/reviews/draw", json={**DRAW, "shop": "mian"}).status_code == 403
    backwards = other.post(f"{V1}/reviews/draw", json={**DRAW, "until_on": "2026-11-01"})
    assert backwards.json()["error"]["details"][0]["field"] == "until_on"
    assert other.post(f"{V1}/reviews", json={"conversation_id": talk, "marks": MARKS}).status_code == 404


def test_a_queued_conversation_is_skipped_with_a_reason(ask, talk: int) -> None:
    lead = ask(Role.LEAD)
    lead.post(f"{V1}/reviews/draw", json=DRAW)
    number = lead.get(f"{V1}/reviews/queue").json()["items"][0]["task_id"]
    assert lead.post(f"{V1}/reviews/queue/{number}/skip", json={"reason": ""}).status_code == 422
    assert lead.post(f"{V1}/reviews/queue/{number}/skip", json={"reason": "测试会话"}).status_code == 204
    [skipped] = lead.get(f"{V1}/reviews/queue?state=skipped").json()["items"]
    assert (skipped["conversation_id"], skipped["note"]) == (talk, "测试会话")


@pytest.mark.parametrize(
    ("marks", "code"),
    [({}, "scorecard"), ({"solving": {"score": 50}}, "scorecard"), ({"solving": {"score": 101}}, "invalid"), ({"taste": {"score": 1}}, "invalid")],
)  # fmt: skip
def test_an_unusable_scorecard_says_what_to_mend(ask, talk: int, marks: dict[str, object], code: str) -> None:
    answer = ask(Role.LEAD).post(f"{V1}/reviews", json={"conversation_id": talk, "marks": marks})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_precision_of_rules_follows_decisions(ask, session: Session, talk: int) -> None:
    lead = ask(Role.LEAD)
    for verdict in ("confirm", "confirm", "reject"):
        number = found(session, talk).id
        lead.post(f"{V1}/findings/{number}/decisions", json={"verdict": verdict, "reason": "看过"})
    [one] = lead.get(f"{V1}/reviews/precision").json()["items"]
    assert (one["rule"], one["right"], one["cases"], one["is_marked"]) == ("shirking", 2, 3, False)
    assert one["interval"]["low_01"] < one["precision_01"] < one["interval"]["high_01"]
    assert one["months"] == [{"month": "2026-11", "right": 2, "cases": 3}]


def test_two_people_calibrate_apart_and_see_their_agreement_at_the_end(ask, session: Session, talk: int) -> None:
    numbers = [found(session, talk).id or 0 for _ in range(2)]
    one, other = ask(Role.LEAD), ask(Role.LEAD)
    made = one.post(f"{V1}/calibrations", json={"conversation_id": talk, "title": "第一次", "due_on": "2026-11-30"})
    url = f"{V1}/calibrations/{made.json()['calibration_id']}"
    one.post(f"{url}/sheets", json={"marks": MARKS, "verdicts": {str(number): "confirm" for number in numbers}})
    sheet = {"marks": MARKS, "verdicts": {str(numbers[0]): "confirm", str(numbers[1]): "reject"}}
    seen = other.post(f"{url}/sheets", json=sheet)
    assert (seen.status_code, seen.json()["handed_in"], len(seen.json()["sheets"])) == (201, 2, 1)
    assert other.post(f"{url}/sheets", json=sheet).status_code == 409
    closed = one.post(f"{url}/close", json={"conclusion": "第二条不算"}).json()
    assert (closed["comparison"]["findings"]["percent_01"], closed["comparison"]["findings"]["kappa"]) == (0.5, 0.0)
    whole = closed["comparison"]["spreads"][0]
    assert (whole["term"], whole["mean"], whole["range"], len(whole["scores"])) == ("总分", 77.1, 0.0, 2)
    assert one.get(f"{V1}/calibrations?only_open=true").json()["items"] == []
    assert ask(Role.LEAD, "bei").get(url).status_code == 404
