"""The README's commands do what it says: each is run on the example shown there, the request on a real server."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.commands import main
from tests.app.processes import ROOT, environment, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
_CARDS = re.search(r"```csv\n(.*?)```", README, re.DOTALL)
_CONVERSATIONS = re.search(
    r"```csv\n(.*?)```", (ROOT / "docs" / "conversation-files.md").read_text(encoding="utf-8"), re.DOTALL
)
_BLOCKS = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
_SHOWN = [line for block in _BLOCKS for line in block.splitlines() if line.startswith(".venv/bin/huashu ")]
_EXAMPLES = re.findall(r"\| `(\.venv/bin/huashu [^`]+)` \|$", README, re.MULTILINE)
_REQUEST = next(block for block in _BLOCKS if "curl" in block)


def _arguments(command: str) -> list[str]:
    return shlex.split(command)[1:]


@pytest.fixture
def beside_the_cards(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like the source folder, with the documents' examples saved as `cards.csv` and `conversations.csv`."""
    assert _CARDS is not None
    (tmp_path / "cards.csv").write_text(_CARDS[1], encoding="utf-8")
    assert _CONVERSATIONS is not None
    (tmp_path / "conversations.csv").write_text(_CONVERSATIONS[1], encoding="utf-8")
    golden = tmp_path / "tests" / "golden" / "questions_test.jsonl"
    golden.parent.mkdir(parents=True)
    # The first questions show that the command runs; what all of them give, the benchmarks say.
    questions = (ROOT / golden.relative_to(tmp_path)).read_text(encoding="utf-8").splitlines()[:20]
    golden.write_text("\n".join(questions), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUASHU_DATA_DIR", str(data_dir))
    return tmp_path


def test_every_command_of_the_readme_runs(beside_the_cards: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for command in [*_SHOWN, *(one for one in _EXAMPLES if _arguments(one) != ["serve"])]:
        with pytest.raises(SystemExit) as ended:
            main(_arguments(command))
        told = capsys.readouterr()
        assert ended.value.code == 0, f"{command}\n{told.err}"
        said.append(told.out)
    assert len(said) == len(_SHOWN) + len(_EXAMPLES) - 1
    checked, imported, suggested = said[:3]
    assert "新增 2 行，更新 0 行，未变 0 行，拒绝 0 行" in checked
    assert "新增 2 行，更新 0 行，未变 0 行，拒绝 0 行" in imported
    assert "48 小时" in suggested
    assert "没有把握" not in suggested
    assert (beside_the_cards / "all-cards.xlsx").exists()
    assert (beside_the_cards / "huashu-backup.zip").exists()


def test_request_of_the_readme_is_answered(beside_the_cards: Path, data_dir: Path) -> None:
    bash, curl = shutil.which("bash"), shutil.which("curl")
    assert bash, "the README's commands are for bash"
    assert curl, "the README's request needs curl: apt-get install curl"
    folder = beside_the_cards / ".venv" / "bin"
    folder.mkdir(parents=True)
    huashu = folder / "huashu"
    huashu.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n', encoding="utf-8")
    huashu.chmod(0o755)
    with serving(data_dir) as server:
        answered = subprocess.run(
            [bash, "-euc", _REQUEST.replace("http://127.0.0.1:8000", server.url)],
            env=environment(data_dir) | {"no_proxy": "127.0.0.1", "PATH": os.environ["PATH"]},
            cwd=beside_the_cards,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert answered.returncode == 0, answered.stderr
    found = json.loads(answered.stdout)
    assert (found["questions"], found["abstained"], found["reason"]) == (["少发了一件怎么办"], True, "no_match")
