"""People who build rules."""

import pytest

from coaching.actor import Actor
from tests.conftest import NOW


@pytest.fixture
def lead() -> Actor:
    return Actor("account:1", NOW, "梁主管", leads=True)


@pytest.fixture
def lead_of_mian() -> Actor:
    return Actor("account:2", NOW, "棉语主管", frozenset({"mian"}), leads=True)
