"""Speed and truth of the FAISS index on vectors of real questions: ``python -m benchmarks.vector_index``.

Reads ``service_cards.jsonl`` and ``service_questions.jsonl`` from the folder in HUASHU_BENCH_DATA. Sizes above the
15,310 cards are made by adding noise to real vectors, because vectors of noise alone are easier to tell apart.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.encoder import read_field, seconds
from embeddings import FaissIndex, Vectors, load_encoder, load_snapshot, save_snapshot

RESULTS = Path(__file__).parent / "results" / "vector_index.json"
SIZES = (15_310, 200_000)
QUERIES = 200


def main() -> None:
    folder = os.environ.get("HUASHU_BENCH_DATA")
    if not folder or not Path(folder).is_dir():
        print("vector_index: not measured (HUASHU_BENCH_DATA names no folder)")
        return
    with tempfile.TemporaryDirectory() as scratch:
        encoder = load_encoder(None, Path(scratch))
        cards = encoder.encode_documents(read_field(Path(folder) / "service_cards.jsonl", "standard_question"))
        queries = encoder.encode_queries(read_field(Path(folder) / "service_questions.jsonl", "text")[:QUERIES])
        results = [_measure(_grown(cards, size), queries, Path(scratch)) for size in SIZES]
    _show(results)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2), encoding="utf-8")


def _grown(vectors: Vectors, size: int) -> Vectors:
    """`size` unit rows: the real ones first, then real ones moved by noise to a cosine of about 0.95."""
    rng = np.random.default_rng(0)
    more = vectors[rng.integers(0, len(vectors), max(0, size - len(vectors)))]
    noise = rng.standard_normal(more.shape, np.float32) * (0.33 / np.sqrt(vectors.shape[1]))
    grown: Vectors = np.concatenate([vectors, more + noise])[:size].astype(np.float32)
    grown /= np.linalg.norm(grown, axis=1, keepdims=True)
    return grown


def _measure(vectors: Vectors, queries: Vectors, scratch: Path) -> dict[str, Any]:
    index, ids = FaissIndex(vectors.shape[1]), np.arange(len(vectors))
    built = seconds(lambda: index.put(ids, vectors))
    exact = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    found = index.search(queries, 10).ids
    singles = [seconds(lambda query=query: index.search(query[None], 10)) for query in queries]
    tenth = ids[::10]
    limited = [seconds(lambda query=query: index.search(query[None], 10, tenth)) for query in queries[:50]]
    replaced = [seconds(lambda at=at: index.put(ids[at : at + 10], vectors[at : at + 10])) for at in range(0, 200, 10)]
    saved = seconds(lambda: save_snapshot(index, scratch, "bench", 0))
    begun = time.perf_counter()
    load_snapshot(scratch, "bench", vectors.shape[1])
    return {
        "vectors": len(vectors),
        "recall10": float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact, found, strict=True)])),
        "search_p50_ms": float(np.percentile(singles, 50)) * 1000,
        "search_p99_ms": float(np.percentile(singles, 99)) * 1000,
        "search_tenth_allowed_p50_ms": float(np.percentile(limited, 50)) * 1000,
        "replace_10_p50_ms": float(np.percentile(replaced, 50)) * 1000,
        "build_s": built,
        "save_s": saved,
        "load_s": time.perf_counter() - begun,
        "processors_busy": os.getloadavg()[0],
    }


def _show(results: list[dict[str, Any]]) -> None:
    table = Table(title="vector index (FAISS, 16-bit, 384-d)")
    for field in results[0]:
        table.add_column(field, justify="right")
    for result in results:
        table.add_row(*(f"{value:.4g}" if isinstance(value, float) else str(value) for value in result.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
