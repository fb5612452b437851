"""What a start loads and what it leaves for later: torch takes longer than all the rest together."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.serving import completing
from embeddings.ports import Vectors
from tests.app.processes import ROOT, environment, huashu

HORSE = {"external_id": "horse", "standard_question": "木马摇椅多大的孩子能坐", "replies": ["一岁半到四岁。"]}
HEAVY = {"torch", "sentence_transformers", "transformers", "onnxruntime", "faiss", "dbos"}
_COMMAND = """
import sys
from app.cli import main
try:
    main(sys.argv[1:])
finally:
    print("loaded", *sys.modules)
"""
_SERVER = """
import sys
import threading
from app.composition import open_parts
from app.serving import completing, running
from app.settings import Settings
with open_parts(Settings()) as parts:
    catalogue = parts.catalogue(lambda _name, _total: lambda _count: None)
    with completing(parts.encoder, after_s=0) as complete, running(parts, catalogue):
        print(len(catalogue), "torch" in sys.modules, "dbos" in sys.modules)
        complete()
        [thread.join() for thread in threading.enumerate() if thread.name == "encoder"]
    print(type(parts.encoder.model).__name__, "torch" in sys.modules)
"""


def _run(program: str, data_dir: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment(data_dir),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _loaded_by(data_dir: Path, *arguments: str) -> set[str]:
    """The heavy ones of all modules that a command had loaded when it ended."""
    return HEAVY & set(_run(_COMMAND, data_dir, *arguments).rpartition("\nloaded ")[2].split())


@pytest.fixture
def prepared(data_dir: Path, tmp_path: Path) -> Path:
    """A data directory with one published card that has been asked before: every vector it takes is there."""
    file = tmp_path / "horse.jsonl"
    file.write_text(json.dumps(HORSE, ensure_ascii=False), encoding="utf-8")
    imported = huashu(data_dir, "import-cards", file, "--publish")
    assert imported.returncode == 0, imported.stderr
    asked = huashu(data_dir, "suggest", HORSE["standard_question"])
    assert asked.returncode == 0, asked.stderr
    return data_dir


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["suggest", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy(data_dir: Path, arguments: list[str]) -> None:
    assert _loaded_by(data_dir, *arguments) == set()


def test_commands_that_ask_no_model_load_none(data_dir: Path) -> None:
    assert _loaded_by(data_dir, "create-token", "--role", "agent") == set()


def test_a_suggestion_and_an_import_that_changes_nothing_need_no_torch(prepared: Path, tmp_path: Path) -> None:
    light = {"onnxruntime", "faiss"}
    assert _loaded_by(prepared, "suggest", HORSE["standard_question"]) == light
    assert _loaded_by(prepared, "import-cards", str(tmp_path / "horse.jsonl"), "--publish") <= light


def test_a_second_start_answers_before_torch_is_there_and_then_loads_it(prepared: Path) -> None:
    assert _run(_SERVER, prepared).splitlines() == ["1 False False", "SentenceTransformer True"]


class FakeEncoder:
    """Answers, and cannot store anything."""

    model_id, dimension = "fake", 2

    def __init__(self) -> None:
        self.asked_to_store = threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 2), np.float32)

    def encode_documents(self, *_arguments: object) -> Vectors:
        self.asked_to_store.set()
        raise ImportError("torch is half installed")


def test_an_encoder_that_cannot_load_all_of_itself_is_reported_and_the_server_lives(
    caplog: pytest.LogCaptureFixture,
) -> None:
    encoder = FakeEncoder()
    with completing(encoder, after_s=0) as complete:
        complete()
        assert encoder.asked_to_store.wait(10)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "torch is half installed" in caplog.text


def test_a_server_that_ends_soon_loads_no_more() -> None:
    encoder = FakeEncoder()
    with completing(encoder, after_s=3600) as complete:
        complete()
    assert not encoder.asked_to_store.is_set()


def test_a_server_that_never_listened_ends_too() -> None:
    encoder = FakeEncoder()
    with completing(encoder, after_s=0):
        pass
    assert not encoder.asked_to_store.is_set()
