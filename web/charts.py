"""Small charts, drawn as SVG by a template: where every stroke goes. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

WIDTH, HEIGHT = 520, 168
_TOP, _LEFT, _BASE = 24, 36, 136
_MOST_BAR, _LABEL = 56.0, 56.0
"""Widest column, and the room a label needs: where they would touch, only some are written."""


class Bar(NamedTuple):
    """One column with its words."""

    label: str
    value: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    few: bool
    """So few cases that it says little: drawn hollow."""


class Rule(NamedTuple):
    """A line to read heights by."""

    y: float
    label: str


@dataclass(frozen=True)
class ColumnChart:
    """Columns over time."""

    template: ClassVar[str] = "column_chart.html"

    label: str
    """What it shows, for those who do not see it."""
    width: int
    height: int
    left: float
    base: float
    bars: tuple[Bar, ...]
    rules: tuple[Rule, ...]


class Point(NamedTuple):
    """What one column stands for; `value` None: nothing was measured, and no column stands there."""

    label: str
    value: float | None
    few: bool


def column_chart(title: str, points: Sequence[Point]) -> ColumnChart:
    """Columns from 0 up, as wide as fits; `title` tells those who do not see it what it shows."""
    step = (WIDTH - _LEFT) / max(1, len(points))
    width = min(_MOST_BAR, step * 0.6)
    top = nice_top(max((one.value for one in points if one.value is not None), default=0.0))
    every = max(1, math.ceil(_LABEL / step))
    bars = []
    for place, one in enumerate(points):
        middle = _LEFT + step * (place + 0.5)
        height = 0.0 if one.value is None else (_BASE - _TOP) * one.value / top
        value = "–" if one.value is None else f"{one.value:g}"
        x, y = round(middle - width / 2, 1), round(_BASE - height, 1)
        label = one.label if (len(points) - 1 - place) % every == 0 else ""
        bars.append(Bar(label, value, x, y, round(width, 1), round(height, 1), round(middle, 1), one.few))
    rules = tuple(Rule(round(_BASE - (_BASE - _TOP) * share, 1), f"{top * share:g}") for share in (0, 0.5, 1))
    return ColumnChart(title, WIDTH, HEIGHT, _LEFT, _BASE, tuple(bars), rules)


def nice_top(most: float) -> float:
    """The smallest of 1, 2, 4, 5, 6, 8 or 10 times a power of ten that is not below `most`; 1 for nothing."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= most)
