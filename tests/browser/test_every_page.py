"""Every page: accessible in both themes, in both languages, on desk and phone, without a sideways scroll."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from api.identity import Role
from tests.browser.conftest import DESK, PHONE, Site, become

PAGES = {
    "workbench": "/",
    "suggestions": "/?text=收到是碎的怎么办?快递到哪了?",
    "no answer": "/?text=寄到月球要几天qwx",
    "search": "/search?q=退换",
    "cards": "/cards",
    "no cards": "/cards?q=没有这些字",
    "card": "/cards/1",
    "hostile card": "/search?q=坏卡片",
    "import": "/cards/import",
    "gaps": "/gaps",
    "conversations": "/conversations",
    "no conversations": "/conversations?score=none",
    "conversation": "/conversations/1",
    "hostile conversation": "/conversations/2",
    "conversation import": "/conversations/import",
    "inspection": "/inspection?weeks=12",
    "no reviews": "/reviews?way=risk",
    "reviews": "/reviews",
    "review": "/conversations/1/review",
    "hostile review": "/conversations/2/review",
    "appeals": "/appeals",
    "calibrations": "/calibrations",
    "precision": "/rules/precision",
    "rules": "/rules",
    "new rule": "/rules/new",
    "cases": "/cases",
    "new case": "/cases/new?conversation=1&message=2",
    "mystery": "/mystery",
    "suggestion box": "/box",
    "samples": "/samples/remove",
    "not found": "/nowhere",
}


@pytest.fixture
def admin(context: BrowserContext, page: Page, site: Site) -> Page:
    become(context, site, Role.ADMIN)
    return page


def check(page: Page) -> None:
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], f"scrolls sideways: {width}"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def check_both_themes(page: Page) -> None:
    """The theme follows the system's while nobody chose one: the page need not be loaded again."""
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        check(page)
    assert len(grounds) == 2, "the page does not follow the system's theme"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_accessible_and_fits(admin: Page, site: Site, path: str, size: dict[str, int]) -> None:
    admin.set_viewport_size(size)
    admin.goto(site.address + path)
    check_both_themes(admin)
    found = admin.locator("#tab-found")
    if size is PHONE and found.count():
        admin.locator("label", has=found).click()
        check_both_themes(admin)


def test_the_login_page_is_accessible(context: BrowserContext, page: Page, site: Site) -> None:
    context.clear_cookies()
    for path in ("/login", "/login/link/unknown"):
        page.goto(site.address + path)
        check_both_themes(page)


def test_the_open_menu_and_the_cheat_sheet_are_accessible(admin: Page, site: Site) -> None:
    admin.goto(f"{site.address}/?lang=en")
    expect(admin.locator("html")).to_have_attribute("lang", "en")
    admin.locator(".menu:not(.more-places) > summary").click()
    check(admin)
    admin.locator("[data-open=keys]").click()
    check(admin)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_archiving_asks_once_more(admin: Page, site: Site, size: dict[str, int]) -> None:
    admin.set_viewport_size(size)
    admin.goto(f"{site.address}/cards/2")
    sure = admin.get_by_role("button", name="确认下架")
    expect(sure).to_be_hidden()
    admin.locator(".sure summary").click()
    expect(sure).to_be_in_viewport(ratio=1)
    check(admin)
    admin.keyboard.press("Escape")
    expect(sure).to_be_hidden()


def test_a_lead_decides_by_keys_and_keeps_what_is_typed_beside(admin: Page, site: Site) -> None:
    admin.goto(f"{site.address}/conversations/1/review")
    waiting = admin.locator("[data-decision=open]")
    before = waiting.count()
    assert before >= 2
    admin.locator("[name=comment_attitude]").fill("语气生硬")
    admin.locator("h1").click()
    admin.keyboard.press("c")
    expect(waiting).to_have_count(before - 1)
    admin.keyboard.press("r")
    admin.keyboard.type("语境里是合适的")
    admin.keyboard.press("Enter")
    expect(waiting).to_have_count(before - 2)
    expect(admin.locator(".decision-line", has_text="语境里是合适的")).to_have_count(1)
    expect(admin.locator("[name=comment_attitude]")).to_have_value("语气生硬")
    check(admin)


def test_a_calibration_compares_what_people_gave(admin: Page, site: Site) -> None:
    admin.goto(f"{site.address}/calibrations?conversation=1")
    admin.locator("[name=title]").fill("态度校准")
    admin.get_by_role("button", name="发起", exact=True).click()
    check_both_themes(admin)
    admin.locator("[name=score_attitude]").fill("100")
    admin.get_by_role("button", name="交评分").click()
    admin.locator("summary", has_text="结束校准").click()
    admin.get_by_role("button", name="结束并公布").click()
    expect(admin.locator(".comparison")).to_contain_text("服务态度")
    check_both_themes(admin)


def test_the_menu_of_further_pages_is_accessible(admin: Page, site: Site) -> None:
    for size in (DESK, PHONE):
        admin.set_viewport_size(size)
        admin.goto(f"{site.address}/box")
        admin.locator(".more-places summary").click()
        expect(admin.get_by_role("link", name="复核队列")).to_be_in_viewport(ratio=1)
        check(admin)


def test_a_trainer_imports_a_spreadsheet_and_an_agent_has_it_at_once(
    context: BrowserContext, page: Page, site: Site, tmp_path: Path
) -> None:
    sheet = tmp_path / "新卡.csv"
    sheet.write_text(
        "标准问,相似问,回复\n可以开收据吗,能给张收据不,收据会随包裹寄出。\n,,没有标准问\n", encoding="utf-8"
    )
    become(context, site, Role.TRAINER)
    page.goto(f"{site.address}/cards")
    page.get_by_role("link", name="导入表格").click()
    page.locator("#file").set_input_files(sheet)
    page.get_by_role("button", name="检查每一行").click()
    expect(page.locator(".counts")).to_contain_text("新建")
    expect(page.locator("table").first).to_contain_text("标准问")
    check(page)
    page.get_by_role("button", name="导入并发布").click()
    expect(page.locator(".done")).to_contain_text("新建 1")
    become(context, site, Role.AGENT)
    page.goto(site.address)
    page.locator("#text").fill("能给张收据不")
    expect(page.locator(".card-item .words").first).to_have_text("收据会随包裹寄出。")


def test_the_search_page_copies_by_key(context: BrowserContext, page: Page, site: Site) -> None:
    assert context
    page.goto(f"{site.address}/search?q=取件码")
    page.keyboard.press("Alt+1")
    expect(page.locator("#toast")).to_have_text("已复制")
    words = page.locator(".card-item.is-open .phrasing.is-chosen .words").inner_text()
    assert page.evaluate("navigator.clipboard.readText()") == words
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card-item.is-open")).to_have_attribute("data-rank", "2")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_agent_s_own_pages_are_accessible_and_fit(
    context: BrowserContext, page: Page, site: Site, size: dict[str, int]
) -> None:
    become(context, site, Role.AGENT, "lin")
    page.set_viewport_size(size)
    for path in ("/my/conversations", "/conversations/1"):
        page.goto(site.address + path)
        expect(page.locator("[data-finding]").first).to_be_visible()
        check_both_themes(page)


def test_findings_are_walked_through_by_key(admin: Page, site: Site) -> None:
    admin.goto(f"{site.address}/conversations/1")
    findings = admin.locator("[data-finding]")
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        admin.keyboard.press(key)
        expect(findings.nth(place)).to_be_focused()
        expect(findings.nth(place)).to_be_in_viewport()
    better = admin.locator("[data-finding]:focus details")
    expect(better).not_to_have_attribute("open", "")
    admin.keyboard.press("o")
    expect(better).to_have_attribute("open", "")
    check(admin)
    admin.locator("#seek").focus()
    admin.keyboard.type("jo")
    expect(admin.locator("#seek")).to_have_value("jo")


def test_on_a_phone_a_finding_stands_under_its_message(admin: Page, site: Site) -> None:
    admin.goto(f"{site.address}/conversations/1")
    turn = admin.locator(".turn.has-notes").first
    message, note = turn.locator(".bubble"), turn.locator("[data-finding]").first
    beside, under = message.bounding_box(), note.bounding_box()
    assert beside
    assert under
    assert under["x"] >= beside["x"] + beside["width"]
    admin.set_viewport_size(PHONE)
    above, below = message.bounding_box(), note.bounding_box()
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"]


def test_a_table_with_foreign_headings_is_imported(admin: Page, site: Site, tmp_path: Path) -> None:
    sheet = tmp_path / "聊天.csv"
    sheet.write_text("单号,谁,说了啥\na-1,顾客,我的包裹呢\na-1,客服,马上帮您查\n", encoding="utf-8")
    admin.goto(f"{site.address}/conversations")
    admin.get_by_role("link", name="导入会话").click()
    admin.locator("#file").set_input_files(sheet)
    admin.locator("select[name=platform]").select_option("tmall")
    admin.locator("select[name=shop]").select_option("mian")
    admin.get_by_role("button", name="检查文件").click()
    for field, heading in (("会话编号", "单号"), ("角色", "谁"), ("内容", "说了啥")):
        admin.get_by_label(field, exact=False).first.select_option(label=heading)
    check_both_themes(admin)
    admin.get_by_role("button", name="检查文件").click()
    expect(admin.locator(".counts")).to_contain_text("新建")
    check_both_themes(admin)
    admin.get_by_role("button", name="导入", exact=True).click()
    expect(admin.locator(".done")).to_contain_text("新会话 1 段")
    admin.get_by_role("link", name="我的包裹呢").click()
    expect(admin.locator(".turns")).to_contain_text("马上帮您查")
    check_both_themes(admin)
