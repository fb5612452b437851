"""Rule 4: every public domain error has a row in the one table that maps errors to status and code.

Without it a new error would reach people as a 500 that says nothing.
"""

import inspect
from types import ModuleType

import pytest

import api.errors
import coaching.errors
import embeddings.errors
import kb.errors


def _errors(module: ModuleType) -> list[type[Exception]]:
    return [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == module.__name__
    ]


@pytest.mark.parametrize(
    "kind", [kind for module in (kb.errors, coaching.errors, embeddings.errors, api.errors) for kind in _errors(module)]
)
def test_domain_error_has_its_status_and_code(kind: type[Exception]) -> None:
    status, code = api.errors.STATUS_AND_CODE[kind]
    assert 400 <= status < 600
    assert code == code.lower()
    assert code
