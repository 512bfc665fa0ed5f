"""The embed asks the network for nothing, and can be read by keyboard, by ear and as a table."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import maps
from tests.maps.soils import draw

CHROMIUM = Path("/usr/bin/chromium")
VALUES = {"US-AL": "podzol", "US-TX": "none", "US-RI": "arenosol"}
FRAMES = {"2025-03-01": {}, "2026-01-05": {"US-AL": "gleysol", "US-RI": "none"}}


def embed(**more: object) -> str:
    return draw(VALUES, notes={"US-AL": "</script><b>bold</b>"}, hatched={"US-AL"}, **more).html(FRAMES, "Frozen edition.")


def test_nothing_points_outside() -> None:
    page = embed()
    assert set(re.findall(r"https?://[^\s\"']*", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.findall(r"(?:src|action|data)=[\"'](?!image)", page)
    assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', page))
    assert "cookie" not in page.replace("no cookie", "")
    assert "default-src 'none'" in page


def test_a_note_cannot_break_out_of_the_page() -> None:
    page = embed()
    assert "<b>bold</b>" not in page
    assert page.count("</script>") == 2


def test_the_table_twin_says_what_the_picture_says() -> None:
    page = draw(VALUES, hatched={"US-AL"}).html()
    assert len(re.findall(r'<tr data-code="', page)) == 56
    row = '<tr data-code="US-AL"><th scope="row">Alabama</th><td>US-AL</td><td>Podzol</td><td>contested</td>'
    assert row in page
    assert 'type="range"' not in page


def test_the_own_day_joins_the_frames_in_order() -> None:
    payload = re.search(r'id="map-data">(.*?)</script>', embed())
    assert payload
    data = json.loads(payload.group(1))
    assert data["days"] == ["2025-03-01", "2026-01-05", "2026-11-25"]
    assert data["frames"]["2026-11-25"]["US-AL"] == "podzol"
    assert data["frames"]["2025-03-01"]["US-AL"] == "unknown"


def test_frames_are_checked_like_values() -> None:
    with pytest.raises(maps.UnknownCategory, match="chernozem"):
        draw(VALUES).html({"2026-01-05": {"US-AL": "chernozem"}})
    with pytest.raises(maps.UnknownCode, match="US-XX"):
        draw(VALUES).html({"2026-01-05": {"US-XX": "podzol"}})


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync_api.sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield running
        running.close()


def test_it_works_in_a_browser(browser: object, tmp_path: Path) -> None:
    file = tmp_path / "embed.html"
    file.write_text(embed(), encoding="utf-8")
    page = browser.new_page()  # type: ignore[attr-defined]
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(file.as_uri())

    page.focus(".map")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#reading").startswith("Alabama (US-AL): Podzol; contested")
    page.keyboard.press("End")
    assert "Wyoming" in page.inner_text("#reading")
    page.keyboard.press("Home")

    page.focus("#day")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#shown").startswith("As of 5 January 2026")
    assert page.inner_text("#reading") == "Alabama (US-AL): Gleysol"
    assert page.get_attribute('g[data-code="US-AL"]', "fill") == "#3f6ea3"
    assert page.get_attribute('g[data-callout="US-RI"]', "fill") == "#f3ead2"
    assert page.text_content("text.day") == "As of 5 January 2026"
    assert page.inner_text('tr[data-code="US-AL"] td:nth-of-type(2)') == "Gleysol"
    page.keyboard.press("ArrowRight")
    assert page.get_attribute('g[data-code="US-AL"]', "fill") == "#3b1f4f"

    page.fill("#find", "texas")
    assert page.locator("tbody tr:visible").count() == 1
    assert (asked, faults) == ([file.as_uri()], [])
    page.close()
