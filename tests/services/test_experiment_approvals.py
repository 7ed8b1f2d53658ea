"""An experiment above the price for owners waits for one, and is started exactly once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lib.bootstrap import Services, open_services
from lib.domain.approval import ApprovalState, NeedsApproval, NotWaiting
from lib.domain.errors import PricesChanged
from lib.services.owners import NotAnOwner
from lib.settings import Settings
from tests.domain.designs import grid

DESIGN = replace(grid(resolution=["0.5K", "1K"]), name="Kites")


@pytest.fixture
def services(tmp_path) -> Iterator[Services]:
    settings = Settings(plantain_data_dir=tmp_path, plantain_sandbox_seconds=0.1)
    with open_services(settings) as services:
        services.approvals.set_threshold(100_000, by="local")
        yield services
        for one in services.experiments.recent():
            services.experiments.stop(one.id)


def asked(services: Services, token="a click", **changes) -> str:
    plan = replace(services.experiments.plan(DESIGN), **changes)
    return services.approving.ask(plan, click_token=token, asked_by="grace", cap_micros=200_000)


def test_what_was_asked_for_is_started_once_in_the_name_of_who_asked(services: Services):
    plan = services.experiments.plan(DESIGN)
    with pytest.raises(NeedsApproval):
        services.experiments.start(plan, click_token="a click", created_by="grace")
    request = asked(services)
    assert asked(services) == request
    assert (services.experiments.recent(), services.count_approvals()) == ([], 1)

    started = services.approving.accept(request, by="local")

    assert services.approving.accept(request, by="local") == started
    (found,) = services.experiments.recent()
    assert (found.id, found.created_by, found.design) == (started, "grace", DESIGN)
    assert services.approving.find(request).experiment_id == started
    assert services.count_approvals() == 0


def test_nobody_but_an_owner_decides(services: Services):
    request = asked(services)

    with pytest.raises(NotAnOwner):
        services.approving.accept(request, by="grace")
    with pytest.raises(NotAnOwner):
        services.approving.refuse(request, by="grace")
    assert services.approving.find(request).state is ApprovalState.WAITING


def test_what_was_refused_is_never_started(services: Services):
    request = asked(services)
    assert services.approving.refuse(request, by="local", reason=" too   much ")

    with pytest.raises(NotWaiting):
        services.approving.accept(request, by="local")
    assert not services.approving.refuse(request, by="local")
    assert services.approving.find(request).reason == "too much"
    assert services.experiments.recent() == []


@pytest.mark.parametrize("changed", [{"prices": "older"}, {"cells": []}])
def test_other_prices_than_were_asked_for_start_nothing(services: Services, changed):
    request = asked(services, **changed)

    with pytest.raises(PricesChanged):
        services.approving.accept(request, by="local")
    assert services.approving.find(request).state is ApprovalState.WAITING
    assert services.experiments.recent() == []
