"""A conversation as one text, as people paste it: who says a line stands in front of it. Pure.

`客:`, `顾客:`, `买家:` begin what the customer says, `我:`, `客服:` what the agent says. Lines without a
speaker belong to the one before; a text without any speakers is the customer's, one message a line.
"""

import re
from collections.abc import Iterable

from kb.suggestion.questions import Role, Said

_SPEAKERS: dict[str, Role] = {
    "客": "customer", "顾客": "customer", "买家": "customer", "客户": "customer", "用户": "customer",
    "顧客": "customer", "買家": "customer", "customer": "customer", "buyer": "customer",
    "我": "agent", "客服": "agent", "商家": "agent", "卖家": "agent", "賣家": "agent", "店家": "agent",
    "agent": "agent", "me": "agent",
    "机器人": "bot", "機器人": "bot", "bot": "bot", "系统": "system", "系統": "system", "system": "system",
}  # fmt: skip
_SPOKEN = re.compile(rf"\s*({'|'.join(sorted(_SPEAKERS, key=len, reverse=True))})\s*[:：]\s*(.*)", re.IGNORECASE)
MARKS: dict[Role, str] = {"customer": "客", "agent": "我", "bot": "机器人", "system": "系统"}


def read_transcript(text: str) -> list[Said]:
    """The messages in order; blank lines are left out."""
    messages: list[Said] = []
    is_spoken = False
    for line in text.splitlines():
        if not line.strip():
            continue
        match = _SPOKEN.fullmatch(line)
        if match:
            is_spoken = True
            messages.append(Said(_SPEAKERS[match[1].lower()], match[2].strip()))
        elif is_spoken:
            last = messages.pop()
            messages.append(Said(last.role, f"{last.text}\n{line.strip()}".strip()))
        else:
            messages.append(Said("customer", line.strip()))
    return [message for message in messages if message.text]


def write_transcript(messages: Iterable[Said]) -> str:
    """The same as one text, so that reading it gives the messages back."""
    return "\n".join(f"{MARKS[message.role]}: {_lines(message.text)}" for message in messages)


def _lines(text: str) -> str:
    """Lines as they are; one that would be taken for a speaker's goes behind the line before it."""
    written = ""
    for line in filter(None, (part.strip() for part in text.splitlines())):
        glue = " " if _SPOKEN.fullmatch(line) else "\n"
        written = f"{written}{glue}{line}" if written else line
    return written
