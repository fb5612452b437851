"""docs/api.md names every route with who may use it, every error code, and shows requests that work."""

import json
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.errors import STATUS_AND_CODE
from api.failures import _BY_STATUS
from api.lookup_models import SuggestOut

DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
_FILES = {
    "cards": "标准问,回复\n怎么退货,七天内可退\n",
    "conversations": "会话编号,平台,店铺,角色,内容\nc9,京东,mian,顾客,在吗\n",
}
_BLOCKS = re.findall(r"```bash\n(.*?)```", DOC, re.DOTALL)
_COMMANDS = [command for block in _BLOCKS for command in re.split(r"^curl -s ", block, flags=re.MULTILINE)[1:]]


def test_every_route_is_described_and_no_other(built_application: FastAPI) -> None:
    described = set(re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \|", DOC, re.MULTILINE))
    paths = built_application.openapi()["paths"]
    assert described == {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_every_error_code_is_described_under_its_status() -> None:
    lines = dict(re.findall(r"^\| (\d{3}) \| (.+) \|$", DOC, re.MULTILINE))
    known = {*STATUS_AND_CODE.values(), *((status, code) for status, (code, _) in _BY_STATUS.items())}
    known |= {(500, "internal"), (503, "database_busy"), (507, "disk_full")}
    assert {(int(status), code) for status, line in lines.items() for code in re.findall(r"`([a-z_]+)`", line)} == known


def test_the_answer_shown_is_one_the_api_could_give() -> None:
    [answer] = [block for block in re.findall(r"```json\n(.*?)```", DOC, re.DOTALL) if "suggestion_id" in block]
    SuggestOut.model_validate(json.loads(answer))


@pytest.mark.usefixtures("shops")
def test_the_requests_shown_are_understood(ask) -> None:
    client: TestClient = ask()
    sent = []
    for command in _COMMANDS:
        path = re.search(r"\$HUASHU([^\s\"]+)", command)
        method = re.search(r"-X ([A-Z]+)", command)
        body = re.search(r"-d '(\{.*\})'", command, re.DOTALL)
        assert path is not None
        if "-F" in command:
            content = _FILES["conversations" if "conversations" in path[1] else "cards"]
            file = {"file": ("file.csv", content.encode())}
            answer = client.post(path[1], files=file)
        elif "-G" in command:
            answer = client.get(path[1], params=dict(re.findall(r"(?:-d|--data-urlencode) (\w+)=(\S+)", command)))
        else:
            answer = client.request(
                method[1] if method else "POST", path[1], json=json.loads(body[1]) if body else None
            )
        sent.append((path[1], answer.status_code))
    assert [one for one in sent if one[1] not in (200, 201, 204) and "/events" not in one[0]] == []
    assert len(sent) >= 11
