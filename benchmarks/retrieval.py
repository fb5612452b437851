"""Retrieval on real service questions: ``python -m benchmarks.retrieval``.

Imports ``service_cards.jsonl`` from the folder in HUASHU_BENCH_DATA and asks its ``service_questions.jsonl`` through
the product's own retrieval; a suggestion is right when its card carries the question's tag. Beside it, in the same
run, plain dense search, with a paired bootstrap interval of the gain.
"""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.card_import import CardFile, ImportOrder
from app.composition import Parts, open_parts, present
from app.settings import Settings
from benchmarks.sample_knowledge import quietly
from kb.search.catalogue import Catalogue
from kb.search.retrieval import find_cards
from kb.search.scope import Scope
from kb.text.folding import fold

RESULTS = Path(__file__).parent / "results" / "retrieval.json"
_RESAMPLES = 2_000


def main() -> None:
    """Measures, prints, and writes benchmarks/results/retrieval.json."""
    folder = os.environ.get("HUASHU_BENCH_DATA")
    if not folder or not Path(folder).is_dir():
        print("retrieval: not measured (HUASHU_BENCH_DATA names no folder)")
        return
    questions = [
        json.loads(line) for line in (Path(folder) / "service_questions.jsonl").read_text("utf-8").splitlines()
    ]
    cards = CardFile(Path(folder) / "service_cards.jsonl", "service_cards.jsonl")
    with TemporaryDirectory() as directory, open_parts(Settings(data_dir=Path(directory))) as parts:
        parts.importer.run(ImportOrder([cards], "benchmark", parts.settings.zone, publish=True), quietly)
        found = measure(parts, questions)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


def measure(parts: Parts, questions: list[dict[str, str]]) -> dict[str, Any]:
    """top-1 and recall@5 of the product and of plain dense search, with a paired bootstrap interval of the gain."""
    catalogue = parts.catalogue(quietly)
    folded = [fold(question["text"]) for question in questions]
    vectors = catalogue.encoder.encode_queries(folded)
    ours, dense = [], []
    for question, text, vector in zip(questions, folded, vectors, strict=True):
        ranked = find_cards(catalogue, text, vector, Scope(), present())[:5]
        ours.append(_hits(catalogue, [one.signals.card_id for one in ranked], question["tag"]))
        hits = catalogue.index.search(vector[np.newaxis], 40)
        entries = [catalogue.entry_of_question(key) for key in hits.ids[0].tolist()]
        nearest = list(dict.fromkeys(entry.card_id for entry in entries if entry is not None))[:5]
        dense.append(_hits(catalogue, nearest, question["tag"]))
    product, plain = np.array(ours, dtype=np.int64), np.array(dense, dtype=np.int64)
    halves = np.arange(len(questions)) % 2
    return {
        "questions": len(questions),
        "product_top1_recall5": product.mean(axis=0).round(4).tolist(),
        "product_even_half": product[halves == 0].mean(axis=0).round(4).tolist(),
        "product_odd_half": product[halves == 1].mean(axis=0).round(4).tolist(),
        "dense_top1_recall5": plain.mean(axis=0).round(4).tolist(),
        "gain_interval_95": {
            name: _interval(product[:, at] - plain[:, at]) for at, name in enumerate(("top1", "recall5"))
        },
    }


def _hits(catalogue: Catalogue, card_ids: list[int], tag: str) -> tuple[bool, bool]:
    entries = [catalogue.entry(card_id) for card_id in card_ids]
    right = [entry is not None and tag in entry.tags for entry in entries]
    return right[0], any(right)


def _interval(differences: NDArray[np.int64]) -> list[float]:
    chance = np.random.default_rng(7)
    means = [chance.choice(differences, len(differences)).mean() for _ in range(_RESAMPLES)]
    return [round(float(value), 4) for value in np.percentile(means, [2.5, 97.5])]


if __name__ == "__main__":
    main()
