"""How well weak replies are found: ``python -m benchmarks.inspection``.

On ``conversations_labelled.jsonl`` with ``weak_replies.jsonl`` from the folder in HUASHU_BENCH_DATA: an agent's message
named by any rule counts as flagged; messages on which readers differ (`disputed`) are left out. Conversations are
split in halves by a hash of their id: thresholds that would have been chosen on one are reported on the other, beside
those that are shipped. On ``answers.jsonl``: the area under the curve of `answer_score_01`, beside the cosine alone,
split by question. The bundled cards are at hand, as on a first start.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import Session

from app.composition import Parts, present
from benchmarks.inspection_speed import read_transcripts
from benchmarks.sample_knowledge import quietly, sample_parts
from coaching.inspection.answering import answer_score_01
from coaching.inspection.inspector import Inspector
from coaching.inspection.known_cards import CatalogueKnowledge, LookupMemory
from coaching.inspection.rule_sets import BUNDLED, RuleSet
from coaching.inspection.vector_memory import VectorMemory
from embeddings import Encoder
from kb.text.folding import fold

RESULTS = Path(__file__).parent / "results" / "inspection.json"
_RESAMPLES = 2_000
_GRID = tuple(step / 20 for step in range(6, 19))
_PRECISE = 0.6
"""Precision asked of what an agent sees without a reviewer's confirmation."""


@dataclass(frozen=True)
class Judged:
    """An agent's message that readers agree on."""

    conversation: str
    half: int
    is_weak: bool
    confidence_01: float
    """The highest of any rule; 0 where none names it."""
    rules: tuple[str, ...]


def main() -> None:
    """Measures, prints, and writes benchmarks/results/inspection.json."""
    folder = os.environ.get("HUASHU_BENCH_DATA")
    if not folder or not Path(folder).is_dir():
        print("inspection: not measured (HUASHU_BENCH_DATA names no folder)")
        return
    with sample_parts() as parts:
        found = {
            mode: measure(judged(parts, Path(folder), finished=mode == "finished")) for mode in ("finished", "live")
        }
        found["answers"] = measure_answers(parts.encoder, _lines(Path(folder) / "answers.jsonl"))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


def judged(parts: Parts, folder: Path, *, finished: bool) -> list[Judged]:
    """Every labelled message with what the rules as shipped make of it."""
    verdicts = {(one["conversation_id"], one["message_index"]): one for one in _lines(folder / "weak_replies.jsonl")}
    names = [one["conversation_id"] for one in _lines(folder / "conversations_labelled.jsonl")]
    transcripts = [replace(one, finished=finished) for one in read_transcripts(folder / "conversations_labelled.jsonl")]
    with Session(parts.engine) as session:
        knowledge = CatalogueKnowledge(session, parts.catalogue(quietly), present(), LookupMemory())
        inspector = Inspector(VectorMemory(parts.encoder), knowledge, present(), [_everything(one) for one in BUNDLED])
        inspections = list(inspector.inspect_many(transcripts))
    found = []
    for name, transcript, inspection in zip(names, transcripts, inspections, strict=True):
        for line in transcript.lines:
            verdict = verdicts.get((name, line.index))
            if verdict is None or verdict["gold"] == "disputed":
                continue
            hits = [one for one in inspection.findings if line.index in one.hit.message_index]
            sure = max((one.hit.confidence_01 for one in hits), default=0.0)
            rules = tuple(one.rule for one in hits)
            found.append(Judged(name, _half(name), verdict["gold"] == "weak", sure, rules))
    return found


def _everything(rule_set: RuleSet) -> RuleSet:
    return replace(rule_set, review_from_01=0.0)


def measure(messages: Sequence[Judged]) -> dict[str, Any]:
    """At the shipped thresholds on all and on each half; and with thresholds chosen on one half, on the other."""
    review, show = BUNDLED[0].review_from_01, BUNDLED[0].show_from_01
    halves = [[one for one in messages if one.half == half] for half in (0, 1)]
    parted = {"all": messages, "half_0": halves[0], "half_1": halves[1]}
    return {
        "messages": len(messages),
        "weak": sum(one.is_weak for one in messages),
        "review_from_01": review,
        "show_from_01": show,
        "at_review": {name: _scores(part, review) for name, part in parted.items()},
        "at_show": {name: _scores(part, show) for name, part in parted.items()},
        "f1_at_review_95": _interval(messages, lambda part: _scores(part, review)["f1"]),
        "precision_at_show_95": _interval(messages, lambda part: _scores(part, show)["precision"]),
        "chosen_on_the_other_half": [
            {
                "reported_on": f"half_{1 - half}",
                "review": _chosen(halves[half], halves[1 - half], _best_f1),
                "show": _chosen(halves[half], halves[1 - half], _precise),
            }
            for half in (0, 1)
        ],
        "rules_at_review": _by_rule(messages, review),
    }


def _scores(messages: Iterable[Judged], threshold_01: float) -> dict[str, float]:
    both = [(one.confidence_01 >= threshold_01, one.is_weak) for one in messages]
    hit = sum(flagged and weak for flagged, weak in both)
    flagged = sum(flagged for flagged, _ in both)
    weak = sum(weak for _, weak in both)
    precision, recall = hit / max(1, flagged), hit / max(1, weak)
    f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
    return {"flagged": flagged, "precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def _chosen(
    seen: Sequence[Judged], unseen: Sequence[Judged], choose: Callable[[Sequence[Judged]], float]
) -> dict[str, float]:
    threshold = choose(seen)
    return {"threshold": threshold, **_scores(unseen, threshold)}


def _best_f1(messages: Sequence[Judged]) -> float:
    return max(_GRID, key=lambda threshold: _scores(messages, threshold)["f1"])


def _precise(messages: Sequence[Judged]) -> float:
    """The lowest threshold from which on precision is what agents are owed, with a margin of 0.1."""
    enough = [threshold for threshold in _GRID if _scores(messages, threshold)["precision"] >= _PRECISE + 0.1]
    return min(enough, default=_GRID[-1])


def _interval(messages: Sequence[Judged], score: Callable[[list[Judged]], float]) -> list[float]:
    """The middle 95 % over conversations drawn anew, seeded."""
    by_name: dict[str, list[Judged]] = {}
    for one in messages:
        by_name.setdefault(one.conversation, []).append(one)
    groups = list(by_name.values())
    chance = np.random.default_rng(4)
    drawn = [
        score([one for at in chance.integers(0, len(groups), len(groups)) for one in groups[at]])
        for _ in range(_RESAMPLES)
    ]
    return [round(float(value), 3) for value in np.percentile(drawn, (2.5, 97.5))]


def _by_rule(messages: Sequence[Judged], threshold_01: float) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in messages:
        if one.confidence_01 >= threshold_01:
            for rule in one.rules:
                counts = found.setdefault(rule, {"weak": 0, "fine": 0})
                counts["weak" if one.is_weak else "fine"] += 1
    return dict(sorted(found.items()))


def measure_answers(encoder: Encoder, pairs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Area under the curve for telling replies that answer, all and by half of the questions."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair["question"], pair["reply"])))
    vectors = dict(zip(texts, encoder.encode_queries([fold(text) for text in texts]), strict=True))
    cosines = [float(vectors[pair["question"]] @ vectors[pair["reply"]]) for pair in pairs]
    scores = [answer_score_01(pair["question"], pair["reply"], one) for pair, one in zip(pairs, cosines, strict=True)]
    answers = np.array([pair["answers"] for pair in pairs])
    halves = np.array([_half(pair["question"]) for pair in pairs])
    parts = {"all": halves >= 0, "half_0": halves == 0, "half_1": halves == 1}
    return {
        "pairs": len(pairs),
        "auc": {name: _auc(np.array(scores)[part], answers[part]) for name, part in parts.items()},
        "auc_of_cosine": {name: _auc(np.array(cosines)[part], answers[part]) for name, part in parts.items()},
    }


def _auc(scores: Any, truth: Any) -> float:
    """How often a right one outranks a wrong one, ties counted half."""
    right, wrong = scores[truth][:, None], scores[~truth][None, :]
    return round(float(((right > wrong) + 0.5 * (right == wrong)).mean()), 3)


def _half(name: str) -> int:
    return blake2b(name.encode(), digest_size=8).digest()[0] % 2


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


if __name__ == "__main__":
    main()
