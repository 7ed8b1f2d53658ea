"""What carries runs along in the process that executes: the engine sends, the loop watches."""

import os
import threading
from contextlib import ExitStack

from lib.bootstrap_fitness import watch_over
from lib.bootstrap_store import Store
from lib.domain.clock import Clock
from lib.engine.durable import Engine
from lib.runflow.api import Client
from lib.runflow.download import Downloads
from lib.services.audit import AuditService
from lib.services.callbacks import CallbackService
from lib.services.fitness import Fitness
from lib.services.keeping import Keeping
from lib.services.pace import Pace, times_for
from lib.services.polling import Polling
from lib.services.room import Room
from lib.services.settlement import Settlement
from lib.services.submission import Submission
from lib.settings import Settings


def carry_on(
    settings: Settings,
    clock: Clock,
    store: Store,
    client: Client,
    engine: Engine,
    callbacks: CallbackService,
    fitness: Fitness,
    audits: AuditService,
    stack: ExitStack,
) -> None:
    """Take up what is under way, and all that comes; `stack` ends it."""
    pace = Pace(clock, times_for(settings.plantain_quiet_seconds))
    settlement = _settlement_of(store, client, fitness, pace)
    polling = Polling(
        look=settlement.look,
        on_end=engine.look_again,
        clock=clock,
        age_s=lambda run_id: pace.accepted_for_s(store.records.find(run_id)),
    )
    room = Room(store.records, origin=settings.origin, most=settings.plantain_max_open_runs)
    submission = _submission_of(settings, store, client, callbacks, fitness, pace, polling, room)

    def wake_who_waits() -> None:
        for run_id in room.waiting():
            engine.look_again(run_id)

    engine.tell_of_ends(wake_who_waits)
    # Undone from the last to the first, before the client is closed.
    stack.callback(engine.stop)
    stack.callback(polling.stop)
    stack.callback(audits.stop)
    polling.start()
    callbacks.start(polling.look_now, audits.look_at, audits.ask_again)
    engine.start(submission.advance, lambda: store.records.open_ids(origin=settings.origin))
    audits.start(lambda run_id, after_s: polling.watch(run_id, after_s=after_s))
    for run_id in store.records.accepted_ids(origin=settings.origin):
        polling.watch(run_id)
    watch_over(settings, store, engine, polling, stack)


def _settlement_of(store: Store, client: Client, fitness: Fitness, pace: Pace) -> Settlement:
    keeping = Keeping(
        downloads=Downloads(api_base_url=client.base_url),
        originals=store.originals,
        thumbnails=store.thumbnails,
        few_at_a_time=threading.Semaphore(os.cpu_count() or 1),
        ballast=fitness.ballast,
    )
    return Settlement(
        ledger=store.ledger,
        records=store.records,
        client=client,
        keeping=keeping,
        pace=pace,
        ballast=fitness.ballast,
    )


def _submission_of(
    settings: Settings,
    store: Store,
    client: Client,
    callbacks: CallbackService,
    fitness: Fitness,
    pace: Pace,
    polling: Polling,
    room: Room,
) -> Submission:
    def accepted(run_id: str) -> None:
        if polling.watch(run_id):
            callbacks.accepted(run_id)

    return Submission(
        ledger=store.ledger,
        records=store.records,
        client=client,
        pace=pace,
        origin=settings.origin,
        on_accepted=accepted,
        why_not_send=fitness.why_not_send,
        ballast=fitness.ballast,
        room=room,
    )
