"""The bench runs to its end, and what it prints is what was measured. How fast is never asserted."""

import io
from pathlib import Path

import pytest
from PIL import Image

from lib.sandbox.picture_files import Picture
from scripts.find_chromium import NoChromium, find
from tests.bench import __main__ as bench
from tests.bench.figures import Aim, Findings, Row, Series, table
from tests.bench.painted_once import copy_of
from tests.bench.site import Site

IN_A_BROWSER = ["shown", "startup", "idle", "history-page", "experiment-page"]


@pytest.mark.parametrize(
    "name",
    ["click", "holds", "post", "stored", "throughput", "experiment", "backup", "insights"],
)
def test_a_bench_of_the_services_runs_to_its_end(name: str, tmp_path: Path) -> None:
    findings = bench.BENCHES[name](Site(tmp_path, quick=True))

    series = [side for row in findings.rows for side in (row.ours, row.theirs) if side]
    assert all(row.ours for row in findings.rows)
    assert all(value > 0 for side in series for value in side.values)


def test_the_bench_of_taking_away_runs_to_its_end(tmp_path: Path) -> None:
    findings = bench.BENCHES["take-away"](Site(tmp_path, quick=True))

    assert all(row.ours for row in findings.rows)
    assert [row.theirs is not None for row in findings.rows] == [False] * 2 + [True] * 4 + [
        False
    ] * 2


def test_the_bench_of_sheets_draws_ours_and_one_canvas_for_all(tmp_path: Path) -> None:
    findings = bench.BENCHES["sheets"](Site(tmp_path, quick=True))

    assert all(row.ours and row.theirs for row in findings.rows)


def test_the_bench_of_the_report_asks_every_question_of_ours_and_one_of_a_notebook(
    tmp_path: Path,
) -> None:
    findings = bench.BENCHES["report"](Site(tmp_path, quick=True))

    assert all(row.ours for row in findings.rows)
    assert [row.theirs is not None for row in findings.rows] == [True] + [False] * 5


@pytest.mark.parametrize("name", ["recovery", "open"])
def test_a_bench_of_whole_servers_runs_to_its_end(name: str, tmp_path: Path) -> None:
    findings = bench.BENCHES[name](Site(tmp_path, quick=True))

    assert all(row.ours for row in findings.rows)


@pytest.mark.journey
@pytest.mark.parametrize("name", ["shown", "idle"])
def test_a_bench_in_a_browser_runs_to_its_end(name: str, tmp_path: Path) -> None:
    try:
        find()
    except NoChromium as reason:
        pytest.skip(f"not run: {reason}")

    findings = bench.BENCHES[name](Site(tmp_path, quick=True))

    assert all(row.ours and row.theirs for row in findings.rows)


@pytest.mark.parametrize("name", IN_A_BROWSER)
def test_without_a_browser_a_bench_says_what_it_did_not_measure(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    findings = bench.BENCHES[name](Site(tmp_path, quick=True))

    assert all("/nowhere/chromium" in row.missing for row in findings.rows)
    assert "/nowhere/chromium" in bench.report([findings])


def test_a_bench_that_does_not_exist_is_refused_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        bench.main(["clicks"])

    assert "there is no 'clicks': choose of click, " in capsys.readouterr().err


def test_what_was_measured_is_reported_though_a_later_bench_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Site) -> Findings:
        raise RuntimeError("no sandbox")

    monkeypatch.setattr(bench, "guard", lambda: None)
    monkeypatch.setitem(bench.BENCHES, "click", lambda _: Findings((Row("a click", Series([4])),)))
    monkeypatch.setitem(bench.BENCHES, "post", fails)

    with pytest.raises(RuntimeError, match="no sandbox"):
        bench.main(["click", "post"])

    assert "a click      4 ms" in capsys.readouterr().out


def test_a_row_is_shown_once_and_as_soon_as_it_is_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_later(site: Site) -> Findings:
        site.show([Row("a click", Series([4]), aim=Aim(10))])
        site.show([Row("a click", Series([4]), aim=Aim(10))])
        raise RuntimeError("no sandbox")

    monkeypatch.setattr(bench, "guard", lambda: None)
    monkeypatch.setitem(bench.BENCHES, "click", fails_later)

    with pytest.raises(RuntimeError, match="no sandbox"):
        bench.main(["click"])

    assert capsys.readouterr().out.splitlines() == ["click …", "  a click: 4 ms; ≤ 10 ms: yes"]


def test_an_aim_is_met_by_the_median_or_by_its_ratio_to_theirs() -> None:
    ours, theirs = Series([9, 10, 500]), Series([4, 5, 6])

    assert Row("", ours, theirs, Aim(10)).is_met is True
    assert Row("", ours, theirs, Aim(9.9)).is_met is False
    assert Row("", ours, theirs, Aim(2, of_ratio=True)).is_met is True
    assert Row("", ours, theirs, Aim(1.9, of_ratio=True)).is_met is False
    assert Row("", ours, None, Aim(2, of_ratio=True)).is_met is None
    assert Row("", None, theirs, Aim(10)).is_met is None


def test_an_aim_for_the_95th_percentile_is_not_met_by_the_median() -> None:
    mostly_quick = Series([1] * 90 + [60] * 10)

    assert Row("", mostly_quick, None, Aim(50)).is_met is True
    assert Row("", mostly_quick, None, Aim(50, of_95th=True)).is_met is False
    assert Row("", mostly_quick, None, Aim(50, of_95th=True)).cells()[5] == "p95 ≤ 50 ms"


def test_a_row_shows_the_median_the_spread_the_ratio_and_the_aim() -> None:
    row = Row("a click", Series(range(101)), Series([25], whose="bare"), Aim(10))

    assert row.cells() == ("a click", "50 ms (5 to 95)", "bare", "25 ms", "2×", "≤ 10 ms", "NO")
    assert "50 ms (5 to 95)  bare" in table([row])


def test_each_run_gets_a_picture_of_its_own_though_it_was_painted_once() -> None:
    first, second = (
        copy_of(Picture(run_id, 0, "a red kite", 7, 128, 96, "png")) for run_id in ("one", "two")
    )

    assert first != second
    for data in (first, second):
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert picture.size == (128, 96)
            assert picture.text["Title"] in ("one-0.png", "two-0.png")
