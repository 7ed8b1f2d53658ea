"""What is said of an import."""

from lib.services.taking_away.bringing_in import BroughtIn
from lib.ui.bring_in import words


def test_an_import_says_what_came_and_what_did_not() -> None:
    assert words(BroughtIn(runs=2, known=1)) == "2 runs brought in, 1 were here already."
    told = words(BroughtIn(runs=1, open=3, elsewhere=1, lost_pictures=4))
    assert "3 had not ended" in told
    assert "another account" in told
    assert "4 pictures were not in the zip" in told
