from datetime import datetime
from zoneinfo import ZoneInfo

from kb.content import CardContent


def test_time_in_the_gap_of_a_clock_change_comes_back_as_itself() -> None:
    # Shanghai had summer time in 1987: 02:00 on 12 April never struck.
    gap = datetime(1987, 4, 12, 2, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    written = CardContent(standard_question="多久发货", replies=("快",), valid_until=gap)
    read = CardContent.model_validate_json(written.model_dump_json())
    assert read == written
