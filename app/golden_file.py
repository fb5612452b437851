"""Golden sets as files: JSONL, one question a line."""

from pathlib import Path

from pydantic import ValidationError

from app.errors import WrongInputError
from kb.evaluating import GoldenQuestion


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions of a file, in order; blank lines are left out.

    Raises:
        WrongInputError: a line is no golden question, or there is none.
    """
    golden = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise WrongInputError(f"{path}：不是 UTF-8 文本，请另存为 UTF-8 后重试。") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            golden.append(GoldenQuestion.model_validate_json(line))
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "这一行"
            raise WrongInputError(
                f'{path} 第 {number} 行：{field} 不对；每行应是 {{"text": "…", "card": "编号或 null"}}。'
            ) from error
    if not golden:
        raise WrongInputError(f"{path}：里面没有测试题。")
    return golden
