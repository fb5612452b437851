"""docs/knowledge.md tells trainers numbers and names that stand in the code; where either moves, this fails."""

import re

from kb.card_checks import MIN_REPLIES, MIN_SIMILAR_QUESTIONS, VARIABLES
from kb.feedback import UNUSED_AFTER
from kb.search.ranking import CONFIDENT
from kb.suggestion.suggesting import EXPIRES_SOON, PHRASINGS
from kb.vocabulary import STATUS_TERMS
from tests.rules.source_files import ROOT
from web.messages import Language, catalogue
from web.suggestion_views import SURE

DOC = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")
CHINESE, ENGLISH = DOC.split("\n## English\n")


def test_levels_of_confidence_are_those_of_the_program() -> None:
    assert f"| {SURE} 以上 | 有把握 |" in CHINESE
    assert f"| {CONFIDENT}–{SURE} | 多半是 |" in CHINESE
    assert f"From {SURE} on it is shown as *有把握*, from {CONFIDENT} as *多半是*" in ENGLISH
    assert f"No card at {CONFIDENT}" in ENGLISH


def test_amounts_are_those_of_the_program() -> None:
    days, minutes = EXPIRES_SOON.days, int(UNUSED_AFTER.total_seconds() // 60)
    for said in (f"至少 {MIN_SIMILAR_QUESTIONS} 条", f"{MIN_REPLIES}–3 种", f"前 {PHRASINGS} 种", f"不到 {days} 天"):
        assert said in CHINESE
    assert f"{minutes} 分钟内" in CHINESE
    for said in (f"at least {MIN_SIMILAR_QUESTIONS}", f"first {PHRASINGS}", f"last {days} days", f"{minutes} minutes"):
        assert said in ENGLISH


def test_every_variable_is_named_and_no_other() -> None:
    assert set(re.findall(r"`\{([^{}…]+)\}`", CHINESE)) == VARIABLES


def test_every_status_and_warning_has_its_word() -> None:
    for status, term in STATUS_TERMS.items():
        assert f"| {term} |" in CHINESE
        assert f"| `{status}` |" in ENGLISH
    words = {key: text for key, text in catalogue(Language.ZH).items() if key.startswith("caution.")}
    warnings = CHINESE.split("### 提醒")[1].split("###")[0]
    rows = dict(re.findall(r"^\| (\S+) `([a-z_]+)` \|", warnings, re.MULTILINE))
    assert {f"caution.{code}": word for word, code in rows.items()} == words


def test_every_reason_of_a_gap_is_explained() -> None:
    reasons = {key.removeprefix("gap.reason.") for key in catalogue(Language.ZH) if key.startswith("gap.reason.")}
    explained = CHINESE.split("### 知识缺口")[1]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", explained, re.MULTILINE)) == reasons
    assert all(f"`{reason}`:" in ENGLISH for reason in reasons)
