"""The fast engine computes what the reference does, and its stored weights are checked before use."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.calibration import SENTENCES
from embeddings.nano_engine import NanoEngine
from embeddings.onnx_engine import LOWEST_COSINE, OnnxEngine, UnfitEngineError, load_onnx_engine
from embeddings.sealed_file import read_sealed, write_sealed

ROOT = Path(__file__).parents[2]
JUDGED = (Path(__file__).parent / "judged_sentences.txt").read_text(encoding="utf-8").splitlines()
PROMPT = "query: "


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache after three processes that started at once, each of which printed what it computed."""
    folder = tmp_path_factory.mktemp("cache") / "models"
    program = f"""
from pathlib import Path
from embeddings.onnx_engine import load_onnx_engine
print(load_onnx_engine(Path({str(folder)!r}), 2).encode(["退款到哪了"], "query: ")[0, :4].tolist())
"""
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = {process.communicate(timeout=240)[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(said) == 1
    return folder


@pytest.fixture(scope="module")
def engine(cache: Path) -> OnnxEngine:
    return load_onnx_engine(cache, 2)


def test_processes_that_start_at_once_leave_one_model_and_no_litter(cache):
    assert sorted(path.suffix for path in cache.iterdir() if path.name != ".lock") == [".json", ".onnx"]


def test_judged_sentences_are_not_those_it_was_calibrated_on():
    assert len(set(JUDGED)) >= 50
    assert not set(JUDGED) & set(SENTENCES)


@pytest.mark.parametrize("company", [1, len(JUDGED)], ids=["alone", "together"])
def test_vectors_are_those_of_the_reference(engine, company):
    reference = NanoEngine(2).encode(JUDGED, PROMPT)
    groups = [JUDGED[start : start + company] for start in range(0, len(JUDGED), company)]
    ours = np.concatenate([engine.encode(group, PROMPT) for group in groups])
    assert (ours * reference).sum(axis=1).min() >= LOWEST_COSINE


def test_nearest_neighbours_are_those_of_the_reference(engine):
    """Near ties may swap, nothing else: what it puts first is by the reference within 0.005 of the best."""
    ours, reference = (
        vectors @ vectors.T - 2 * np.eye(len(JUDGED))
        for vectors in (engine.encode(JUDGED, PROMPT), NanoEngine(2).encode(JUDGED, PROMPT))
    )
    chosen = reference[np.arange(len(JUDGED)), ours.argmax(axis=1)]
    assert (reference.max(axis=1) - chosen).max() < 0.005


@pytest.mark.parametrize("harm", ["weights", "seal"])
def test_damaged_weights_are_unpacked_again(cache, tmp_path, harm):
    model = next(cache.glob("*.onnx"))
    copy, seal = tmp_path / model.name, tmp_path / model.with_suffix(".json").name
    whole = model.read_bytes()
    copy.write_bytes(whole[:-1] if harm == "weights" else whole)
    seal.write_bytes(model.with_suffix(".json").read_bytes() if harm == "weights" else b"{}")
    load_onnx_engine(tmp_path, 2)
    assert len(copy.read_bytes()) == len(whole)
    assert read_sealed(seal)[0]["model_sha256"]


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert load_onnx_engine(tmp_path / "file" / "cache", 2).encode(["退款"], PROMPT).shape == (1, 384)


def test_a_machine_that_computes_other_vectors_is_told_so(cache, tmp_path):
    model = next(cache.glob("*.onnx"))
    (tmp_path / model.name).hardlink_to(model)
    header, contents = read_sealed(model.with_suffix(".json"))
    header["reference"] = [row[::-1] for row in header["reference"]]
    write_sealed(tmp_path / model.with_suffix(".json").name, header, contents)
    with pytest.raises(UnfitEngineError, match="cosine"):
        load_onnx_engine(tmp_path, 2)
