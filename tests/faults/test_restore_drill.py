"""The data folder is lost while the API goes on, and an older backup is put back: nothing is paid twice.

The backup is made while runs are clicked and under way, by the command itself. The sandbox plays
the outside world: it is not set back, and its ledger says at the end what was charged.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lib.domain.cost_query import CostQuery
from lib.domain.periods import Period
from lib.domain.run import RunState
from tests.faults.restore_site import (
    LONGEST_S,
    Site,
    a_sandbox,
    all_runs,
    assert_paid_once_and_whole,
    audit_now,
    change,
    clicking,
    left_to_the_engine,
    nobody_executing,
    states_in,
    wait_for_all,
)
from tests.faults.storm import wait_until


@dataclass
class Loss:
    """A data folder that is gone: its backup, and what the API had been asked for and charged."""

    site: Site
    posts: int
    spend: int


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_sandbox(tmp_path / "sandbox") as url:
        yield Site(tmp_path / "data", tmp_path / "backup", url)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    folder = tmp_path_factory.mktemp("lost")
    with a_sandbox(folder / "sandbox") as url:
        yield lose(Site(folder / "data", folder / "backup", url))


def lose(site: Site) -> Loss:
    """Runs before, during and after a backup; then the data folder is gone."""
    with site.plantain() as services:
        for number in range(3):
            site.click(services, f"before {number}")
        wait_for_all(services)
        with clicking(site, services) as clicks:
            wait_until(lambda: clicks() >= 6, LONGEST_S)
            site.command("backup", "--to", str(site.backup))
        for number in range(3):
            site.click(services, f"after {number}")
        wait_for_all(services)
        assert_paid_once_and_whole(site, all_runs(services))
        spend = sum(site.charges().values())
    shutil.rmtree(site.data)
    return Loss(site, site.posts(), spend)


def by_command(site: Site) -> None:
    site.command("restore", str(site.backup))


def by_hand(site: Site) -> None:
    shutil.copytree(site.backup, site.data)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("put_back", [by_command, by_hand])
def test_after_a_restore_every_run_of_the_api_is_back_with_its_id_and_none_is_sent(
    lost: Loss, tmp_path: Path, put_back: Callable[[Site], None]
):
    site = replace(lost.site, data=tmp_path / "data")
    put_back(site)
    restored = states_in(site.data / "plantain.db")
    assert {"stored", "unknown"} <= set(restored.values()), restored
    assert left_to_the_engine(site.data / "plantain.db")

    with site.plantain() as services:
        wait_for_all(services)
        known = all_runs(services)
        audit_now(services)
        runs = all_runs(services)
        spend = services.costs.report(CostQuery(Period.ALL_TIME)).totals.spend_micros

    assert set(known) >= set(restored)
    assert sorted(runs) == sorted(site.clicks)
    assert_paid_once_and_whole(site, runs)
    assert spend == sum(site.charges().values()) == lost.spend
    assert site.posts() == lost.posts


@pytest.mark.timeout(600)
def test_what_was_taken_back_after_the_backup_is_left_to_a_person(site: Site):
    with site.plantain() as services:
        site.click(services, "paid")
        wait_for_all(services)
    with nobody_executing(site), site.plantain() as services:
        taken_back = site.click(services, "taken back")
        site.command("backup", "--to", str(site.backup))
        assert services.runs.cancel(taken_back)
    posts = site.posts()
    shutil.rmtree(site.data)
    site.command("restore", str(site.backup))

    with site.plantain() as services:
        wait_for_all(services)
        runs = all_runs(services)

    parked = runs.pop(taken_back)
    assert parked.state is RunState.PARKED
    assert "came back with a backup" in (parked.note or "")
    assert_paid_once_and_whole(site, runs)
    assert site.posts() == posts


@pytest.mark.timeout(600)
def test_what_the_engine_has_kept_of_runs_that_ended_long_ago_does_no_harm(site: Site):
    with site.plantain() as services:
        run_id = site.click(services, "ended")
        wait_for_all(services)
    file, posts = site.data / "plantain.db", site.posts()
    change(file, "UPDATE workflow_status SET status = 'PENDING', completed_at = NULL")
    assert left_to_the_engine(file) == 1

    with site.plantain() as services:
        wait_until(lambda: left_to_the_engine(file) == 0, LONGEST_S)
        site.click(services, "and the next one is made as ever")
        wait_for_all(services)
        assert all_runs(services)[run_id].state is RunState.STORED

    assert site.posts() == posts + 1
    assert site.charges()[run_id] == 60_000
