"""A real server beside real commands on the same data."""

import json
import signal
import socket
from pathlib import Path
from typing import Any

import httpx

from app.serving import bind
from app.settings import Settings
from tests.app import processes
from tests.app.conftest import Huashu
from tests.app.processes import Server, free_port, serving, until

HORSE = {"external_id": "horse", "standard_question": "木马摇椅多大的孩子能坐", "replies": ["一岁半到四岁。"]}
KITE = {"external_id": "kite", "standard_question": "风筝线有多长", "replies": ["三百米。"]}


def _file(folder: Path, *cards: dict[str, Any]) -> Path:
    file = folder / f"{cards[0]['external_id']}.jsonl"
    file.write_text("\n".join(json.dumps(card, ensure_ascii=False) for card in cards), encoding="utf-8")
    return file


def _suggested(server: Server, token: str, text: str) -> dict[str, Any]:
    answer = httpx.post(
        f"{server.url}/api/v1/suggest",
        json={"messages": [{"role": "customer", "text": text}]},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _answers(server: Server, token: str, card: dict[str, Any], reply: str | None = None) -> bool:
    found = _suggested(server, token, card["standard_question"])
    if found["abstained"]:
        return False
    best = found["suggestions"][0]
    return best["external_id"] == card["external_id"] and reply in (None, best["replies"][0]["text"])


def test_commands_of_other_processes_are_followed_while_serving(data_dir: Path, tmp_path: Path, huashu: Huashu) -> None:
    backup = tmp_path / "saved.zip"
    assert huashu("import-cards", _file(tmp_path, HORSE), "--publish").code == 0
    token = huashu("create-token", "--role", "agent").out.strip()
    with serving(data_dir) as server:
        assert _answers(server, token, HORSE, "一岁半到四岁。")

        assert huashu("backup", backup).code == 0
        changed = {**HORSE, "replies": ["两岁到五岁。"]}
        assert huashu("import-cards", _file(tmp_path, changed, KITE), "--publish").code == 0
        # The command's end is later than its commit: whoever asks now is inside the two seconds.
        until(lambda: _answers(server, token, KITE), 2)
        assert _answers(server, token, HORSE, "两岁到五岁。")

        assert huashu("restore", backup).code == 0
        until(lambda: _answers(server, token, HORSE, "一岁半到四岁。"), 2)
        assert not _answers(server, token, KITE)
        assert huashu("import-cards", _file(tmp_path, KITE), "--publish").code == 0
        until(lambda: _answers(server, token, KITE), 2)

        port = server.url.rsplit(":", 1)[1]
        again = processes.huashu(data_dir, "serve", HUASHU_PORT=port)
        assert again.returncode == 1
        assert again.stderr.splitlines()[-1].startswith("错误：无法监听 127.0.0.1:" + port)

        assert server.stop(signal.SIGTERM) == 0
        said = server.log.read_text()
    assert "index snapshot of 2 vectors saved" in said
    assert "Traceback" not in said
    assert HORSE["standard_question"] not in said, "texts of customers are not logged"


def test_ctrl_c_ends_the_server_in_good_order(data_dir: Path) -> None:
    with serving(data_dir) as server:
        assert server.stop(signal.SIGINT) == 0
        assert "Traceback" not in server.log.read_text()
        assert (data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


def test_answers_are_not_held_back_by_nagles_algorithm() -> None:
    # asyncio sets TCP_NODELAY only on sockets that name their protocol; without it every answer takes 40 ms longer.
    with bind(Settings(port=free_port())) as taken:
        assert taken.proto == socket.IPPROTO_TCP
