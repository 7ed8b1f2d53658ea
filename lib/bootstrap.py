"""Putting the real parts together: the only place that knows them all."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from lib.bootstrap_api import CannotStart, begin_sandbox, client_of
from lib.bootstrap_audits import account_of, audits_of
from lib.bootstrap_books import Books, books_of
from lib.bootstrap_budgets import already_of, approvals_of, budgets_of
from lib.bootstrap_callbacks import agree_on_secrets, callbacks_of
from lib.bootstrap_carrying import carry_on
from lib.bootstrap_experiments import approving_of, experiments_of
from lib.bootstrap_fitness import fitness_of, lock_of, takes_the_lock, watch_over
from lib.bootstrap_history import History, history_of
from lib.bootstrap_insights import Insights, insights_of
from lib.bootstrap_judging import judging_of
from lib.bootstrap_mattered import mattered_of
from lib.bootstrap_prices import pricing_of
from lib.bootstrap_store import Store, open_store, sum_by_days_of
from lib.bootstrap_taking_away import (
    bringing_in_of,
    pictures_of,
    recognising_of,
    taking_away_of,
)
from lib.domain.clock import Clock, SystemClock
from lib.domain.experiment_turns import AHEAD
from lib.engine.durable import Engine
from lib.engine.executor_lock import ExecutorLock
from lib.runflow.api import Client
from lib.services.account import AccountService
from lib.services.already_made import AlreadyMadeService
from lib.services.approvals import ApprovalService
from lib.services.attention import AttentionService
from lib.services.audit import AuditService
from lib.services.bin import BinService
from lib.services.budgets import BudgetService
from lib.services.callbacks import CallbackService
from lib.services.costs import CostService
from lib.services.decisions import DecisionService
from lib.services.experiments.approving import Approving
from lib.services.experiments.experiments import ExperimentService
from lib.services.experiments.judging import JudgingService
from lib.services.experiments.mattered import MatteredService
from lib.services.fitness import Fitness
from lib.services.history_search import HistorySearch
from lib.services.labels import LabelService
from lib.services.likeness import LikenessService
from lib.services.organising import OrganisingService
from lib.services.pictures import PictureService
from lib.services.pricing import PricingService
from lib.services.recognising import Recognising
from lib.services.runs import RunService
from lib.services.shift import Shift
from lib.services.taking_away.bringing_in import BringingIn
from lib.services.taking_away.taking_away import TakingAway
from lib.settings import Settings
from lib.store.decisions import Decisions
from lib.store.drafts import Drafts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """What the pages and the routes may use."""

    settings: Settings
    runs: RunService
    search: HistorySearch
    organising: OrganisingService
    labels: LabelService
    bin: BinService
    likeness: LikenessService
    costs: CostService
    budgets: BudgetService
    experiments: ExperimentService
    judging: JudgingService
    mattered: MatteredService
    insights: Insights
    books: Books
    pricing: PricingService
    approvals: ApprovalService
    approving: Approving
    already: AlreadyMadeService
    account: AccountService
    pictures: PictureService
    attention: AttentionService
    taking_away: TakingAway
    bringing_in: BringingIn
    recognising: Recognising
    callbacks: CallbackService
    decisions: DecisionService
    fitness: Fitness
    audits: AuditService
    api_base_url: str

    def count_approvals(self) -> int:
        """How many requests wait for an owner, experiments too."""
        return self.approvals.count() + len(self.approving.waiting())

    @property
    def executes(self) -> bool:
        """False in a second process on the same data folder, and after the lock is lost."""
        return self.fitness.executes


def shift_of(
    settings: Settings,
    offer: Callable[[Services | None], None],
    *,
    own_url: str | None = None,
    on_failure: Callable[[str], None] = log.error,
) -> Shift[Services]:
    """What opens the services of a server, and opens them anew when it is its turn to execute."""

    def opened(lock: ExecutorLock) -> AbstractContextManager[Services]:
        return open_services(settings, own_url=own_url, on_failure=on_failure, lock=lock)

    return Shift(lock_of(settings), opened, offer, expected=CannotStart)


@contextmanager
def open_services(
    settings: Settings,
    clock: Clock | None = None,
    *,
    own_url: str | None = None,
    on_failure: Callable[[str], None] = log.error,
    lock: ExecutorLock | None = None,
) -> Iterator[Services]:
    """Open everything, take up what was under way, and close it all at the end.

    `lock` stays with who gave it; without one it is taken if it is free. `own_url` is where this
    server listens: the sandbox sends its callbacks there. A run that is under way at the end is
    left where it is; the next start goes on with it. `on_failure` is told what turns out only after
    the opening: that the sandbox could not be started.
    """
    clock = clock or SystemClock()
    with ExitStack() as stack:
        if lock is None:
            lock = lock_of(settings)
            stack.callback(lock.release)
        executes = takes_the_lock(settings, lock)
        sandbox = begin_sandbox(settings, executes, on_failure, stack)
        store = open_store(settings, clock, stack)
        client = stack.enter_context(client_of(settings, clock, sandbox))
        engine = Engine(store.database, open_runs=settings.plantain_max_open_runs + AHEAD)
        callbacks = callbacks_of(settings, clock, store.database, executes, own_url)
        if sandbox is not None:
            stack.callback(sandbox.stop)  # nothing of it may go on when the client is closed
            agree_on_secrets(sandbox, client, callbacks, store.database, clock)
        stack.callback(callbacks.write_refusals)
        account = account_of(settings, clock, store.database, client)
        audits = audits_of(settings, clock, store.database, client, account)
        past = history_of(settings, clock, store.database, store.originals, store.thumbnails)
        carrying = ExitStack()
        fitness = fitness_of(settings, clock, store, lock, engine, on_lost=carrying.close)
        stack.callback(fitness.stop)
        stack.enter_context(carrying)
        if executes:
            sum_by_days_of(settings, store)
            carry_on(settings, clock, store, client, engine, callbacks, fitness, audits, carrying)
            carrying.callback(past.bin.stop)
            past.bin.start()
        else:
            engine.open_queue()
            stack.callback(engine.stop)
            watch_over(settings, store, engine, None, stack)
        under = carrying if executes else None
        services = _services(
            *(settings, clock, store, account, client, engine, callbacks, fitness, audits, past),
            under,
        )
        fitness.start()
        yield services


def _services(
    settings: Settings,
    clock: Clock,
    store: Store,
    account: AccountService,
    client: Client,
    engine: Engine,
    callbacks: CallbackService,
    fitness: Fitness,
    audits: AuditService,
    past: History,
    carrying: ExitStack | None,
) -> Services:
    origin = settings.origin
    pictures, attention = pictures_of(store, clock, fitness)
    judging = judging_of(settings, clock, store)
    mattered = mattered_of(settings, clock, store)
    pricing = pricing_of(settings, clock, store.database)
    budgets = budgets_of(settings, clock, store.database, pricing.current)
    runs = RunService(
        ledger=store.ledger,
        records=store.records,
        drafts=Drafts(store.database, clock),
        engine=engine,
        origin=origin,
        callback_url=callbacks.url_for,
        refuse_if_unfit=fitness.refuse_if_unfit,
        prices=pricing.current,
    )
    experiments = experiments_of(settings, clock, store, runs, pricing, fitness, carrying)
    return Services(
        settings=settings,
        runs=runs,
        search=past.search,
        organising=past.organising,
        labels=past.labels,
        bin=past.bin,
        likeness=past.likeness,
        costs=CostService(store.tables, origin=origin, zone=settings.zone, clock=clock),
        budgets=budgets,
        insights=insights_of(settings, clock, store.database, store.tables, budgets, pricing),
        books=books_of(settings, clock, store.database, store.tables),
        mattered=mattered,
        experiments=experiments,
        approving=approving_of(settings, clock, store, experiments),
        judging=judging,
        pricing=pricing,
        approvals=approvals_of(settings, clock, store.database, runs),
        already=already_of(settings, clock, store.database, runs),
        account=account,
        pictures=pictures,
        attention=attention,
        taking_away=taking_away_of(
            *(settings, clock, store, past.search, pictures, attention),
            *(judging, mattered),
        ),
        bringing_in=bringing_in_of(settings, clock, store),
        recognising=recognising_of(store, past.likeness),
        callbacks=callbacks,
        decisions=DecisionService(
            decisions=Decisions(store.database, clock),
            records=store.records,
            client=client,
            engine=engine,
            clock=clock,
            origin=origin,
        ),
        fitness=fitness,
        audits=audits,
        api_base_url=client.base_url,
    )
