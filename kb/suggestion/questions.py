"""From a conversation to the questions that wait for an answer. Pure.

A customer types in bursts ("你好" · "裤子小了" · "能换吗 运费谁出"): the burst is read as one text,
cut where a new question begins, and what is only a statement goes along with the question it belongs to.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.suggestion.acts import Act, act_of, without_greeting
from kb.text.folding import fold

Role = Literal["customer", "agent", "bot", "system"]

MAX_QUESTIONS = 4
"""Questions answered at once; what a longer message asks beyond that stays with the last one."""
MAX_QUESTION_CHARS = 300
"""A question is looked up by its last characters; long pastes end with what is asked."""
_MAX_BURST_CHARS = 2_000

_CUE = re.compile(
    r"吗|么|嘛|呢|[?？]|多久|多少|多大|多长|多重|什么|什麼|啥|哪|怎|咋|能不能|可不可以|可以不|是不是|有没有|有沒有|"
    r"会不会|要不要|行不行|是否|几|幾|谁|誰|为何|为什么|如何|没有啊|能否|多高|怎样|还没|不了|没收到|求|帮我|我要|想要"
)
_HARD_BREAK = re.compile(r"[!！。;；\n\r]+")
_SOFT_BREAK = re.compile(r"[,，、\s]+|(?=还有就?是?|另外|顺便|再问|以及|对了)")
_OPENER = re.compile(r"^(?:还有就?是?|另外|顺便问?一?下?|再问一?下?|以及|对了|然后|那个|就是)+[,，\s]*")
_EMPTY_WORDS = re.compile(
    r"那|呢|吗|么|嘛|啊|呀|的|了|这个|那个|这|它|多久|多少|怎么|咋|什么|啥|可以|能|行|要|是|哪|几|天|时候|钱|不|没|有|都|"
    r"会|也|还|就|吧|我|你|们|您|请问|一下|大概|一般|需要|办|样|如果|要是|呐|哦|亲|到底|么|点"
)

_ANOTHER = re.compile(r"(?:那么?|要是|如果|换成|至于)?(?P<what>.{1,8}?)(?:的话)?[呢咧哩]")


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    role: Role
    text: str


def waiting_texts(messages: Sequence[Said]) -> list[str]:
    """The customer's messages after the last answer; where none waits, the last ones they wrote."""
    talk = [message for message in messages if message.role != "system"]
    while talk and talk[-1].role != "customer":
        talk.pop()
    burst: list[str] = []
    while talk and talk[-1].role == "customer":
        burst.insert(0, talk.pop().text)
    return burst


def earlier_question(messages: Sequence[Said]) -> str:
    """What the customer asked before the waiting burst; empty where they had asked nothing."""
    waiting = len(waiting_texts(messages))
    asked = [message.text for message in messages if message.role == "customer"]
    before = [text for text in asked[: len(asked) - waiting] if act_of(text) is None]
    return without_greeting(before[-1])[-MAX_QUESTION_CHARS:] if before else ""


def split_questions(burst: Sequence[str]) -> list[str]:
    """The questions of a burst in order, each with the statements that belong to it; at least one."""
    text = "\n".join(burst)[-_MAX_BURST_CHARS:]
    pieces = [piece for line in _HARD_BREAK.split(_marked(text)) for piece in _softly(line)]
    pieces = [cleaned for piece in pieces if (cleaned := _cleaned(piece))]
    questions: list[str] = []
    statement: list[str] = []
    for piece in pieces:
        statement.append(piece)
        if _CUE.search(piece):
            questions.append(",".join(statement).rstrip("?？"))
            statement = []
    if statement:
        # What follows the last question explains it; without any question it is the question.
        questions[-1:] = [",".join([*questions[-1:], *statement])]
    questions[MAX_QUESTIONS - 1 :] = [",".join(questions[MAX_QUESTIONS - 1 :])] * (len(questions) >= MAX_QUESTIONS)
    return [question[-MAX_QUESTION_CHARS:] for question in questions] or [text.strip()[-MAX_QUESTION_CHARS:]]


def says_little(question: str) -> bool:
    """Whether a question ("那多久呢") means nothing without what was said before."""
    return len(_EMPTY_WORDS.sub("", re.sub(r"\W", "", fold(question)))) <= 1


def names_another(question: str) -> bool:
    """Whether a question only names something else to ask the same about ("那换货呢", "信用卡呢？")."""
    named = _ANOTHER.fullmatch(re.sub(r"[\s?？。!！~～]", "", question))
    return named is not None and not _CUE.search(named["what"]) and not says_little(question)


def _marked(text: str) -> str:
    """A break after each question mark, which stays with its piece as a cue."""
    return re.sub(r"([?？]+)", r"\1\n", text)


def _softly(line: str) -> list[str]:
    """Cuts at commas, blanks and connecting words, but only between two pieces that both ask."""
    parts = [part for part in _SOFT_BREAK.split(line) if part and not _is_courtesy(part)]
    pieces: list[str] = []
    for part in parts:
        if pieces and not (_CUE.search(pieces[-1]) and _CUE.search(part) and not says_little(part)):
            pieces[-1] = f"{pieces[-1]},{part}"
        else:
            pieces.append(part)
    return pieces


def _is_courtesy(part: str) -> bool:
    """Whether a part only greets or thanks; words that may also state something ("没有了") stay."""
    act = act_of(part)
    return act in (Act.GREETING, Act.NO_CONTENT) or (
        act is Act.THANKS and re.search(r"[谢謝]|辛苦|^好", part) is not None
    )


def _cleaned(piece: str) -> str:
    text = _OPENER.sub("", piece.strip(" ,，、"))
    if not text or act_of(text) in (Act.GREETING, Act.THANKS, Act.NO_CONTENT):
        return ""
    return without_greeting(text)
