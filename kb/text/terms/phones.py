"""A mobile number in a reply, when it is not the courier's, the fitter's or the customer's own. Pure."""

import re
from collections.abc import Iterator

from kb.text.personal.numbers import find_phones

_RIGHTFUL = re.compile(
    "快递|派送|派件|配送|骑手|司机|师傅|站点|网点|驿站|物流|安装|维修|退货|退回|寄回|换货|收件|收货|"
    "核对|确认|尾号|您的|你的|您(?:留|填|预留)|预留|登记|订单|售后地址"
)
_REACH = 30


def phone_hits(shadow: str) -> Iterator[tuple[int, int]]:
    """Spans of mobile numbers without a word near them that gives the number a rightful place."""
    for span in find_phones(shadow):
        around = shadow[max(0, span.start - _REACH) : span.end + 12]
        if not _RIGHTFUL.search(around):
            yield span.start, span.end
