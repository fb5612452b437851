"""Rule 7: every string on a page is in the catalogue, Chinese and English both complete."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from api.errors import STATUS_AND_CODE
from api.identity import ROLE_TERMS
from coaching.conversations.columns import COLUMNS
from coaching.inspection.browsing import ScoreBand
from coaching.inspection.rule import DIMENSION_TERMS
from coaching.inspection.rules import RULES
from coaching.inspection.tables import Status as FindingStatus
from coaching.strain import Sign
from kb.suggestion.acts import Act
from kb.vocabulary import ALL_INTENTS, KIND_TERMS, PHASE_TERMS, PLATFORM_TERMS, STATUS_TERMS
from web.messages import Language, catalogue, knows, say
from web.rendering import FOLDER

CHINESE = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
USED = re.compile(r"""(?:\bt|\bsay|_problem)\(\s*f?['"]([a-z_.0-9{}]+)['"](\s*~)?""")
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))
SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
MODULES = sorted(FOLDER.glob("*.py"))
PARSES_CHINESE = {"transcript.py"}
"""Reads the marks that people put before a line; shows nothing."""


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}", text))


def test_both_languages_have_the_same_messages_with_the_same_placeholders() -> None:
    chinese, english = catalogue(Language.ZH), catalogue(Language.EN)
    assert chinese.keys() == english.keys()
    assert [key for key in chinese if placeholders(chinese[key]) != placeholders(english[key])] == []
    assert [key for key in chinese if not chinese[key].strip() or not english[key].strip()] == []


@pytest.mark.parametrize("language", Language)
def test_no_key_is_written_twice(language: Language) -> None:
    """YAML keeps the last of two silently."""
    text = (FOLDER / "messages" / f"{language}.yaml").read_text(encoding="utf-8")
    keys = re.findall(r"^([^\s:#]+):", text, re.MULTILINE)
    assert [key for key, times in Counter(keys).items() if times > 1] == []


@pytest.mark.parametrize("file", [*TEMPLATES, *SCRIPTS], ids=lambda file: file.name)
def test_no_template_or_script_holds_chinese_text_of_its_own(file: Path) -> None:
    assert CHINESE.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_no_module_shows_chinese_text_of_its_own(file: Path) -> None:
    code = re.sub(r'"""[\s\S]*?"""|#.*', "", file.read_text(encoding="utf-8"))
    assert file.name in PARSES_CHINESE or set(CHINESE.findall(code)) <= {"、"}


@pytest.mark.parametrize("file", [*TEMPLATES, *MODULES], ids=lambda file: file.name)
def test_every_message_that_is_named_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    plain = {key for key, joined in USED.findall(text) if not joined and "{" not in key}
    assert {key for key in plain if not knows(key)} == set()


def test_every_word_of_the_domain_has_its_message_and_the_chinese_one_is_the_domains() -> None:
    terms = {
        **{f"kind.{code}": term for code, term in KIND_TERMS.items()},
        **{f"phase.{code}": term for code, term in PHASE_TERMS.items()},
        **{f"status.{code}": term for code, term in STATUS_TERMS.items()},
        **{f"platform.{code}": term for code, term in PLATFORM_TERMS.items()},
        **{f"role.{code}": term for code, term in ROLE_TERMS.items()},
        **{f"intent.{name}": name for name in ALL_INTENTS},
        **{f"rule.{rule.id}": rule.term for rule in RULES},
        **{f"dimension.{code}": term for code, term in DIMENSION_TERMS.items()},
        **{f"strain.{sign}": sign.term for sign in Sign},
    }
    assert {key: say(Language.ZH, key) for key in terms} == terms


def test_every_code_that_a_page_may_be_told_has_its_message() -> None:
    codes = {code for _, code in STATUS_AND_CODE.values()} - {"not_logged_in"}
    cautions = ("expires_soon", "high_risk", "unverified_source", "other_phase", "unfilled_variable")
    wanted = chain(
        (f"failure.code.{code}" for code in codes),
        (f"caution.{code}" for code in cautions),
        (f"suggestions.{state}" for state in (*Act, "no_match", "found", "empty")),
        (f"job.{status}" for status in ("waiting", "running", "done", "failed")),
        (f"fate.{fate}" for fate in ("created", "updated", "unchanged", "refused")),
        (f"gap.reason.{reason}" for reason in ("no_match", "unused")),
        (f"tip.{rule.id}" for rule in RULES),
        (f"band.{band}" for band in ScoreBand),
        (f"talks.column.{column.field}" for column in COLUMNS),
        (f"finding.status.{status}" for status in FindingStatus if status != FindingStatus.OPEN),
        (f"sureness.{word}" for word in ("sure", "likely", "maybe")),
    )
    assert [key for key in wanted if not knows(key)] == []


def test_no_message_is_dead() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (*TEMPLATES, *MODULES))
    built = ("kind.", "phase.", "status.", "platform.", "role.", "intent.", "failure.", "caution.", "suggestions.")
    built += (
        "job.",
        "fate.",
        "gap.reason.",
        "notice.",
        "level.",
        "theme.",
        "keys.",
        "import.column.",
        "said.",
        "filter.",
        "rule.",
        "tip.",
        "dimension.",
        "strain.",
        "band.",
        "sureness.",
        "finding.status.",
        "talks.column.",
        "talks.created_",
        "talk.",
        "way.",
        "severity.",
        "verdict.",
        "kappa.",
        "decision.reason.",
        "review.role.",
        "appeal.state.",
        "calibration.state.",
        "calibration.verdict.",
        "calibration.on.",
        "case.kind.",
        "mystery.state.",
        "box.kind.",
        "box.status.",
        "operator.",
        "rule_state.",
        "rule_field.",
    )
    names = [key for key in catalogue(Language.ZH) if not key.startswith(built)]
    assert [key for key in names if f"'{key}'" not in sources and f'"{key}"' not in sources] == []
