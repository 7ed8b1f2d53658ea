"""The report of an experiment: all that is known of it, harmless, and whole without a server."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.domain.experiment_layout import Layout, usual
from lib.domain.experiment_scores import Score, Standing
from lib.services.taking_away.of_experiments.asked import cells_of
from lib.services.taking_away.of_experiments.findings import Findings, Judged, Section
from lib.services.taking_away.of_experiments.mattered_section import section_of
from lib.services.taking_away.of_experiments.votes import Votes
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.transfer import BrokenOff
from tests.domain.designs import grid
from tests.services.taking import HOSTILE
from tests.services.taking_cells import (
    ID,
    CellTakings,
    cells_like,
    experiment_like,
    one_picture,
    open_cell_takings,
)
from tests.services.test_zip_taken_away import Page
from tests.store.ended_runs import book

DESIGN = replace(grid(resolution=["1K", "2K"], animal=["cat", "dog"]), name="Kites & cats")
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "br", "span"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "figure", "figcaption", "img", "a"),
    *("details", "summary", "pre"),
}


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[CellTakings]:
    opened = open_cell_takings(tmp_path)
    yield opened
    opened.takings.database.dispose()


def report_of(cells: CellTakings, design=DESIGN, **how) -> tuple[str, Page]:
    html = cells.bytes_of(Form.HTML, design, **how).decode()
    return html, Page(html)


def test_the_report_has_the_design_the_sum_and_what_it_was_charged_for(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    book(cells.takings.database)

    _html, page = report_of(cells)

    words = " ".join(page.text)
    assert "Kites & cats" in words
    assert "$0.320000 spent" in words
    assert re.search(r"\$0\.320000", words.partition("Charged for")[2])
    assert "resolution" in page.text
    assert "1K, 2K" in page.text
    assert "vary: resolution" in words.partition("As YAML")[2]


def test_every_cell_is_in_its_grid_and_in_its_table(cells: CellTakings) -> None:
    fates = iter([{}, {"state": "failed", "cost_micros": 0, "failure_message": "No."}, None, {}])
    cells.put(DESIGN, lambda _cell: next(fates), paint=one_picture)

    html, page = report_of(cells)

    assert re.findall(r'alt="Cell (\d+)"', html) == ["1", "2", "4"]
    assert re.findall(r"<figcaption>#(\d+)", html) == ["1", "2", "3", "4"]
    assert "Waiting" in page.text
    assert len(re.findall(r'<tr><td class="text">\d', html)) == 4
    assert "No." in page.text


def test_pages_and_hidden_values_are_those_of_the_layout(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    layout = Layout(("animal",), (), ("resolution",), {"animal": frozenset({"dog"})})

    html, _page = report_of(cells, layout=layout)

    assert html.count("<h3>") == 2
    assert re.findall(r"<figcaption>#(\d+)", html) == ["1", "3"]
    assert "2 of 4 cells" in html


def test_hostile_texts_are_text_and_nothing_is_asked_of_anyone(cells: CellTakings) -> None:
    short = [text for text in HOSTILE if len(text) < 1000]
    design = replace(grid(animal=short), name="</title><script>alert(1)</script>")
    cells.put(
        design,
        lambda _cell: {"state": "failed", "failure_message": "<img src=http://evil.example/x>"},
    )
    section = Section("<b>x", ("<i>said",), ("<u>",), (("<s>",),))
    findings = Findings(sections=(lambda _experiment, _cells: section,))

    html, page = report_of(cells, design, findings=findings)

    assert page.tags <= TAGS
    assert page.links == []
    assert "default-src 'none'" in html
    assert "style=" not in html
    assert {"<b>x", "<i>said", "<u>", "<s>"} <= set(page.text)
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert "\0" not in html


def test_all_pictures_are_inside(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)

    _html, page = report_of(cells)

    assert len(page.links) == 4
    assert all(link.startswith("data:image/webp;base64,") for link in page.links)


def test_what_was_found_out_is_in_it_and_nothing_is_said_of_what_was_not(
    cells: CellTakings,
) -> None:
    first, *_others = cells.put(DESIGN, paint=one_picture)
    section = Section("What mattered", ("2K wins.",), ("Value", "Effect"), (("2K", "+4 %"),))
    found = Findings(
        judging=lambda _experiment: {first: Judged(0.543, 0.4, 0.6, 9)},
        sections=(lambda _experiment, _cells: None, lambda _experiment, _cells: section),
    )

    _html, page = report_of(cells, findings=found)
    _html, without = report_of(cells)

    assert {"What mattered", "2K wins.", "+4 %", "Score", "0.543", "9"} <= set(page.text)
    assert not {"What mattered", "Score"} & set(without.text)


def test_votes_make_a_section_with_the_best_first() -> None:
    keys = ["a", "b", "c"]
    scores = [Score("b", 1.0, 0.2, 1.8, 9), Score("a", -1.0, -1.8, -0.2, 9), Score("c", 0, -9, 9)]
    standing = Standing(scores=scores, sure=0.97, votes=9, by={"local": 5, "eve": 4})
    votes = Votes(lambda _experiment_id: standing)
    design = grid(seed=[1, 2, 3])
    cells = [replace(cell, key=key) for cell, key in zip(cells_like(design), keys, strict=True)]

    found = votes.section(experiment_like(design), cells)

    assert found is not None
    assert found.sentences[0].startswith("9 votes by 2 people")
    assert found.sentences[1] == "The first is the best with a probability of 97 %."
    assert found.rows == (("#2", "73 %", "55 % to 86 %", "9"), ("#1", "27 %", "14 % to 45 %", "9"))
    assert set(votes.judging(experiment_like(design))) == {"a", "b"}


def test_what_mattered_is_said_in_its_sentences_and_not_at_all_without_any() -> None:
    design = grid()
    said = section_of(lambda experiment_id: [f"2K wins in {experiment_id}."])
    silent = section_of(lambda _experiment_id: [])

    found = said(experiment_like(design), [])

    assert found == Section("What mattered", ("2K wins in x1.",))
    assert silent(experiment_like(design), []) is None


def test_nobody_is_told_of_votes_before_there_are_any() -> None:
    votes = Votes(lambda _experiment_id: Standing(scores=[Score("a", 0, -4, 4)]))
    design = grid()

    assert votes.section(experiment_like(design), cells_like(design)) is None
    assert votes.judging(experiment_like(design)) == {}


def test_the_zip_has_the_report_with_links_to_its_pictures(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    lost = cells.takings.reader.runs.of(["x10002"])[0].pictures[0]["sha256"]
    assert lost

    zipped = zipfile.ZipFile(io.BytesIO(cells.bytes_of(Form.ZIP, DESIGN)))
    page = Page(zipped.read("report.html").decode())

    files = {link for link in page.links if not link.startswith("data:")}
    assert files == {name for name in zipped.namelist() if name.startswith("pictures/")}


def test_an_experiment_without_axes_and_cells_has_a_report(cells: CellTakings) -> None:
    design = grid()
    cells.put(design, lambda _cell: None)

    html, page = report_of(cells, design)

    assert "Waiting" in page.text
    assert html.endswith("</html>\n")


def test_the_report_is_written_row_by_row_and_can_be_ended(cells: CellTakings) -> None:
    cells.put(DESIGN, paint=one_picture)
    away = cells.away()
    token = away.order_cells(Form.HTML, cells_of(ID, usual(DESIGN)))
    found = away.fetch(token)
    assert found is not None
    assert found.mime.startswith("text/html")

    next(found.data)
    transfer = away.transfer(token)
    assert transfer is not None
    assert transfer.total == 4
    transfer.cancel()
    with pytest.raises(BrokenOff):
        b"".join(found.data)
