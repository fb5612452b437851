"""How long people wait for a start and for a command: ``python -m benchmarks.starting [--against TREE] [--rounds N]``.

On the sample company, prepared before: the second start until the server answers, a suggestion, a token, the help.
With another checkout of the program, both take turns on the same data, so that a busy machine is unjust to neither.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.serving import TREE, huashu, server

RESULTS = Path(__file__).parent / "results" / "starting.json"
ROUNDS = 5


def main() -> None:
    """Measures and prints medians in seconds; the figures go to `results/starting.json` too."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--against", type=Path, help="another checkout, with the same tables in its database")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    given = arguments.parse_args()
    trees = {"this": TREE} | ({"other": given.against.resolve()} if given.against else {})
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        with server(data, "--samples"):
            pass
        times = _times_s(data, trees, given.rounds)
    results = {
        "rounds": given.rounds,
        "processes_waiting": round(os.getloadavg()[0], 1),
        **{
            key: {"median_s": round(statistics.median(taken), 2), "least_s": round(min(taken), 2)}
            for key, taken in times.items()
        },
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for key, value in results.items():
        print(f"{key}: {value}")


def _times_s(data: Path, trees: dict[str, Path], rounds: int) -> dict[str, list[float]]:
    actions: dict[str, Callable[[Path], float]] = {
        "second_start": lambda tree: _start_s(data, tree),
        "suggest": lambda tree: _command_s(data, tree, "suggest", "多久发货"),
        "create_token": lambda tree: _command_s(data, tree, "create-token", "--role", "agent"),
        "help": lambda tree: _command_s(data, tree, "--help"),
    }
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for action, measured in actions.items():
            for whose, tree in trees.items():
                times.setdefault(f"{action} ({whose})", []).append(measured(tree))
    return times


def _start_s(data: Path, tree: Path) -> float:
    with server(data, "--samples", tree=tree) as (_, took_s):
        return took_s


def _command_s(data: Path, tree: Path, *arguments: str) -> float:
    started = time.perf_counter()
    huashu(data, *arguments, tree=tree)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
