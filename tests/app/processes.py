"""Real processes of the program, as people start them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S = 90.0
"""Patience with a machine that does other things too; how quick a start is, the benchmarks say."""


@dataclass
class Server:
    """A running `huashu serve`."""

    process: subprocess.Popen[str]
    url: str
    log: Path

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends it and gives its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    """What a process sees: this machine's path and the settings."""
    given = {"HUASHU_DATA_DIR": data_dir, **settings}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "OMP_NUM_THREADS") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"} | {name: str(value) for name, value in given.items()}


def huashu(data_dir: Path, *arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        env=environment(data_dir, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@contextmanager
def serving(data_dir: Path, *arguments: str, **settings: object) -> Iterator[Server]:
    """A server that is ready; killed at the end if it still runs."""
    port = free_port()
    log = data_dir.parent / f"serve-{port}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *arguments],
            env=environment(data_dir, HUASHU_PORT=port, **settings),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        until(lambda: _is_ready(server), START_S)
        yield server
    finally:
        process.kill()
        process.wait()


def until(is_so: Callable[[], bool], within_s: float) -> float:
    """Waits until something is so; how long it took, in seconds."""
    started = time.monotonic()
    while not is_so():
        took = time.monotonic() - started
        assert took < within_s, f"not so within {within_s:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - started


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def _is_ready(server: Server) -> bool:
    assert server.process.poll() is None, server.log.read_text()
    try:
        with urllib.request.urlopen(f"{server.url}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
