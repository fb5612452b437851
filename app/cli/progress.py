"""How far long work is: a bar on a terminal, else a line every few seconds; both on stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

Advance = Callable[[int], None]
Stages = Callable[[str, int | None], Advance]
"""Called at the start of each stage with its name and size (None: unknown); gives what counts its progress."""

LINE_EVERY_S = 3.0


@contextmanager
def progress(out: TextIO = sys.stderr, seconds: Callable[[], float] = time.monotonic) -> Iterator[Stages]:
    """Shows the stages of one piece of work on `out`."""
    if out.isatty():
        with _bars(out) as stages:
            yield stages
    else:
        yield _lines(out, seconds)


@contextmanager
def _bars(out: TextIO) -> Iterator[Stages]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=out), transient=False) as bars:

        def stage(name: str, total: int | None) -> Advance:
            for task in bars.tasks:
                if task.total is None:
                    bars.update(task.id, total=task.completed)
            key = bars.add_task(name, total=total)
            return lambda count: bars.advance(key, count)

        yield stage


def _lines(out: TextIO, seconds: Callable[[], float]) -> Stages:
    def stage(name: str, total: int | None) -> Advance:
        started = shown = seconds()
        done = 0
        if total != 0:
            print(f"{name}…", file=out, flush=True)

        def advance(count: int) -> None:
            nonlocal done, shown
            done += count
            now = seconds()
            if now - shown >= LINE_EVERY_S:
                shown = now
                print(f"{name} {_how_far(done, total, now - started)}", file=out, flush=True)

        return advance

    return stage


def _how_far(done: int, total: int | None, took_s: float) -> str:
    if not total:
        return str(done)
    left_s = took_s * (total - done) / done if done else 0.0
    return f"{done}/{total}（{done / total:.0%}），约剩 {left_s:.0f} 秒"
