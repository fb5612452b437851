"""How far raters agree, against published and hand-reckoned cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.reviewing.agreement import agreement, cohen_kappa, fleiss_kappa


def _named(names: str) -> dict[str, str | None]:
    return {str(place): name if name != "-" else None for place, name in enumerate(names)}


def test_cohens_kappa_of_the_usual_worked_case() -> None:
    # 50 proposals: 20 both yes, 15 both no, 5 yes/no, 10 no/yes → po 0.7, pe 0.5, κ 0.4
    one, other = _named("y" * 20 + "n" * 15 + "y" * 5 + "n" * 10), _named("y" * 20 + "n" * 15 + "n" * 5 + "y" * 10)
    assert cohen_kappa(one, other) == pytest.approx(0.4)
    both = agreement({"a": one, "b": other})
    assert (both.items, both.raters, both.percent_01, both.kappa) == (50, 2, pytest.approx(0.7), pytest.approx(0.4))


def test_fleiss_kappa_of_his_worked_case() -> None:
    # Fleiss 1971, as on https://en.wikipedia.org/wiki/Fleiss%27_kappa: 10 subjects, 14 raters, κ 0.210
    counts = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    rows = ["".join(str(name) * count for name, count in enumerate(one)) for one in counts]
    raters = {f"r{place}": {f"s{item}": row[place] for item, row in enumerate(rows)} for place in range(14)}
    assert fleiss_kappa(raters) == pytest.approx(0.210, abs=0.0005)
    assert agreement(raters).kappa == pytest.approx(0.210, abs=0.0005)


def test_what_one_left_open_is_not_held_against_anybody() -> None:
    both = agreement({"a": _named("yn-y"), "b": _named("yny-")})
    assert (both.items, both.percent_01) == (2, 1.0)
    assert both.kappa == 1.0


def test_three_of_whom_one_left_much_open() -> None:
    found = agreement({"a": _named("yynn"), "b": _named("yynn"), "c": _named("n---")})
    assert (found.items, found.raters) == (4, 3)
    assert found.percent_01 == pytest.approx(4 / 6)
    assert found.kappa is not None
    assert 0 < found.kappa < 1


@pytest.mark.parametrize(
    "ratings",
    [{}, {"a": _named("yyy")}, {"a": _named("y-"), "b": _named("-y")}],
)
def test_without_anything_judged_twice_agreement_is_not_applicable(ratings: dict[str, dict[str, str | None]]) -> None:
    found = agreement(ratings)
    assert (found.items, found.percent_01, found.kappa) == (0, None, None)


def test_when_everything_has_one_name_percent_is_full_and_kappa_not_applicable() -> None:
    assert agreement({"a": _named("yy"), "b": _named("yy")}).percent_01 == 1.0
    assert agreement({"a": _named("yy"), "b": _named("yy")}).kappa is None
    assert agreement({"a": _named("yy"), "b": _named("yy"), "c": _named("yy")}).kappa is None


@given(st.lists(st.text("yn-", min_size=6, max_size=6), min_size=2, max_size=5))
def test_kappa_never_exceeds_one_and_is_one_only_in_full_agreement(rows: list[str]) -> None:
    found = agreement({str(place): _named(row) for place, row in enumerate(rows)})
    if found.kappa is not None:
        assert found.kappa <= 1
        assert (found.kappa == pytest.approx(1)) == (found.percent_01 == pytest.approx(1))
