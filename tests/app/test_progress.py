import io

from app.cli.progress import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_a_line_comes_every_few_seconds() -> None:
    now, out = 0.0, io.StringIO()
    with progress(out, lambda: now) as stages:
        advance = stages("计算向量", 100)
        for _ in range(100):
            now += 0.1
            advance(1)
    lines = out.getvalue().splitlines()
    assert lines[0] == "计算向量…"
    assert lines[1] == "计算向量 30/100（30%），约剩 7 秒"
    assert len(lines) == 4


def test_nothing_is_said_of_work_there_is_none_of() -> None:
    out = io.StringIO()
    with progress(out) as stages:
        stages("计算向量", 0)
    assert out.getvalue() == ""


def test_on_a_terminal_there_is_a_bar() -> None:
    out = _Terminal()
    with progress(out) as stages:
        stages("读取", None)(7)
        stages("计算向量", 100)(100)
    assert "计算向量" in out.getvalue()
    assert "100/100" in out.getvalue()
