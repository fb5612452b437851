"""How far people who judged the same things agree: percent, Cohen's and Fleiss' kappa. Pure.

Source: Cohen 1960, A coefficient of agreement for nominal scales; Fleiss 1971, Measuring nominal scale agreement
among many raters, with items weighed by their own number of raters where some left one out (N/A).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

Ratings = Mapping[str, Mapping[str, str | None]]
"""Rater → item → what they called it; None, or absent: not judged (N/A)."""


@dataclass(frozen=True)
class Agreement:
    """How far raters agree over the items that at least two of them judged."""

    items: int
    raters: int
    """Who judged at least one of them."""
    percent_01: float | None
    """Of all pairs of judgements on one item, how many are alike; None: there are none."""
    kappa: float | None
    """Cohen's for two raters, Fleiss' for more: 1 is full agreement, 0 no better than chance, below 0 worse.

    None where it is not defined: nothing was judged twice, or everybody gave everything the same name.
    """


def agreement(ratings: Ratings) -> Agreement:
    """The agreement of all raters."""
    items = _judged_twice(ratings)
    raters = [rater for rater, given in ratings.items() if any(given.get(item) is not None for item in items)]
    if not items:
        return Agreement(0, 0, None, None)
    pairs = [one == other for names in items.values() for one, other in combinations(names, 2)]
    kappa = cohen_kappa(ratings[raters[0]], ratings[raters[1]]) if len(raters) == 2 else fleiss_kappa(ratings)
    return Agreement(len(items), len(raters), fmean(pairs), kappa)


def cohen_kappa(one: Mapping[str, str | None], other: Mapping[str, str | None]) -> float | None:
    """Agreement of two raters beyond chance, −1 to 1; None: nothing in common, or chance alone agrees always."""
    both = [(a, b) for item, a in one.items() if a is not None and (b := other.get(item)) is not None]
    if not both:
        return None
    first, second = Counter(a for a, _ in both), Counter(b for _, b in both)
    by_chance = sum(first[name] * second[name] for name in first) / len(both) ** 2
    return _beyond(fmean(a == b for a, b in both), by_chance)


def fleiss_kappa(ratings: Ratings) -> float | None:
    """Agreement of any number of raters beyond chance; None where it is not defined."""
    items = _judged_twice(ratings)
    if not items:
        return None
    names = Counter(name for given in items.values() for name in given)
    whole = names.total()
    by_chance = sum((count / whole) ** 2 for count in names.values())
    return _beyond(fmean(_alike(given) for given in items.values()), by_chance)


def _alike(given: Sequence[str]) -> float:
    n = len(given)
    return sum(count * (count - 1) for count in Counter(given).values()) / (n * (n - 1))


def _beyond(observed: float, by_chance: float) -> float | None:
    return None if by_chance >= 1 else (observed - by_chance) / (1 - by_chance)


def _judged_twice(ratings: Ratings) -> dict[str, list[str]]:
    items: dict[str, list[str]] = {}
    for given in ratings.values():
        for item, name in given.items():
            if name is not None:
                items.setdefault(item, []).append(name)
    return {item: names for item, names in items.items() if len(names) > 1}
