"""How a real server starts, answers and what it holds: ``python -m benchmarks.serving``.

With the sample company: first start (everything is embedded), second start, memory, one suggestion over HTTP. With
``service_cards.jsonl`` from the folder in HUASHU_BENCH_DATA: importing them, and the same again.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

RESULTS = Path(__file__).parent / "results" / "serving.json"
TREE = Path(__file__).parents[1]
PORT = 8_765
QUESTIONS = 200
START_LIMIT_S = 600.0


def main() -> None:
    """Measures and prints; the figures go to `results/serving.json` too."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results: dict[str, Any] = {"samples_first_start_s": _start_only(folder), **_samples(folder)}
        cards = _bench_file("service_cards.jsonl")
        results |= _service_cards(folder, cards) if cards else {"service_cards": "not measured"}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for key, value in results.items():
        print(f"{key}: {value}")


def _samples(folder: Path) -> dict[str, Any]:
    token = huashu(folder, "create-token", "--role", "agent").strip()
    with server(folder, "--samples") as (process, took_s):
        questions = _questions() or ["多久发货", "能便宜点吗", "收到是坏的怎么办", "你们有优惠券吗"]
        _rest(process)
        return {"samples_second_start_s": round(took_s, 2), **_asked(process, token, questions)}


def _service_cards(folder: Path, cards: Path) -> dict[str, Any]:
    started = time.monotonic()
    huashu(folder, "import-cards", str(cards), "--publish")
    took_s = time.monotonic() - started
    token = huashu(folder, "create-token", "--role", "agent").strip()
    with server(folder) as (process, first_s):
        figures = _asked(process, token, _questions())
    with server(folder) as (_, second_s):
        pass
    named = {f"service_cards_{key}": value for key, value in figures.items()}
    return {
        "service_cards_import_s": round(took_s, 1),
        "service_cards_first_start_s": round(first_s, 2),
        "service_cards_second_start_s": round(second_s, 2),
        **named,
    }


def _asked(process: psutil.Process, token: str, questions: list[str]) -> dict[str, Any]:
    times_ms = []
    with httpx.Client(base_url=_url(), headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        for text in (questions * QUESTIONS)[: QUESTIONS + 20]:
            started = time.perf_counter()
            answer = client.post("/api/v1/suggest", json={"messages": [{"role": "customer", "text": text}]})
            times_ms.append((time.perf_counter() - started) * 1000)
            answer.raise_for_status()
    cuts = statistics.quantiles(times_ms[20:], n=100)
    memory_mib = process.memory_info().rss / 1024**2
    return {"p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1), "memory_mib": round(memory_mib)}


def _start_only(folder: Path) -> float:
    with server(folder, "--samples") as (_, took_s):
        return round(took_s, 2)


@contextmanager
def server(folder: Path, *arguments: str, tree: Path = TREE) -> Iterator[tuple[psutil.Process, float]]:
    """A server of the program in `tree` on the data in `folder`: ready to answer, and how many seconds that took."""
    command = [sys.executable, "-m", "app", "serve", *arguments]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=tree, env=_environment(folder), **quiet)
    try:
        _wait(_is_ready)
        yield psutil.Process(process.pid), time.monotonic() - started
    finally:
        process.terminate()
        process.wait(timeout=60)


def _rest(process: psutil.Process) -> None:
    """Waits until the server has nothing left to do by itself: sample conversations are read after the first start."""
    _wait(lambda: process.cpu_percent(interval=3) < 15)


def _wait(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + START_LIMIT_S
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the server does not start, or does not come to rest")
        time.sleep(0.02)


def _is_ready() -> bool:
    # Not httpx: setting up its client takes as much processor time as it would measure.
    try:
        with urllib.request.urlopen(f"{_url()}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def huashu(folder: Path, *arguments: str, tree: Path = TREE) -> str:
    """What a command of the program in `tree` prints, run on the data in `folder`."""
    command = [sys.executable, "-m", "app", *arguments]
    ran = subprocess.run(command, cwd=tree, env=_environment(folder), check=True, capture_output=True, text=True)
    return ran.stdout


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HUASHU_DATA_DIR": str(folder), "HUASHU_PORT": str(PORT)}


def _url() -> str:
    return f"http://127.0.0.1:{PORT}"


def _questions() -> list[str]:
    file = _bench_file("service_questions.jsonl")
    if file is None:
        return []
    lines = file.read_text(encoding="utf-8").splitlines()[:QUESTIONS]
    return [next(value for key, value in json.loads(line).items() if key in ("text", "question")) for line in lines]


def _bench_file(name: str) -> Path | None:
    folder = os.environ.get("HUASHU_BENCH_DATA")
    return Path(folder) / name if folder and (Path(folder) / name).exists() else None


if __name__ == "__main__":
    main()
