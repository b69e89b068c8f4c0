"""The pages as a browser shows them: languages switch without a script, nothing overflows a small telephone."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def open_page(browser):
    """Opens a file without JavaScript (tests may still ask the page questions) and offline."""
    opened = []

    def go(path, *, width=1280, dark=False):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", offline=True
        )
        page = context.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert all(url.startswith("file:") for url in asked)
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()


def shown(page):
    return page.locator("h1").inner_text()


def test_the_language_switch(open_page, report_page):
    page = open_page(report_page)
    assert shown(page) == "The tokenizer tax on Kazakh"
    page.click("label[for=lang-kk]")
    assert shown(page) == "Қазақ мәтініне салынған токен салығы"
    assert page.locator("#verdict h2").inner_text() == "Қорытынды"
    page.locator("#lang-kk").press("ArrowRight")  # by keyboard, as radio buttons go
    assert shown(page) == "Налог токенизатора на казахский"
    languages = "els => [...new Set(els.filter(e => e.offsetParent || e.getClientRects().length).map(e => e.lang))]"
    assert page.eval_on_selector_all(".t", languages) == ["ru"]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("width", [320, 768])
def test_a_report_does_not_overflow(open_page, report_page, width, language):
    page = open_page(report_page, width=width)
    page.click(f"label[for=lang-{language}]")
    page.eval_on_selector_all("details", "els => els.forEach(e => e.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_drawing_of_each_picture_is_shown(open_page, report_page):
    for width, visible in ((1280, "wide"), (360, "narrow")):
        page = open_page(report_page, width=width)
        for name in ("wide", "narrow"):
            assert page.locator(f".{name}").first.is_visible() == (name == visible)


def test_dark_is_dark(open_page, report_page):
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = open_page(report_page).evaluate(ground), open_page(report_page, dark=True).evaluate(ground)
    assert light == "rgb(253, 252, 249)" and dark == "rgb(15, 26, 36)"


def test_a_click_selects_the_whole_command(open_page, report_page):
    page = open_page(report_page)
    page.locator("#reproduce .command").first.click()
    assert page.evaluate("getSelection().toString().trim()") == "qadam run tokenizer-tax --profile laptop"
