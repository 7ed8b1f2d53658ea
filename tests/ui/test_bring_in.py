"""What is said of an import."""

from lib.services.taking_away.bringing_in import BroughtIn
from lib.ui.bring_in_work import progress_words, words


def test_an_import_says_what_came_and_what_did_not() -> None:
    assert words(BroughtIn(runs=2, known=1)) == "2 runs brought in, 1 were here already."
    told = words(BroughtIn(runs=1, open=3, elsewhere=1, lost_pictures=4))
    assert "3 had not ended" in told
    assert "another account" in told
    assert "4 pictures were not in the zip" in told


def test_an_import_that_was_canceled_says_how_it_goes_on() -> None:
    told = words(BroughtIn(runs=1, undecided=1, was_canceled=True))
    assert told.startswith("Canceled.")
    assert "again for the rest" in told
    assert "1 of them wait for a decision where they were made" in told


def test_each_run_is_checked_before_any_is_brought_in() -> None:
    told = [progress_words(done, total) for done, total in ((0, None), (1, 4), (2, 4), (4, 4))]
    assert told == [
        "Looking into the zip",
        "Checked 1 of 2 runs",
        "Brought in 0 of 2 runs",
        "Brought in 2 of 2 runs",
    ]
