"""A custom rule that runs too long: the run goes on without it, switches it off and says so."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlmodel import Session

from api.services import Services
from app.inspection import StoredInspector
from coaching.actor import Actor
from coaching.inspection.custom.keeping import create_rule, get_rule, switch_on
from coaching.inspection.custom.rule_memory import OVERRUNS
from coaching.inspection.custom.trying import Tried
from coaching.inspection.pending import Wanted
from tests.coaching.inspection.custom.rules_written import written
from tests.coaching.inspection.stored import RUDE, findings, keep
from tests.conftest import NOW

LEAD = Actor("account:1", NOW, "梁主管", leads=True)


def _silent(_name: str, _total: int | None) -> Callable[[int], None]:
    return lambda _count: None


def _on(session: Session, pattern: str) -> str:
    definition = written({"operator": "regex", "pattern": pattern})
    rule_id = create_rule(session, definition, LEAD).rule_id
    switch_on(session, rule_id, Tried(definition, (), 0, 0, 0, 0, (), False, None), LEAD)
    session.commit()
    return rule_id


def test_a_rule_that_runs_too_long_is_switched_off_and_told_and_the_others_go_on(
    session: Session, services: Services
) -> None:
    endless, other = _on(session, "(?:哈|哈哈)+。"), _on(session, "不会看吗")
    for number in range(OVERRUNS):
        keep(session, f"c{number}", *RUDE, f"A {'哈' * 90}")
    keep(session, "other", *RUDE)
    zone = ZoneInfo("Asia/Shanghai")
    inspector = StoredInspector(services.engine, services.catalogue, services.inspection, services.clock, zone)
    report = inspector.run(Wanted(), _silent)
    [told] = report.told()["switched_off"]
    assert endless in told
    assert (report.stored.conversations, report.faulty) == (OVERRUNS + 1, 0)
    assert len(findings(session, other)) == len(findings(session, "rude")) == OVERRUNS + 1
    assert get_rule(session, endless, LEAD).version_on is None
