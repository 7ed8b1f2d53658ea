"""History: every run is found again, opened by its address, and none of its words is Markdown."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services
from lib.domain.history_query import Sort
from lib.services.history_search import PAGE_SIZE
from lib.store.database import open_database
from tests.pages.conftest import Make
from tests.pages.reading import ReadingPage
from tests.store.ended_runs import NOON_MS, put, run_row

EVIL = "![x](https://evil.example/x.png) **bold** $x^2$ <img src=x> =1+1"
FAR_ON_MS = NOON_MS + 10 * 366 * 86_400_000


@pytest.fixture
def database(services: Services) -> Iterator[sa.Engine]:
    """The ledger of the pages, to put runs into as they are at their end."""
    engine = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield engine
    with engine.begin() as db:
        db.exec_driver_sql("DELETE FROM run WHERE request_sha256 = ?", ("0" * 64,))
    engine.dispose()


def prompts(page: ReadingPage) -> list[str]:
    return list(page.table("prompt")["prompt"])


# -- the table -----------------------------------------------------------------------------------


def test_without_runs_the_page_says_what_will_be_here(services: Services) -> None:
    page = ReadingPage("history")

    assert page.says("Every run will stand here")
    assert not page.has_table("prompt")


def test_a_run_stands_in_the_table_with_picture_and_cost(make: Make) -> None:
    run = make("A red kite", seed=2**63, enable_web_search=True)

    row = ReadingPage("history").table("prompt").iloc[0]

    assert row["picture"] == f"/app/static/thumb/{run.pictures[0].sha256}"
    assert (row["prompt"], row["state"], row["seed"]) == ("A red kite", "Done", str(2**63))
    assert (row["cost"], row["estimate"]) == (0.095, 0.095)
    assert row["enable_web_search"] == "yes"
    assert row["created_by"] == "local"


def test_the_newest_run_comes_first(database: sa.Engine) -> None:
    put(database, *(run_row(f"0{at}", prompt=f"kite {at}") for at in range(3)))

    assert prompts(ReadingPage("history")) == ["kite 2", "kite 1", "kite 0"]


def test_a_run_that_failed_says_why(make: Make) -> None:
    make("A kite [fail]")

    row = ReadingPage("history").table("prompt").iloc[0]
    assert row["state"] == "Failed"
    assert row["reason"] == "The provider could not generate the image."
    assert row["cost"] == 0


def test_a_run_that_came_short_or_is_flagged_says_so(make: Make) -> None:
    make("A kite [partial]", num_images=2)
    make("A kite [flagged]")

    states = list(ReadingPage("history").table("prompt")["state"])
    assert states == ["Done, flagged as NSFW", "Done, 1 of 2 pictures"]


# -- the gallery ---------------------------------------------------------------------------------


def gallery_data(page: ReadingPage) -> dict[str, Any]:
    """What the browser is given to draw."""
    (component,) = (
        found for found in page.app.get("bidi_component") if "plantain_gallery" in str(found.proto)
    )
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


def test_the_address_chooses_the_view_and_the_session_remembers_it(database: sa.Engine) -> None:
    put(database, run_row("01"))
    page = ReadingPage("history", view="gallery")
    assert not page.has_table("prompt")
    assert [item["label"] for item in gallery_data(page)["items"]] == ["a kite"]

    page.app.get("button_group")[0].set_value("table").run()
    assert page.query["view"] == "table"
    assert prompts(page) == ["a kite"]

    del page.app.query_params["view"]
    assert prompts(page.run()) == ["a kite"]


def test_a_view_that_does_not_exist_is_the_table(database: sa.Engine) -> None:
    put(database, run_row("01"))

    assert prompts(ReadingPage("history", view=EVIL)) == ["a kite"]


def test_the_gallery_has_all_pictures_of_each_run(make: Make) -> None:
    run = make("A red kite", num_images=2)

    (tile,) = gallery_data(ReadingPage("history", view="gallery"))["items"]

    assert tile["id"] == run.id
    assert [one["url"] for one in tile["pictures"]] == [
        f"/app/static/thumb/{picture.sha256}" for picture in run.pictures
    ]


def test_the_gallery_is_the_same_page_of_the_same_query(database: sa.Engine) -> None:
    put(database, *(run_row(f"0{at}", prompt=f"kite {at}") for at in range(3)), run_row("09"))

    page = ReadingPage("history", view="gallery", q="kite", before="02")

    assert [item["label"] for item in gallery_data(page)["items"]] == ["kite 1", "kite 0"]


# -- filter and pages ----------------------------------------------------------------------------


def test_the_search_is_part_of_the_address(database: sa.Engine) -> None:
    put(database, run_row("01", prompt="a red fox"), run_row("02", prompt="a grey fox"))

    page = ReadingPage("history", q="fox -grey")
    assert page.app.text_input(key="history_text").value == "fox -grey"
    assert prompts(page) == ["a red fox"]

    page.app.text_input(key="history_text").set_value("grey")
    assert prompts(page.run()) == ["a grey fox"]
    assert page.query["q"] == "grey"


def test_a_search_that_finds_nothing_offers_to_be_cleared(database: sa.Engine) -> None:
    put(database, run_row("01"))
    page = ReadingPage("history", q="zebra")
    assert page.says("No run answers this")

    page.press("history_clear")

    assert prompts(page) == ["a kite"]


def test_a_new_search_starts_from_the_first_page(database: sa.Engine) -> None:
    put(database, *(run_row(f"{at:03}") for at in range(PAGE_SIZE + 1)))
    page = ReadingPage("history").press("history_next")
    assert len(prompts(page)) == 1

    page.app.text_input(key="history_text").set_value("kite")
    page.run()

    assert "page" not in page.query
    assert len(prompts(page)) == PAGE_SIZE


def test_the_pages_follow_each_other_by_address(database: sa.Engine) -> None:
    put(database, *(run_row(f"{at:03}", prompt=f"kite {at:03}") for at in range(PAGE_SIZE + 2)))
    page = ReadingPage("history")
    assert page.says(f"{PAGE_SIZE + 2} runs · ")
    assert not page.has_button("history_previous")

    page.press("history_next")
    assert prompts(page) == ["kite 001", "kite 000"]
    assert prompts(ReadingPage("history", page=page.query["page"])) == ["kite 001", "kite 000"]
    assert not page.has_button("history_next")

    page.press("history_previous")
    assert len(prompts(page)) == PAGE_SIZE


@pytest.mark.parametrize(
    ("link", "found"),
    # What is newer than a run of the first page fits on the first page, and that is shown then.
    [({"before": "01"}, ["kite 0"]), ({"after": "01"}, ["kite 2", "kite 1", "kite 0"])],
)
def test_an_older_link_turns_to_the_page_beside_a_run(
    database: sa.Engine, link: dict[str, str], found: list[str]
) -> None:
    put(database, *(run_row(f"0{at}", prompt=f"kite {at}") for at in range(3)))

    assert prompts(ReadingPage("history", **link)) == found


def test_a_page_beyond_all_runs_leads_back(database: sa.Engine) -> None:
    put(database, run_row("01"))
    page = ReadingPage("history", before="01")
    assert page.says("There are no more runs")

    page.press("history_first")

    assert prompts(page) == ["a kite"]


@pytest.mark.parametrize("place", [EVIL, "after.x.1", "\0", "after." + "9" * 30 + ".1"])
def test_a_page_that_cannot_be_is_the_first(database: sa.Engine, place: str) -> None:
    put(database, run_row("01"))

    assert prompts(ReadingPage("history", page=place)) == ["a kite"]


# -- filters -------------------------------------------------------------------------------------


def test_a_filter_is_chosen_by_its_value_with_its_count_beside_it(database: sa.Engine) -> None:
    put(
        database,
        run_row("01", prompt="small", input={"resolution": "1K"}),
        run_row("02", prompt="large", input={"resolution": "4K"}),
        run_row("03", prompt="large", input={"resolution": "4K"}),
    )
    page = ReadingPage("history").press("history_filters")
    choice = next(one for one in page.app.get("button_group") if one.label == "resolution")
    assert [option.content for option in choice.proto.options] == ["1K · 1", "4K · 2"]

    choice.set_value(["4K"])
    page.run()

    assert page.query["resolution"] == "4K"
    assert prompts(page) == ["large", "large"]


def test_a_chosen_filter_is_a_chip_that_can_be_taken_away(database: sa.Engine) -> None:
    put(database, run_row("01"))
    page = ReadingPage("history", resolution="4K", cost_from="0.01", created_to="2026-01-01")
    chips = page.app.multiselect(key="history_chips")
    assert chips.options == ["resolution: 4K", "Cost from: $0.010", "To: 2026-01-01"]

    chips.set_value([("cost_from_micros", "10000")])
    page.run()

    assert set(page.query) == {"cost_from"}
    assert prompts(page) == ["a kite"]


def test_all_filters_are_cleared_at_once(database: sa.Engine) -> None:
    put(database, run_row("01"))
    page = ReadingPage("history", resolution="4K", q="zebra", sort="cost")

    page.press("history_filters").press("history_clear_filters")

    assert page.query == {"sort": "cost"}
    assert prompts(page) == ["a kite"]


def test_costs_days_and_seeds_are_filtered_by_what_is_typed(database: sa.Engine) -> None:
    put(
        database,
        run_row("01", prompt="dear", cost_micros=200_000, input={"seed": 7}),
        run_row("02", prompt="cheap"),
    )
    page = ReadingPage("history").press("history_filters")

    page.app.number_input(key="history_range_cost_from_micros").set_value(0.2)
    assert prompts(page.run()) == ["dear"]
    page.app.text_input(key="history_range_seed").set_value("7")
    assert prompts(page.run()) == ["dear"]
    page.app.date_input(key="history_range_created_from").set_value(date(2026, 11, 22))
    assert prompts(page.run()) == ["dear"]

    assert page.query == {"cost_from": "0.2", "seed": "7", "created_from": "2026-11-22"}


def test_the_order_is_part_of_the_address(database: sa.Engine) -> None:
    put(database, run_row("01", prompt="dear", cost_micros=200_000), run_row("02", prompt="cheap"))
    page = ReadingPage("history")

    page.app.selectbox(key="history_sort").set_value(Sort.COST)

    assert prompts(page.run()) == ["dear", "cheap"]
    assert page.query["sort"] == "cost"


@pytest.mark.parametrize(
    "query",
    [
        {"resolution": EVIL},
        {"sort": EVIL},
        {"cost_from": EVIL},
        {"created_from": "2026-13-40"},
        {"deleted": EVIL},
        {"utm_source": EVIL},
    ],
    ids=lambda query: next(iter(query)),
)
def test_a_wrong_parameter_is_left_out_and_said_as_text(
    database: sa.Engine, query: dict[str, str]
) -> None:
    put(database, run_row("01"))

    page = ReadingPage("history", **query)

    assert prompts(page) == ["a kite"]
    assert any(next(iter(query)) in text for text in page.texts())
    assert not any("evil.example" in text for text in page.markdown())


@pytest.mark.parametrize(
    "query",
    [
        {"created_from": "0001-01-01"},
        {"created_to": "9999-12-31"},
        {"cost_from": "-1000000000"},
        {"cost_to": "0.000001"},
        {"tag": EVIL},
        {"collection": "999"},
        {"seed": EVIL},
        {"same_prompt_as": EVIL},
        {"rating": ""},
        {"created_by": EVIL},
    ],
    ids=lambda query: next(iter(query)),
)
def test_an_unusual_filter_breaks_nothing(database: sa.Engine, query: dict[str, str]) -> None:
    put(database, run_row("01", created_by=EVIL, status=EVIL))

    page = ReadingPage("history", **query).press("history_filters")

    assert len(page.app.multiselect(key="history_chips").value) == 1
    assert not any("evil.example" in text for text in page.markdown())
    pills = [option.content for one in page.app.get("button_group") for option in one.proto.options]
    assert not any("evil.example" in text for text in pills)


def test_deleted_runs_are_in_the_bin_for_a_stated_time(database: sa.Engine) -> None:
    put(database, run_row("01", prompt="gone", deleted_at=NOON_MS), run_row("02", prompt="here"))

    page = ReadingPage("history").press("history_bin")

    assert page.query == {"deleted": "true"}
    assert "gone" in prompts(page)
    assert "here" not in prompts(page)
    assert page.says("brought back for 30 days")
    assert "here" in prompts(page.press("history_bin"))


def test_other_rows_make_another_table(database: sa.Engine) -> None:
    put(database, run_row("01", prompt="a fox"), run_row("02"))

    keys = {ReadingPage("history", **query).app.dataframe[0].key for query in ({}, {"q": "fox"})}

    assert len(keys) == 2, "the selection of one table would be taken for that of the other"


# -- one run -------------------------------------------------------------------------------------


def test_an_address_opens_a_run_with_all_there_is_to_it(make: Make) -> None:
    run = make("A red kite", num_images=2)

    page = ReadingPage("history", run=run.id)

    assert "A red kite" in page.texts()
    links = [item.proto.url for item in page.app.get("link_button")]
    downloads = [link for link in links if "/download/" in link]
    assert downloads == [f"/app/static/download/{p.sha256}?run={run.id}" for p in run.pictures]
    assert len(page.app.get("image")) == 2
    assert dict(page.table("Field").itertuples(index=False))["num_images"] == "2"
    costs = page.table("Part").set_index("Part")["Amount"]
    assert dict(costs) == {"1K image": "$0.160", "Estimate": "$0.160", "Cost": "$0.160"}
    assert page.says("confirmed by the API")
    assert "Done, pictures kept" in list(page.table("What")["What"])
    assert run.remote_id in list(page.table("Fact")["Value"])


def test_a_run_that_is_not_on_this_page_opens_all_the_same(database: sa.Engine, make: Make) -> None:
    run = make("A red kite")
    newer = (run_row(f"ffff{at:03}", created_at=FAR_ON_MS) for at in range(PAGE_SIZE + 1))
    put(database, *newer)

    page = ReadingPage("history", run=run.id)

    assert "A red kite" not in prompts(page)
    assert "A red kite" in page.texts()


def test_a_failed_run_says_why_and_what_to_do(make: Make) -> None:
    page = ReadingPage("history", run=make("A kite [no credit]").id)

    assert any("Insufficient credit: add credits" in text for text in page.texts())
    assert page.says("Add credit to the Runflow account")
    assert page.says("It cost nothing.")


def test_a_partial_run_shows_the_estimate_against_the_cost(make: Make) -> None:
    page = ReadingPage("history", run=make("A kite [partial]", num_images=3).id)

    amounts = dict(page.table("Part").set_index("Part")["Amount"])
    assert amounts["Difference"] == "-$0.080"


@pytest.mark.parametrize("run_id", ["no-such-run", EVIL, "\0", "' OR 1=1"])
def test_an_unknown_id_is_told_as_such(services: Services, run_id: str) -> None:
    page = ReadingPage("history", run=run_id)
    assert page.says("There is no run of this id.")
    assert not any("evil.example" in text for text in page.markdown())

    page.press("history_close")

    assert "run" not in page.query


def test_a_run_of_another_account_is_not_shown(database: sa.Engine) -> None:
    put(database, run_row("01", origin="api.runflow.io", prompt="a secret fox"))

    page = ReadingPage("history", run="01")

    assert page.says("This run was made with another account.")
    assert page.says("api.runflow.io")
    assert not page.says("a secret fox")


def test_a_deleted_run_can_be_brought_back(services: Services, make: Make) -> None:
    run = make("A red kite")
    page = ReadingPage("history", run=run.id)

    page.press("history_delete")
    assert page.says("This run was deleted at")
    assert not page.has_table("prompt")

    page.press("history_restore")
    assert prompts(page) == ["A red kite"]
    assert "A red kite" in page.texts()


def test_a_run_that_is_under_way_can_be_watched_and_not_deleted(services: Services) -> None:
    run_id = services.runs.submit(
        "google/nano-banana-2",
        {"prompt": "A kite [slow]"},
        click_token="watched",
        created_by="local",
    )

    page = ReadingPage("history", run=run_id)

    assert not page.has_button("history_delete")
    assert page.says("not known yet")


def test_what_others_wrote_is_never_markdown(database: sa.Engine, services: Services) -> None:
    put(
        database,
        run_row(
            "01",
            prompt=EVIL,
            state="failed",
            failure_message=EVIL,
            failure_code=EVIL,
            note=EVIL,
            created_by=EVIL,
            remote_body={"error": EVIL},
        ),
    )

    page = ReadingPage("history", run="01", q="evil")

    assert EVIL in page.texts()
    assert not any("evil.example" in text for text in page.markdown())
