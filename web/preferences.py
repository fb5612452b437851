"""Language and theme, kept in the reader's browser."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from web.messages import Language
from web.visits import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, get_visit, keep_choice, own_address, see_other

router = APIRouter(include_in_schema=False)


@router.post("/preferences", dependencies=[Depends(get_visit)])
def choose(
    lang: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Keeps what was chosen and goes back."""
    response = see_other(own_address(next))
    if lang in set(Language):
        keep_choice(response, LANGUAGE_COOKIE, lang)
    if theme in THEMES:
        keep_choice(response, THEME_COOKIE, theme)
    return response
