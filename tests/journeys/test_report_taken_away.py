"""The report of an experiment in a real browser, opened as a file: its pictures, and no request."""

from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from lib.services.taking_away.prepared import Form
from tests.domain.designs import grid
from tests.images.pictures import saved
from tests.services.taking_cells import open_cell_takings

DESIGN = replace(
    grid(seed=list(range(12)), animal=["cat", "<img src=http://evil.example/x>"]),
    name="<script>document.title='evil'</script>",
)


def test_the_report_shows_its_pictures_under_heads_that_stay_and_asks_nobody(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    cells = open_cell_takings(tmp_path / "data")
    picture = saved(Image.new("RGB", (200, 150), "teal"), "PNG")
    cells.put(DESIGN, paint=lambda _cell: [picture])
    report = tmp_path / "report.html"
    report.write_bytes(cells.bytes_of(Form.HTML, DESIGN))
    cells.takings.database.dispose()

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())

    expect(page.locator("img")).to_have_count(24)
    expect(page.get_by_role("heading", level=1)).to_have_text(DESIGN.name)
    last = page.locator("img").last
    page.locator(".grid").evaluate(
        "grid => { grid.scrollTo(0, grid.scrollHeight); grid.scrollIntoView({block: 'start'}); }"
    )
    expect(last).to_be_in_viewport()
    assert page.title() == "Experiment"
    assert last.evaluate("image => image.decode().then(() => image.naturalWidth)") == 200
    head = page.locator(".grid thead th").first
    expect(head).to_be_in_viewport()
    assert not [url for url in asked if not url.startswith(("file:", "data:image/webp"))]
