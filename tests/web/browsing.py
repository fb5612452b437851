"""A browser without scripts, and a reader of forms, for the tests of pages."""

import re
from typing import Any

from fastapi.testclient import TestClient

from api.deps import CSRF_FIELD

HTMX = {"HX-Request": "true"}


class Browser(TestClient):
    """A person's browser without scripts; posts forms with the page's own token."""

    csrf = ""

    def submit(self, address: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        """Posts a form and shows the answer without following it."""
        data = {CSRF_FIELD: self.csrf, **(fields or {})}
        return self.post(address, data=data, follow_redirects=False, **more)


def field(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, f"no field {name}"
    return found[1]
