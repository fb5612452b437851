"""Rule 6: every template has a frozen dataclass as its context; rendered keys equal its fields."""

import hashlib
import importlib
import json
import pkgutil
import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import pytest
from jinja2 import meta

import web
from web.messages import Language
from web.rendering import FOLDER, ICONS, STATIC, environment, render, static_address

TEMPLATES = sorted(file.name for file in (FOLDER / "templates").glob("*.html"))
PROVIDED = {"t", "show", "static", "icon"}
LAYOUT = "layout.html"


def views() -> dict[str, Any]:
    """View classes by template."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(web.__path__, "web."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and isinstance(vars(thing).get("template"), str):
                assert found.setdefault(thing.template, thing) is thing, f"two views of {thing.template}"
    return found


def names_in(template: str) -> set[str]:
    source = (FOLDER / "templates" / template).read_text(encoding="utf-8")
    tree = environment().parse(source)
    names = meta.find_undeclared_variables(tree) - PROVIDED
    for parent in meta.find_referenced_templates(tree):
        assert parent is not None
        names |= names_in(parent)
    return names


def test_every_template_has_a_view_and_every_view_a_template() -> None:
    assert set(views()) | {LAYOUT} == set(TEMPLATES)


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != LAYOUT])
def test_a_template_uses_exactly_the_fields_of_its_view(template: str) -> None:
    view = views()[template]
    assert view.__dataclass_params__.frozen
    assert names_in(template) == {field.name for field in fields(view)}


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_form_that_writes_carries_the_token(template: str) -> None:
    source = (FOLDER / "templates" / template).read_text(encoding="utf-8")
    forms = re.findall(r'<form[^>]*method="post"[\s\S]*?</form>', source)
    assert [form[:80] for form in forms if 'name="csrf_token"' not in form] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_in_a_template_runs_or_styles_inline(template: str) -> None:
    source = (FOLDER / "templates" / template).read_text(encoding="utf-8")
    assert re.findall(r"\son\w+=|\sstyle=|<style|hx-on|javascript:|\|\s*safe", source) == []
    assert re.findall(r"""(?:src|href|action)="(?:https?:)?//""", source) == []


@dataclass(frozen=True)
class Hostile:
    template: ClassVar[str] = "failure_part.html"

    heading: str = "<script>alert(1)</script>"
    message: str = '"><img src=x onerror=alert(1)>'
    advice: str = "' onclick='alert(1)"


def test_text_is_never_taken_for_markup() -> None:
    html = render(Hostile(), Language.ZH)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_icons_used_are_exactly_those_in_the_sprite() -> None:
    used = set()
    for template in TEMPLATES:
        used |= set(
            re.findall(r"icon\('([a-z0-9-]+)'\)", (FOLDER / "templates" / template).read_text(encoding="utf-8"))
        )
    assert set(re.findall(r'id="([a-z0-9-]+)"', (STATIC / ICONS).read_text(encoding="utf-8"))) == used


def test_vendored_files_are_the_ones_that_are_listed() -> None:
    folder = STATIC / "vendor"
    listed = {one["file"]: one["sha256"] for one in json.loads((folder / "VENDORED.json").read_text(encoding="utf-8"))}
    there = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.suffix in (".js", ".css", ".svg")
    }
    assert there == listed


def test_a_static_address_changes_with_the_content() -> None:
    digest = hashlib.sha256((STATIC / "app.css").read_bytes()).hexdigest()
    assert static_address("app.css") == f"/static/app.css?v={digest[:12]}"
