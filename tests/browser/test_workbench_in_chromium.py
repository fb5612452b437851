"""The agent's page as an agent uses it: by keyboard, in a real Chromium."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from api.identity import Role
from kb.feedback_tables import Gap, Suggestion, SuggestionEvent
from tests.browser.conftest import DESK, HOSTILE, PHONE, Site, become

BROKEN = "收到是碎的"


def say(page: Page, text: str) -> None:
    """Types as a person does, and waits until the list answers the whole of it."""
    whole = page.locator("#text").input_value() + text

    def is_last(response: Response) -> bool:
        return parse_qs(response.request.post_data or "").get("text") == [whole]

    with page.expect_response(is_last):
        page.locator("#text").press_sequentially(text, delay=5)
    page.wait_for_timeout(150)  # until it is painted
    expect(page.locator(".card-item").first).to_be_attached()


def reply_of(page: Page) -> str:
    return page.locator("#reply").input_value()


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_typing_a_message_paints_the_right_reply_with_its_source(bench: Page) -> None:
    say(bench, BROKEN)
    first = bench.locator(".card-item").first
    expect(first.locator(".open")).to_have_text(re.compile("碎"))
    expect(first.locator(".why")).to_contain_text(BROKEN)
    expect(first.locator(".facts")).to_contain_text("48")
    expect(first.locator(".source")).to_have_text(re.compile(r"知识卡 \d+ · v1"))
    expect(first.locator(".words").first).to_be_visible()


def test_enter_takes_it_and_ctrl_enter_copies_and_marks_it_sent(bench: Page, site: Site) -> None:
    before = len(site.rows(SuggestionEvent))
    say(bench, BROKEN)
    words = bench.locator(".card-item.is-open .phrasing.is-chosen .words").inner_text()
    bench.keyboard.press("Enter")
    assert reply_of(bench) == words
    bench.keyboard.press("Control+Enter")
    expect(bench.locator("#toast")).to_contain_text("已复制")
    assert clipboard(bench) == words
    expect(bench.locator(".bubble.is-customer")).to_contain_text(BROKEN)
    expect(bench.locator(".bubble.is-agent")).to_contain_text(words)
    assert reply_of(bench) == ""
    events = site.rows(SuggestionEvent)[before:]
    assert [event.kind for event in events if event.kind != "shown"] == ["inserted", "sent"]
    assert events[-1].text


def test_alt_and_a_number_takes_that_suggestion_and_answers_to_two_questions_stack(bench: Page) -> None:
    say(bench, "收到是碎的怎么办？快递到哪了？")
    bench.keyboard.press("Alt+1")
    one = reply_of(bench)
    bench.keyboard.press("Alt+2")
    both = reply_of(bench)
    assert one
    assert both.startswith(one + "\n")
    assert len(both) > len(one) + 2


def test_another_answer_to_the_same_question_takes_the_first_ones_place(bench: Page) -> None:
    say(bench, BROKEN)
    bench.keyboard.press("Alt+1")
    one = reply_of(bench)
    bench.keyboard.press("Alt+2")
    assert one not in reply_of(bench)
    assert reply_of(bench)


def test_enter_that_belongs_to_the_input_method_is_left_alone(bench: Page) -> None:
    say(bench, BROKEN)
    press = """(event) => document.getElementById("text").dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...event}))"""
    for event in ({"isComposing": True}, {"keyCode": 229}, {"isComposing": True, "ctrlKey": True}):
        assert bench.evaluate(press, event) is True, "the press was swallowed"
    assert reply_of(bench) == ""
    bench.keyboard.press("Enter")
    assert reply_of(bench) != ""


def test_letters_of_the_input_method_are_not_looked_up(bench: Page, context: BrowserContext) -> None:
    asked: list[str] = []
    bench.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    bench.locator("#text").focus()
    method = context.new_cdp_session(bench)
    method.send("Input.imeSetComposition", {"text": "sui le", "selectionStart": 6, "selectionEnd": 6})
    bench.wait_for_timeout(500)
    assert asked == []
    method.send("Input.insertText", {"text": BROKEN})
    expect(bench.locator(".card-item").first).to_be_attached()
    assert bench.locator("#text").input_value() == BROKEN


def test_arrows_move_and_other_phrasings_are_a_key_away(bench: Page) -> None:
    say(bench, BROKEN)
    bench.keyboard.press("ArrowDown")
    expect(bench.locator(".card-item.is-open")).to_have_attribute("data-rank", "2")
    bench.keyboard.press("ArrowUp")
    first = bench.locator(".card-item.is-open .phrasing.is-chosen .words")
    before = first.inner_text()
    bench.keyboard.press("Alt+Period")
    assert first.inner_text() != before
    expect(bench.locator(".card-item.is-open .tone[aria-pressed=true]")).to_have_count(1)


def test_blanks_are_filled_before_and_after_taking_and_asked_for_before_sending(bench: Page) -> None:
    say(bench, "快递到哪了")
    fields = bench.locator(".card-item.is-open [data-fills]")
    fields.first.fill("中通")
    expect(bench.locator(".card-item.is-open .phrasing.is-chosen .blank").first).to_have_text("中通")
    bench.keyboard.press("Alt+1")
    assert "中通" in reply_of(bench)
    expect(bench.locator("#reply-note")).to_contain_text("还没填")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".bubble.is-agent")).to_have_count(0)
    fields.nth(1).fill("123")
    fields.nth(1).press("Tab")
    assert "{" not in reply_of(bench)
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".bubble.is-agent")).to_contain_text("中通")


def test_own_words_are_told_apart(bench: Page, site: Site) -> None:
    say(bench, BROKEN)
    bench.keyboard.press("Enter")
    bench.keyboard.type(" 您放心")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".bubble.is-agent")).to_contain_text("您放心")
    bench.wait_for_timeout(200)
    kinds = [event.kind for event in site.rows(SuggestionEvent)[-3:]]
    assert "edited" in kinds


def test_escape_empties_and_undo_brings_back(bench: Page) -> None:
    say(bench, BROKEN)
    bench.keyboard.press("Escape")
    assert bench.locator("#text").input_value() == ""
    expect(bench.locator(".found")).to_have_attribute("data-state", "empty")
    bench.keyboard.press("Control+z")
    assert bench.locator("#text").input_value() == BROKEN


def test_slash_searches_by_pinyin_and_enter_takes(bench: Page) -> None:
    bench.locator("#text").focus()
    bench.keyboard.press("/")
    expect(bench.locator("#seek")).to_be_focused()
    bench.keyboard.type("qujianma")
    expect(bench.locator(".card-item .open").first).to_contain_text("取件码")
    bench.wait_for_timeout(300)
    bench.keyboard.press("Enter")
    assert reply_of(bench) != ""


def test_nothing_fits_is_one_key_and_becomes_a_gap(bench: Page, site: Site) -> None:
    say(bench, "寄到月球要几天 qwx")
    bench.keyboard.press("Alt+n")
    expect(bench.locator("#toast")).to_contain_text("已记入知识缺口")
    assert "寄到月球要几天" in site.rows(Gap)[-1].text


def test_half_typed_words_are_not_remembered(bench: Page, site: Site) -> None:
    before = {row.id for row in site.rows(Suggestion)}
    say(bench, "杯子碎")
    say(bench, "了怎么办")
    bench.wait_for_timeout(2500)
    assert [row.text for row in site.rows(Suggestion) if row.id not in before] == ["杯子碎了怎么办"]


def test_a_follow_up_is_understood_from_what_was_said(bench: Page) -> None:
    say(bench, BROKEN)
    bench.keyboard.press("Enter")
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".bubble.is-agent")).to_be_visible()
    say(bench, "那多久呢")
    expect(bench.locator(".card-item .open").first).to_have_text(re.compile("碎|破损|坏"))


def test_the_cheat_sheet_opens_by_its_key(bench: Page) -> None:
    bench.locator("#found-count, .found").first.evaluate("document.activeElement.blur()")
    bench.keyboard.press("?")
    expect(bench.locator("#keys")).to_be_visible()
    bench.keyboard.press("Escape")
    expect(bench.locator("#keys")).to_be_hidden()


def test_the_theme_changes_without_loading_the_page_again(bench: Page) -> None:
    bench.locator("#text").fill("还在写")
    bench.locator(".menu:not(.more-places) > summary").click()
    bench.get_by_role("button", name="深色").click()
    assert bench.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 28)"
    assert bench.locator("#text").input_value() == "还在写"
    bench.reload()
    expect(bench.locator("html")).to_have_attribute("data-theme", "dark")


def test_scripts_in_cards_and_messages_stay_text(bench: Page, site: Site) -> None:
    say(bench, "坏卡片")
    bench.locator(".card-item", has_text="坏卡片").first.locator(".open").click()
    bench.keyboard.press("Alt+1")
    bench.locator("#text").fill(HOSTILE.format("message"))
    bench.wait_for_timeout(600)
    bench.locator("#reply").fill(HOSTILE.format("reply"))
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".bubble.is-agent")).to_contain_text("<img")
    bench.goto(f"{site.address}/search?q=坏卡片")
    bench.locator(".source").first.click()
    bench.goto(f"{site.address}/cards/" + bench.locator(".card-item").first.get_attribute("data-card"))
    assert bench.evaluate("window.pwned") is None


def test_a_session_that_ended_leads_to_login_and_back(bench: Page, context: BrowserContext, site: Site) -> None:
    context.clear_cookies()
    bench.locator("#text").press_sequentially("多久")
    bench.wait_for_url("**/login?next=%2F")
    become(context, site, Role.AGENT)
    bench.reload()
    assert bench.url == f"{site.address}/"


def test_nothing_moves_while_typing(bench: Page) -> None:
    places = []
    for mark in BROKEN:
        bench.locator("#text").press_sequentially(mark)
        bench.wait_for_timeout(300)
        places.append([bench.locator(part).bounding_box() for part in ("#text", "#reply", "#suggestions")])
    assert all(place == places[0] for place in places)


@pytest.mark.parametrize(("size", "columns"), [(DESK, 3), ({"width": 900, "height": 768}, 2), (PHONE, 1)])
def test_panes_stand_side_by_side_as_far_as_there_is_room(bench: Page, size: dict[str, int], columns: int) -> None:
    bench.set_viewport_size(size)
    boxes = [bench.locator(pane).bounding_box() for pane in (".scope", ".speech", ".found-pane")]
    assert len({round(box["x"]) for box in boxes if box}) == columns


def test_on_a_phone_tabs_lead_from_the_message_to_the_reply(bench: Page) -> None:
    bench.set_viewport_size(PHONE)
    say(bench, BROKEN)
    bench.get_by_text("推荐 5").click()
    bench.locator(".card-item.is-open .insert").click()
    expect(bench.locator("#reply")).to_be_visible()
    assert reply_of(bench) != ""


def test_without_scripts_the_whole_way_works(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    become(context, site, Role.AGENT)
    page = context.new_page()
    page.goto(site.address)
    page.locator("#text").fill(BROKEN)
    page.get_by_role("button", name="查找回复").click()
    expect(page.locator(".card-item .open").first).to_have_text(re.compile("碎"))
    page.locator(".card-item").first.get_by_role("button", name="放入回复").first.click()
    assert "48 小时" in page.locator("#reply").input_value()
    page.get_by_role("button", name="复制并标记已发").click()
    expect(page.locator(".bubble.is-agent")).to_contain_text("48 小时")
    assert page.locator("#text").input_value() == ""
    context.close()
