"""The site as a browser shows it: accessible by axe, quick, whole without a script and on a small telephone."""

from importlib import resources

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "start.html",
    "figures.html",
    "search.html",
    "leaderboard/index.html",
    "leaderboard/problem-3.html",
    "leaderboard/problem-3/one.html",
    "problems/tokenizer-tax.html",
    "problems/problem-2.html",
    "problems/problem-3.html",
    "problems/problem-4.html",
    "reports/tokenizer-tax.html",
    "data/index.html",
    "data/invented.html",
    "systems/index.html",
    "systems/qwen2.5.html",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Seconds to the largest paint. Nine pages of a site of released results, best of five in Chromium 0.10 to 0.27, worst 0.75, while
# a load of eight to eleven lay on the two cores of the machine (23 November 2026).
SOON = 1.0


@pytest.fixture
def open_page(browser):
    """Opens a page of the site, offline; `scripts=False` is a browser without JavaScript."""
    opened = []

    def go(path, *, width=1280, dark=False, scripts=True):
        context = browser.new_context(
            viewport={"width": width, "height": 740},
            color_scheme="dark" if dark else "light",
            offline=True,
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        asked = []
        page.goto(path.as_uri())
        assert all(url.startswith("file:") for url in asked)
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """The rules of axe-core, as its makers publish them."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe: pip install -e '.[dev]'")
    return resources.files(package).joinpath("axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page, site_folder, axe, path):
    for language, dark, width in (("", False, 1280), ("kk", True, 360)):
        page = open_page(site_folder / language / path, dark=dark, width=width)
        page.eval_on_selector_all("details", "els => els.forEach(e => e.open = true)")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)["violations"]
        told = [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:3]]) for v in found]
        assert not told, (path, language, told)


@pytest.mark.parametrize("language", ["", "kk", "ru"])
def test_nothing_overflows_a_small_telephone(open_page, site_folder, language):
    for path in PAGES:
        page = open_page(site_folder / language / path, width=360)
        page.eval_on_selector_all("details", "els => els.forEach(e => e.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_targets_are_large_enough_for_a_finger(open_page, site_folder):
    page = open_page(site_folder / "index.html", width=360)
    low = page.eval_on_selector_all(
        "nav a, .filters label, summary, .button",
        "els => els.filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)",
    )
    assert low == []  # WCAG 2.2, 2.5.8


def test_the_first_key_leads_past_the_head(open_page, site_folder):
    page = open_page(site_folder / "problems" / "tokenizer-tax.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("path", ["index.html", "problems/tokenizer-tax.html", "leaderboard/problem-3.html"])
def test_the_largest_paint_comes_soon(open_page, site_folder, path):
    seconds = []
    for _ in range(3):  # the best of three: the first may wait for the browser itself
        page = open_page(site_folder / path)
        seconds.append(
            page.evaluate(
                """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
                    .observe({type: "largest-contentful-paint", buffered: true}))"""
            )
            / 1000
        )
    assert min(seconds) < SOON


def test_filters_need_no_script(open_page, site_folder, invented):
    page = open_page(site_folder / "index.html", scripts=False)
    visible = lambda: page.locator(".problem:visible").count()  # noqa: E731
    problems = invented.invented_problems()
    assert visible() == 20
    page.click("label[for=area-speech]")
    speech = [p for p in problems if p.area == "speech"]
    assert visible() == len(speech)
    page.click("label[for=difficulty-ambitious]")
    assert visible() == len([p for p in speech if p.difficulty == "ambitious"])


def test_what_one_has_at_hand(open_page, site_folder, invented):
    page = open_page(site_folder / "index.html", scripts=False)
    problems = invented.invented_problems()
    page.click("label[for=have-laptop]")
    assert page.locator(".problem:visible").count() == len(
        [p for p in problems if set(p.needs) <= {"laptop", "an hour"}]
    )
    page.click("label[for=have-native-speaker]")
    with_people = {"laptop", "native speaker", "an hour"}
    assert page.locator(".problem:visible").count() == len([p for p in problems if set(p.needs) <= with_people])
    page.click("label[for=have-an-hour]")
    assert page.locator(".problem:visible").count() == len([p for p in problems if p.needs == ("laptop", "an hour")])


def test_an_empty_group_says_so(open_page, site_folder):
    page = open_page(site_folder / "index.html")
    seen = """kind => {
        const said = document.querySelector(`#${kind} .empty`);
        said.scrollIntoView({block: "center", behavior: "instant"});
        const box = said.getBoundingClientRect();
        return document.elementFromPoint(box.x + 5, box.y + box.height / 2) === said;
    }"""
    assert not page.evaluate(seen, "hypothesis")
    page.click("label[for=area-speech]")
    page.click("label[for=difficulty-easy]")
    for kind in ("pain_point", "hypothesis"):
        assert page.evaluate(seen, kind) == (page.locator(f"#{kind} .problem:visible").count() == 0)


def test_figures_are_filtered_by_state_without_a_script(open_page, site_folder):
    page = open_page(site_folder / "figures.html", scripts=False)
    assert page.locator(".entry:visible").count() == 4
    page.click("label[for=state-agrees]")
    assert page.locator(".entry:visible").count() == 1


def test_search_narrows_the_index_and_without_a_script_it_is_whole(open_page, site_folder):
    page = open_page(site_folder / "kk" / "search.html")
    everything = page.locator(".index li:visible").count()
    page.fill("#q", "ТОКЕН салығы")
    assert 0 < page.locator(".index li:visible").count() < everything
    assert page.locator("output").inner_text().startswith("Табылды")
    page.fill("#q", "жоқсөз")
    assert page.locator(".index li:visible").count() == 0 and "табылмады" in page.locator("output").inner_text()
    plain = open_page(site_folder / "kk" / "search.html", scripts=False)
    assert plain.locator(".index li:visible").count() == everything and not plain.locator("#search").is_visible()


def test_a_click_selects_the_citation(open_page, site_folder):
    page = open_page(site_folder / "problems" / "tokenizer-tax.html")
    page.click(".cite summary")
    page.locator(".cite .command").click()
    assert page.evaluate("getSelection().toString()").startswith("@misc{qadam-tokenizer-tax")
