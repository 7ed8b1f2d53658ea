"""The way from the costs to the runs behind them: both say the same number, whatever is asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.bucket_names import named_bucket
from lib.domain.cost_query import CostQuery
from lib.domain.experiment_progress import ExperimentState
from lib.domain.history_link import parameters_of, query_from
from lib.domain.periods import Days, Period
from lib.domain.spend import Group
from lib.domain.spend_link import runs_behind
from lib.services import costs as costs_module
from lib.services.costs import CostService
from lib.services.history_search import HistorySearch
from lib.store.database import open_database, writing
from lib.store.migrate import migrate
from lib.store.schema_experiments import experiment, experiment_run
from lib.store.tables import Tables
from lib.store.tables_history import HistoryTables
from tests.set_clock import SetClock
from tests.store.ended_runs import book, put, put_pictures, run_row
from tests.store.test_tables_spend import put_tags

ZONE = ZoneInfo("Asia/Kathmandu")
WEEK = CostQuery(Period.CUSTOM, Days(date(2026, 11, 16), date(2026, 11, 22)))
BEGIN_MS = int(datetime(2026, 11, 15, 12, tzinfo=UTC).timestamp() * 1000)
STEP_MS = 7_200_007
BY = [(group,) for group in Group] + list(combinations(Group, 2))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A hundred runs of all kinds over eight days: open, free, in doubt, deleted, of experiments."""
    folder: Path = tmp_path_factory.mktemp("costs")
    database = open_database(folder / "plantain.db")
    migrate(database)
    states = ("stored", "canceled", "parked", "failed", "accepted")
    names = [f"{n:03}" for n in range(100)]
    for n, name in enumerate(names):
        state = states[n % 11 % 5]
        is_open, in_doubt = state == "accepted", state == "parked"
        basis = "in doubt" if in_doubt else ("confirmed", "computed")[n % 2]
        told = {
            "created_at": BEGIN_MS + n * STEP_MS,
            "created_by": ("ana", "bob", "")[n % 3],
            "state": state,
            "cost_basis": None if is_open else basis,
            "cost_micros": None if is_open or in_doubt else 0 if state == "failed" else 95_000 + n,
            "input": {"resolution": ("1K", "2K", None)[n % 7 % 3], "enable_web_search": n % 4 == 0},
            "deleted_at": 1 if n % 9 == 0 else None,
        }
        put(database, run_row(name, **told))
        put_pictures(database, name, int(state == "stored"))
    book(database)
    put_tags(database, red=tuple(names[::4]), blue=tuple(names[::6]))
    made = {"id": "e1", "origin": "sandbox", "name": "", "model_id": "m", "created_by": "ana"}
    made |= {"created_at": 0, "click_token": "1", "design": {}, "state_at": 0}
    with writing(database) as db:
        db.execute(experiment.insert().values(**made, state=next(iter(ExperimentState))))
        for name in names[::5]:
            row = {"run_id": name, "experiment_id": "e1", "key": name, "attempt": 1}
            db.execute(experiment_run.insert().values(**row))
    yield database
    database.dispose()


@pytest.fixture
def costs(database: sa.Engine) -> CostService:
    return CostService(Tables(database), origin="sandbox", zone=ZONE, clock=SetClock())


@pytest.fixture
def search(database: sa.Engine) -> HistorySearch:
    return HistorySearch(HistoryTables(database), origin="sandbox", zone=ZONE)


@pytest.mark.parametrize("by", BY, ids="-".join)
@pytest.mark.parametrize("at", [None, "2026-11-18", "2026-11-18T12:15Z"])
def test_each_row_has_as_many_runs_as_its_link_shows(
    costs: CostService, search: HistorySearch, by: tuple[Group, ...], at: str | None
) -> None:
    query = CostQuery(WEEK.period, WEEK.own, named_bucket(at) if at else None, by)
    report = costs.report(query)
    counts = costs.run_counts(report)

    assert counts is not None
    assert report.ties_out
    for values in report.groups[[*map(str, by)]].itertuples(index=False):
        cut = report.cut
        for group, value in zip(by, values, strict=True):
            cut = cut.where(group, value)
        asked = runs_behind(cut)
        assert asked is not None
        linked, notes = query_from(parameters_of(asked))
        found = search.totals(linked, viewer="ana")
        assert (notes, found.runs.value) == ([], counts.get(tuple(values), 0)), asked


def test_very_many_runs_are_not_counted_row_by_row(
    costs: CostService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs_module, "MOST_COUNTED", 10)
    monkeypatch.setattr(costs_module, "MOST_WITH_PICTURES", 10)
    report = costs.report(WEEK)

    assert costs.run_counts(report) is None
    assert report.pictures is None
    assert report.ties_out


def test_the_whole_is_in_the_history_and_in_the_bin(
    costs: CostService, search: HistorySearch
) -> None:
    report = costs.report(WEEK)

    found = [
        search.totals(query, viewer="ana")
        for query in (runs_behind(report.cut), runs_behind(report.cut, deleted=True))
        if query is not None
    ]

    assert sum(one.runs.value for one in found) == report.totals.settled_runs
    assert sum(one.spend_micros for one in found) == report.spend_micros
    assert all(one.runs.value for one in found)


def test_what_no_model_has_cannot_be_asked_of_the_history(costs: CostService) -> None:
    assert runs_behind(costs.report(WEEK.where(Group.RESOLUTION, "16K")).cut) is None


def test_an_hour_is_asked_by_its_moments(costs: CostService) -> None:
    query = CostQuery(WEEK.period, WEEK.own, named_bucket("2026-11-18T12:15Z"))

    asked = runs_behind(costs.report(query).cut)

    assert asked is not None
    assert parameters_of(asked) == {
        "cost_from": ["0"],
        "clicked_from": ["2026-11-18T12:15Z"],
        "clicked_to": ["2026-11-18T13:15Z"],
    }
