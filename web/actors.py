"""The visitor as whoever acts on the coaching half, and the fields of forms whose names are not known beforehand."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from api import acting
from coaching.actor import Actor
from web.visits import Visit


def actor_of(visit: Visit) -> Actor:
    """Who acts, now."""
    return acting.actor_of(visit.who, visit.services)


async def get_fields(request: Request) -> Mapping[str, str]:
    """The text fields of the form that was sent; of several with one name the last."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


AnyFields = Annotated[Mapping[str, str], Depends(get_fields)]
