"""What kind of thing a customer's message is, before anything is looked up. Pure.

Only messages that are nothing but a greeting, thanks or a call for a person are named; a greeting
in front of a question is stripped by `questions.py`.
"""

import re
from enum import StrEnum

from kb.text.folding import fold, has_content


class Act(StrEnum):
    """Kinds of message that are not questions about shop or goods."""

    GREETING = "greeting"
    THANKS = "thanks"
    HANDOFF = "handoff"
    NO_CONTENT = "no_content"


_CALL = r"(?:亲爱的|亲亲?|客服|客服小姐姐|小姐姐|美女|帅哥|老板|掌柜的?|店家|卖家|商家|大佬|宝子?|小二|您|你们|你)"
_PARTICLE = r"(?:呀|啊|呢|哦|哈|嘛|吗|么|不|没|了|的|啦|喽|咯|喔|噢|哇|~|～|!|\?|,|\.|。|、|\s)"
_GREETINGS = (
    r"(?:你好|您好|妳好|哈喽|哈啰|哈罗|嗨|hello|hi|hey|在吗|在不在?|在么|在嘛|在没|在|有人吗?|有人在|有没有人|"
    r"早上好|上午好|中午好|下午好|晚上好|早安|早|晚安|打扰一?下?|打扰了|请问|请问一下|咨询一?下?|我想咨询一?下?|"
    r"想问一?下?|问一?下?|问你?个?问题|有个?问题|滴滴|呼叫|喂)"
)
_THANKS = (
    r"(?:谢谢?|多谢|感谢|谢啦|3q|thx|thanks?|thankyou|thank you|辛苦|辛苦了|麻烦你?了?|太好了|明白|知道|了解|收到|"
    r"好的?|好滴|好哒|好嘞|嗯+|哦+|噢+|ok|okk|可以|行|没事|没问题|不用|不客气|再见|拜拜?|88|886|那就这样|先这样|没有了|没了)"
)
_PERSON = r"(?:人工客服|真人客服|人工|真人|活人|客服人员|人工服务|主管|经理|负责人|店长)"
_HANDOFF = re.compile(
    rf"(?:{_CALL}|我要?|我想|给我|帮我|能不能|可以|请|麻烦|快|直接|叫|让|有没有|是不是|不要机器人|别机器人){{0,4}}"
    rf"(?:转接?到?|接|找|要|换|来|叫|呼叫|联系|有)?(?:一?个|下|一下|你们)?{_PERSON}(?:{_PARTICLE}|来|出来|服务|处理|回复|在|说话|接待|聊)*"
)
_GREETING = re.compile(rf"(?:{_CALL}|{_PARTICLE})*(?:{_GREETINGS}(?:{_CALL}|{_PARTICLE})*)+")
_CALL_ONLY = re.compile(rf"(?:{_CALL}{_PARTICLE}*){{1,2}}")
# Not "吗", "么", "没", "不" or "?": with them "好了" and "可以" are questions.
_MILD = r"(?:呀|啊|呢|哦|哈|嘛|的|了|啦|喽|咯|喔|噢|哇|~|～|!|,|\.|。|、|\s)"
_THANKING = re.compile(rf"(?:{_CALL}|{_MILD})*(?:{_THANKS}(?:{_CALL}|{_MILD})*)+")
_LEADING_GREETING = re.compile(
    rf"^(?:{_CALL}|{_PARTICLE})*(?:(?:你好|您好|哈喽|嗨|hello|hi|在吗|在不在|早上好|上午好|下午好|晚上好|打扰一?下|"
    rf"请问一?下?|咨询一?下|想问一?下|问一?下|谢谢)(?:{_CALL}|{_PARTICLE})*)+"
)
_MAX_CHARS = 40
"""Longer messages say more than an act; also bounds the work of the patterns."""


def act_of(text: str) -> Act | None:
    """The act of a whole message, or None for a question or statement that is to be looked up."""
    if not has_content(text):
        return Act.NO_CONTENT
    folded = fold(text)
    if len(folded) > _MAX_CHARS:
        return None
    if _HANDOFF.fullmatch(folded):
        return Act.HANDOFF
    if _GREETING.fullmatch(folded) or _CALL_ONLY.fullmatch(folded):
        return Act.GREETING
    if _THANKING.fullmatch(folded):
        return Act.THANKS
    return None


def without_greeting(text: str) -> str:
    """The text without a greeting in front; unchanged where nothing else would remain."""
    greeting = _LEADING_GREETING.match(text[:_MAX_CHARS])
    rest = text[greeting.end() :].lstrip("，,。.!！~～ ") if greeting else text
    return rest if has_content(rest) else text
