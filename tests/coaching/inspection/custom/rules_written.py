"""Definitions that the tests of custom rules share."""

from typing import Any

from coaching.inspection.custom.definition import Definition

KEYWORDS = {"operator": "keywords", "any": ["您等着就行"]}


def written(where: dict[str, Any] | None = None, **fields: Any) -> Definition:
    """A sound definition with this condition."""
    return Definition.model_validate(
        {
            "term": "让顾客等着",
            "description": "只让顾客等，没有说等什么",
            "dimension": "solving",
            "where": where or KEYWORDS,
            "examples_hit": ["顾客：怎么还没到\n客服：您等着就行"],
            "examples_miss": ["顾客：怎么还没到\n客服：帮您查下，五分钟回您"],
            **fields,
        }
    )
