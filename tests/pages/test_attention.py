"""What people do with pictures is noted where they do it, and the history finds it."""

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.prepared import Form
from tests.pages.conftest import Make
from tests.pages.generating import PROMPT, GeneratePage
from tests.pages.reading import ReadingPage


def found(services: Services, name: str, value: str = "true") -> int:
    query = HistoryQuery().where(name, value)
    return services.search.totals(query, viewer="local").runs.value


def test_a_run_whose_drawer_was_opened_is_opened(services: Services, make: Make) -> None:
    run, _other = make("a kite"), make("a boat")
    assert (found(services, "opened"), found(services, "opened", "false")) == (0, 2)

    ReadingPage("history", run=run.id)

    assert (found(services, "opened"), found(services, "opened", "false")) == (1, 1)
    assert found(services, "kept") == 0


def test_a_picture_opened_from_its_card_is_opened(services: Services, make: Make) -> None:
    run, other = make("a kite"), make("a boat")
    sha256 = run.pictures[0].sha256

    services.pictures.opened(sha256, other.id)
    services.pictures.opened(sha256, "no run at all")
    assert found(services, "opened") == 0

    services.pictures.opened(sha256, run.id)
    assert (found(services, "opened"), found(services, "downloaded")) == (1, 0)


def test_a_downloaded_picture_is_kept(services: Services, make: Make) -> None:
    run, _other = make("a kite"), make("a boat")

    assert services.pictures.download(run.pictures[0].sha256, run.id)

    assert found(services, "downloaded") == found(services, "kept") == 1
    assert found(services, "kept", "false") == 1


def test_what_went_out_in_a_zip_is_downloaded_and_a_table_takes_no_picture(
    services: Services, make: Make
) -> None:
    runs = [make("a kite"), make("a boat"), make("a kite [fail]")]
    for form, expected in ((Form.CSV, 0), (Form.ZIP, 2)):
        token = services.taking_away.order(form, [run.id for run in runs], viewer="local")
        outgoing = services.taking_away.fetch(token)
        assert outgoing
        assert b"".join(outgoing.data)

        assert found(services, "downloaded") == expected


def test_a_star_or_four_of_five_keep_and_the_bin_does_not(services: Services, make: Make) -> None:
    starred, good, fair, gone = (make(f"a kite {n}") for n in range(4))
    services.organising.favour([starred.id], is_favourite=True, by="local")
    for run, rating in ((good, 4), (fair, 3), (gone, 5)):
        services.organising.rate([run.id], rating, by="local")
    services.runs.delete(gone.id)

    assert found(services, "kept") == 2
    assert found(services, "opened") == 3


def test_the_same_picture_made_again_is_an_exact_duplicate(services: Services, make: Make) -> None:
    make("a kite", seed=7)
    assert found(services, "duplicate") == 0

    make("a kite", seed=7)
    make("a kite", seed=8)

    assert found(services, "duplicate") == 1


def test_a_picture_used_again_is_a_saving_of_the_period(services: Services, make: Make) -> None:
    make(PROMPT, resolution="2K")
    assert "Saved" not in [one.label for one in ReadingPage("costs").app.metric]

    GeneratePage(services, prompt=PROMPT, resolution="2K").press("use_this_picture")

    figure = ReadingPage("costs").metric("Saved")
    assert (figure.value, figure.delta) == ("$0.120", "1 request not paid again")
    assert found(services, "opened") == 1
