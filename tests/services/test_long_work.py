"""Work on many runs beside the pages: it tells how far it is, and ends when it is told to."""

import threading
from collections.abc import Callable

import pytest

from lib.domain.organising import NameUnusable
from lib.services.long_work import WENT_WRONG, LongWork

Progress = Callable[[int], bool]
LIMIT_S = 60


def test_it_gives_what_came_of_it() -> None:
    def work(progress: Progress) -> str:
        return "done" if progress(3) else "canceled"

    done = LongWork(work, 3).start()

    assert done.wait(LIMIT_S)
    assert (done.result, done.gone_through, done.problem) == ("done", 3, None)


def test_it_ends_after_the_part_in_which_it_is_canceled() -> None:
    begun, canceled = threading.Event(), threading.Event()

    def work(progress: Progress) -> int:
        begun.set()
        canceled.wait(LIMIT_S)
        return next(at for at in range(1, 100) if not progress(at))

    done = LongWork(work, None).start()
    begun.wait(LIMIT_S)
    assert not done.is_over
    done.cancel()
    canceled.set()

    assert done.wait(LIMIT_S)
    assert done.is_canceled
    assert done.result == 1


@pytest.mark.parametrize(
    ("error", "words"), [(NameUnusable("Too long."), "Too long."), (OSError("no"), WENT_WRONG)]
)
def test_what_goes_wrong_is_said_in_words(error: Exception, words: str) -> None:
    def work(_progress: Progress) -> None:
        raise error

    failed = LongWork(work, 1).start()

    assert failed.wait(LIMIT_S)
    assert failed.result is None
    assert failed.problem == words
