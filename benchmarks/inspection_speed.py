"""How fast conversations are inspected: ``python -m benchmarks.inspection_speed``.

All of ``conversations.jsonl`` from the folder in HUASHU_BENCH_DATA in one pass, and one new message of a conversation
that goes on, against the bundled cards. Memory is that of this process at its highest.
"""

import json
import os
import resource
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlmodel import Session

from app.composition import Parts, present
from benchmarks.sample_knowledge import quietly, sample_parts
from coaching.conversations.transcript import Line, Transcript
from coaching.inspection.inspector import Inspector
from coaching.inspection.known_cards import CatalogueKnowledge, LookupMemory
from coaching.inspection.vector_memory import VectorMemory
from kb.vocabulary import Platform

RESULTS = Path(__file__).parent / "results" / "inspection_speed.json"
LIVE = 40
"""Conversations of which every agent's message is inspected as it comes."""


def main() -> None:
    """Measures, prints, and writes benchmarks/results/inspection_speed.json."""
    folder = os.environ.get("HUASHU_BENCH_DATA")
    if not folder or not Path(folder).is_dir():
        print("inspection_speed: not measured (HUASHU_BENCH_DATA names no folder)")
        return
    transcripts = list(read_transcripts(Path(folder) / "conversations.jsonl"))
    with sample_parts() as parts:
        found = measure(parts, transcripts)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


def read_transcripts(path: Path) -> Iterator[Transcript]:
    """The conversations of a JSONL file of the contract, without times."""
    for written in path.read_text("utf-8").splitlines():
        one = json.loads(written)
        lines = tuple(Line(at, line["role"], line["text"]) for at, line in enumerate(one["messages"]))
        yield Transcript(lines, Platform(one["platform"]))


def measure(parts: Parts, transcripts: list[Transcript]) -> dict[str, Any]:
    """Seconds and findings of one pass; milliseconds of one new message; MiB at the highest."""
    catalogue = parts.catalogue(quietly)
    with Session(parts.engine) as session:
        knowledge = CatalogueKnowledge(session, catalogue, present(), LookupMemory())
        inspector = Inspector(VectorMemory(parts.encoder), knowledge, present())
        started, cpu_started = perf_counter(), process_time()
        rules: Counter[str] = Counter()
        for inspection in inspector.inspect_many(transcripts):
            rules.update(finding.rule for finding in inspection.findings)
        took_s, cpu_s = perf_counter() - started, process_time() - cpu_started
        fresh = CatalogueKnowledge(session, catalogue, present(), LookupMemory())
        live = sorted(_live(Inspector(VectorMemory(parts.encoder), fresh, present()), transcripts[:LIVE]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {
        "conversations": len(transcripts),
        "messages": sum(len(transcript.lines) for transcript in transcripts),
        "one_pass_s": round(took_s, 1),
        "one_pass_cpu_s": round(cpu_s, 1),
        "peak_mib": round(peak),
        "live_messages": len(live),
        "live_p50_ms": round(statistics.median(live), 1),
        "live_p95_ms": round(live[int(len(live) * 0.95)], 1),
        "findings": dict(rules.most_common()),
    }


def _live(inspector: Inspector, transcripts: list[Transcript]) -> Iterator[float]:
    """Milliseconds per agent's message, each inspected with what was written before it, as a live page does."""
    for transcript in transcripts:
        for line in transcript.lines:
            so_far = replace(transcript, lines=transcript.lines[: line.index + 1], finished=False)
            started = perf_counter()
            inspector.inspect(so_far)
            if line.role == "agent":
                yield (perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
