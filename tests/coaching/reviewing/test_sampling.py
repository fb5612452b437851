"""Which conversations are drawn, and why."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from coaching.reviewing.sampling import Candidate, Plan, Way, draw, risk_of


def _calm(count: int, agent: str = "linlin", start: int = 1) -> list[Candidate]:
    return [Candidate(number, agent, score=95.0, rating=5) for number in range(start, start + count)]


def test_the_same_seed_draws_the_same_whatever_the_order_and_another_seed_another() -> None:
    candidates = _calm(200)
    plan = Plan(random=10, per_agent=0, risk=0)
    ids = [one.conversation_id for one in draw(candidates, plan, "a")]
    assert [one.conversation_id for one in draw(reversed(candidates), plan, "a")] == ids
    assert [one.conversation_id for one in draw(candidates, plan, "b")] != ids


def test_the_random_part_does_not_look_at_risk() -> None:
    risky = [Candidate(one.conversation_id, one.agent, failed=True, critical=1) for one in _calm(100)]
    plan = Plan(random=30, per_agent=0, risk=0)
    assert [one.conversation_id for one in draw(risky, plan, "s")] == [
        one.conversation_id for one in draw(_calm(100), plan, "s")
    ]


def test_every_agent_is_looked_at_however_few_conversations_they_had() -> None:
    candidates = [*_calm(500), *_calm(3, "xin", 1_000), *_calm(1, "dapeng", 2_000)]
    drawn = draw(candidates, Plan(random=5, per_agent=2, risk=0), "s")
    counts = Counter(one.agent for one in drawn)
    assert counts["linlin"] >= 2
    assert (counts["xin"], counts["dapeng"]) == (2, 1)


def test_risk_takes_the_riskiest_first_and_says_what_is_risky() -> None:
    bad = Candidate(900, "xin", score=40.0, failed=True, rating=1, critical=2, unconfirmed=3)
    low = Candidate(901, "xin", score=55.0, rating=5)
    drawn = draw([*_calm(50), bad, low], Plan(random=0, per_agent=0, risk=5), "s")
    assert [(one.conversation_id, one.way) for one in drawn] == [(900, Way.RISK), (901, Way.RISK)]
    assert drawn[0].reasons == (
        "风险最高的一批", "有 2 条一票否决的命中", "顾客评价 1 星", "质检分 40", "有 3 条命中还没有人确认",
    )  # fmt: skip


def test_risk_does_not_fall_on_one_agent_alone() -> None:
    risky = [Candidate(number, "xin", failed=True, critical=1) for number in range(1, 50)]
    other = [Candidate(number, "linlin", unconfirmed=1) for number in range(100, 110)]
    drawn = draw([*risky, *other], Plan(random=0, per_agent=0, risk=8, per_agent_at_most=3), "s")
    assert Counter(one.agent for one in drawn) == {"xin": 3, "linlin": 3}


def test_what_carries_no_risk_is_not_drawn_for_risk() -> None:
    assert draw(_calm(20), Plan(random=0, per_agent=0, risk=5), "s") == []


def test_a_critical_finding_outweighs_everything_else() -> None:
    everything_else = Candidate(1, "a", score=0.0, rating=3, unconfirmed=99)
    assert risk_of(Candidate(2, "a", critical=1)) > risk_of(everything_else)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 3)), max_size=40),
    st.integers(0, 10), st.integers(0, 5), st.integers(0, 10),
)  # fmt: skip
def test_nothing_is_drawn_twice_or_from_nowhere(
    people: list[tuple[str | None, int]], random: int, per_agent: int, risk: int
) -> None:
    candidates = [Candidate(number, agent, unconfirmed=open_) for number, (agent, open_) in enumerate(people)]
    drawn = draw(candidates, Plan(random, per_agent, risk), "seed")
    ids = [one.conversation_id for one in drawn]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {one.conversation_id for one in candidates}
    assert sum(one.way is Way.RANDOM for one in drawn) == min(random, len(candidates))
    assert sum(one.way is Way.RISK for one in drawn) <= risk
    assert all(one.reasons for one in drawn)
