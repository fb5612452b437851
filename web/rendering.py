"""Views into HTML. A view is a frozen dataclass that names its template; its fields are all the template sees.

Besides its fields a template has `t` (a message), `show` (another view inside this one), `static` (the
address of a file) and `icon`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from web.messages import Language, say

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
ICONS = "vendor/bootstrap-icons/icons.svg"


class View(Protocol):
    """What one template shows."""

    template: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


def render(view: View, language: Language) -> str:
    """The view's HTML."""
    return _render(view, partial(say, language))


@cache
def environment() -> Environment:
    """The templates' environment: everything is escaped, a missing name is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(show=_show, static=static_address, icon=_icon)
    return made


@cache
def static_address(path: str) -> str:
    """Address of a static file; changes with its content, so that browsers may keep it for good."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _render(view: View, t: Callable[..., str]) -> str:
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return environment().get_template(view.template).render(values, t=t)


@pass_context
def _show(context: Context, view: View) -> Markup:
    return Markup(_render(view, context["t"]))


def _icon(name: str) -> Markup:
    # Decoration beside words: hidden from screen readers. `name` is always ours.
    address = Markup.escape(static_address(ICONS))
    return Markup(f'<svg class="icon" aria-hidden="true"><use href="{address}#{name}"></use></svg>')
