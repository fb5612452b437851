"""Pages ask the API's own routes, so that who may see what is decided once; this reads what they answer."""

import json
from typing import Any

from starlette.responses import JSONResponse


def told(response: JSONResponse) -> Any:
    """The JSON of a route's answer."""
    return json.loads(bytes(response.body))
