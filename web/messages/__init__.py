"""What pages say, in Chinese and English: one YAML file per language with the same keys, none missing in either."""

from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


class Language(StrEnum):
    """A language pages can speak."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """For the `lang` attribute (BCP 47)."""
        return "zh-CN" if self is Language.ZH else "en"


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every message of one language by key."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as file:
        messages: dict[str, str] = yaml.safe_load(file)
    return messages


def say(language: Language, key: str, **values: object) -> str:
    """One message with its `{placeholders}` filled.

    Raises:
        KeyError: no such message, or a placeholder without a value.
    """
    return catalogue(language)[key].format(**values)


def knows(key: str) -> bool:
    """Whether there is such a message."""
    return key in catalogue(Language.ZH)
