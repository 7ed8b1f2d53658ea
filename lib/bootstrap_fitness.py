"""Who may carry runs out, whether money may be spent, and what finds the runs that were lost."""

from collections.abc import Callable
from contextlib import ExitStack

from lib.bootstrap_api import CannotStart
from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.engine.durable import Engine
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.services.backups import restoring
from lib.services.ballast import BALLAST_FILE, Ballast
from lib.services.database_watch import DatabaseWatch
from lib.services.fitness import Fitness
from lib.services.polling import Polling
from lib.services.watchdog import Watchdog
from lib.settings import Settings
from lib.store.health import DatabaseHealth


def lock_of(settings: Settings) -> ExecutorLock:
    """The lock of the data folder, which is made when missing. It is not taken yet."""
    settings.plantain_data_dir.mkdir(parents=True, exist_ok=True)
    return ExecutorLock(settings.plantain_data_dir / LOCK_FILE)


def takes_the_lock(settings: Settings, lock: ExecutorLock) -> bool:
    """Whether this process carries runs out. Raises CannotStart while a backup is put back."""
    executes = lock.is_held or lock.acquire()
    if executes:
        restoring.forget_broken_off(settings.plantain_data_dir)
    elif restoring.is_under_way(settings.plantain_data_dir):
        raise CannotStart(
            "A backup is being put back into the data folder: wait until it is there."
        )
    return executes


def fitness_of(
    settings: Settings,
    clock: Clock,
    store: Store,
    lock: ExecutorLock,
    engine: Engine,
    *,
    on_lost: Callable[[], None],
) -> Fitness:
    """What looks whether money may be spent: where we write, and whether we are the ones to."""
    places = {"data folder": settings.plantain_data_dir, "pictures": store.originals.root}
    return Fitness(
        places=places,
        clock=clock,
        database=DatabaseWatch(DatabaseHealth(store.database), clock, settings.plantain_data_dir),
        engine=engine,
        lock=lock,
        ballast=Ballast(settings.plantain_data_dir / BALLAST_FILE),
        on_lost=on_lost,
    )


def watch_over(
    settings: Settings, store: Store, engine: Engine, polling: Polling | None, stack: ExitStack
) -> None:
    """Start what finds the runs that the engine or the polling has lost."""
    watchdog = Watchdog(
        engine=engine, polling=polling, records=store.records, origin=settings.origin
    )
    stack.callback(watchdog.stop)
    watchdog.start()
