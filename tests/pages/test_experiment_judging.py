"""Judging an experiment blind, through its page: votes are counted, nothing varied is shown."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from lib.bootstrap import Services
from lib.domain.experiment_votes import Outcome
from lib.services.experiments.judging import LOOKED_AT_S, JudgingService
from lib.store.experiment_votes import ExperimentVotes
from lib.ui import experiment_judge
from lib.ui.browser.inbox import Inbox
from tests.pages.conftest import wait_until
from tests.pages.test_experiments import ExperimentsPage
from tests.set_clock import SetClock


class JudgingPage(ExperimentsPage):
    """One browser tab that judges an experiment."""

    said = 0

    def data(self) -> dict[str, Any] | None:
        """What the browser is given to draw."""
        for found in self.app.get("bidi_component"):
            if "plantain_voting" in str(found.proto):
                data: dict[str, Any] = json.loads(found.proto.json)
                return data
        return None

    def say(self, *answers: tuple[str, str, str | None]) -> "JudgingPage":
        """Answer as the browser does: kind, token, and what was said."""
        events = []
        for kind, token, value in answers:
            self.said += 1
            events.append({"n": self.said, "kind": kind, "ids": [token], "value": value})
        key = f"{experiment_judge.KEY}_inbox"
        self.app.session_state[key] = Inbox(tuple(events))
        self.run()
        return self

    def vote(self, outcome: str) -> "JudgingPage":
        return self.say(("vote", self.data()["pairs"][0]["token"], outcome))


@pytest.fixture(scope="module")
def experiment(opened: Services) -> str:
    """Four cells, with pictures of all."""
    page = ExperimentsPage(opened)
    page.fill(prompt="a {animal} to judge", experiment_name="Kites *of* all")
    page.vary("animal", "cat", "dog <b>").vary("resolution", "0.5K", "1K")
    page.press("experiment_start")
    wait_until(lambda: page.started().progress.is_over)
    return page.opened()


@pytest.fixture
def judge(opened: Services, experiment: str) -> Callable[..., JudgingPage]:
    """Opens it to be judged, without votes."""
    votes = ExperimentVotes(opened.judging._votes._engine, opened.judging._clock)
    while last := votes.of(experiment):
        votes.take_back(experiment, by=last[-1].by, token=last[-1].token)
    return lambda **query: JudgingPage(opened, experiment=experiment, judge="1", **query)


def test_a_pair_betrays_nothing_of_what_is_varied(opened, experiment, judge):
    page = judge()

    shas = {cell.sha256 for cell in opened.experiments.cells(experiment)}
    allowed = {f"/app/static/{kind}/{sha}" for kind in ("img", "thumb") for sha in shas}
    for pair in page.data()["pairs"]:
        assert set(pair) == {"token", "prompt", "left", "right"}
        assert {*pair["left"].values(), *pair["right"].values()} <= allowed
        assert pair["prompt"] in (None, "a cat to judge", "a dog <b> to judge")
    shown = json.dumps(page.data())
    assert "0.5K" not in shown
    assert all(cell.run_id not in shown for cell in opened.experiments.cells(experiment))
    assert all(cell.key not in shown for cell in opened.experiments.cells(experiment))


def test_the_prompt_is_shown_only_where_it_is_the_same(opened, experiment, judge):
    prompts = {
        cell.sha256: f"a {cell.varied['animal']} to judge"
        for cell in opened.experiments.cells(experiment)
    }
    pairs = judge().data()["pairs"]

    for pair in pairs:
        left, right = (prompts[pair[side]["url"].split("/")[-1]] for side in ("left", "right"))
        assert pair["prompt"] == (left if left == right else None)


def test_a_vote_is_counted_and_the_next_pair_was_there_before(opened, experiment, judge):
    page = judge()
    before = [pair["token"] for pair in page.data()["pairs"]]
    assert len(before) == 6

    page.vote("left")

    after = [pair["token"] for pair in page.data()["pairs"]]
    assert after[:5] == before[1:]
    assert len(after) == 6
    assert opened.judging.standing(experiment).votes == 1
    assert page.data()["told"].startswith("1 vote · ")
    assert page.data()["last"] == before[0]


def test_several_answers_at_once_are_all_counted_and_repeats_are_not(opened, experiment, judge):
    page = judge()
    tokens = [pair["token"] for pair in page.data()["pairs"]]
    answers = [("vote", token, "tie") for token in tokens]

    page.say(*answers).say(*answers)

    assert opened.judging.standing(experiment).votes == 6


def test_what_was_taken_back_is_shown_again_as_it_was(opened, experiment, judge):
    page = judge()
    first = page.data()["pairs"][0]
    page.vote("left")

    page.say(("undo", first["token"], None))

    again = page.data()["pairs"][0]
    assert again["token"] != first["token"]
    assert (again["left"], again["right"]) == (first["left"], first["right"])
    assert opened.judging.standing(experiment).votes == 0
    assert page.data()["last"] is None
    assert page.vote("right").data()["told"].startswith("1 vote")


@pytest.mark.parametrize(
    "event",
    [
        ("vote", "unknown", "left"),
        ("vote", "x" * 500, "left"),
        ("undo", "unknown", None),
        ("shout", "unknown", "left"),
    ],
)
def test_what_no_browser_of_ours_sends_changes_nothing(opened, experiment, judge, event):
    page = judge()

    page.say(event, ("vote", page.data()["pairs"][0]["token"], "best"))

    assert opened.judging.standing(experiment).votes == 0
    assert len(page.data()["pairs"]) == 6


def test_another_person_judges_by_another_name(opened, experiment, judge):
    judge().vote("left")

    page = judge().fill(experiment_judge_voter="  Bob   of *Paris* ")
    page.vote("right")

    assert opened.judging.standing(experiment).by == {"local": 1, "Bob of *Paris*": 1}
    assert page.data()["told"].startswith("2 votes, 1 yours")


def judging_of(opened: Services, clock: SetClock) -> JudgingService:
    """Judging of its own, which knows nothing of the pages of other tests."""
    cells, votes = opened.judging._cells, opened.judging._votes
    return JudgingService(cells=cells, votes=votes, clock=clock, random=Random(1))


def test_two_people_at_once_look_at_different_pairs(opened, experiment, judge):
    judge()
    clock = SetClock()
    judging = judging_of(opened, clock)

    pairs = [judging.show(experiment, by=f"v{nth}")[0].pair for nth in range(6)]
    assert len(set(pairs)) == 6
    assert judging.show(experiment, by="late")[0].pair in pairs

    clock.pass_s(2 * LOOKED_AT_S)
    (first,) = judging.show(experiment, by="later")
    (other,) = judging.show(experiment, by="last")
    assert other.pair != first.pair


def test_a_run_put_into_the_bin_is_judged_no_more(opened, experiment, judge):
    page = judge()
    gone = opened.experiments.cells(experiment)[0]
    opened.runs.delete(gone.run_id)

    pairs = page.run().data()["pairs"]

    assert pairs
    assert gone.sha256 not in json.dumps(pairs)
    opened.runs.restore(gone.run_id)


def test_only_cells_rated_well_are_judged_where_that_is_chosen(opened, experiment, judge):
    cells = opened.experiments.cells(experiment)
    rated = [cell.run_id for cell in cells[:2]]
    opened.organising.rate(rated, 4, by="local")

    page = judge(rated="3")

    assert len(page.data()["pairs"]) == 1
    page.fill(experiment_judge_rated=5)
    assert page.app.query_params["rated"] in ("5", ["5"])
    assert page.data() is None
    assert [one.value for one in page.app.info] == [experiment_judge.TOO_FEW]
    opened.organising.rate(rated, None, by="local")


def test_pairs_may_differ_in_one_axis_alone(opened, experiment, judge):
    animals = {cell.sha256: cell.varied["animal"] for cell in opened.experiments.cells(experiment)}
    page = judge(along="resolution")

    pairs = page.data()["pairs"]
    assert len(pairs) == 2
    assert all(pair["prompt"] for pair in pairs)
    for pair in pairs:
        left, right = (pair[side]["url"].split("/")[-1] for side in ("left", "right"))
        assert animals[left] == animals[right]
    assert page.vote("left").data()["told"] == "1 vote"
    page.fill(experiment_judge_along=("animal",))
    assert page.app.query_params["along"] in ("animal", ["animal"])
    assert [pair["prompt"] for pair in page.data()["pairs"]] == [None, None]


def test_the_name_of_who_judges_stays_while_the_tab_is_open(opened, experiment, judge):
    page = judge().fill(experiment_judge_voter="Bob")

    page.press("experiment_judge_close").press("experiment_judge_open").vote("left")

    assert opened.judging.standing(experiment).by == {"Bob": 1}


def test_after_all_pairs_twice_there_is_nothing_left_but_taking_back(opened, experiment, judge):
    page = judge()
    for _ in range(12):
        page.vote("tie")

    assert page.data()["pairs"] == []
    assert [one.value for one in page.app.info] == [experiment_judge.ALL_SEEN]
    page.say(("undo", page.data()["last"], None))
    assert len(page.data()["pairs"]) == 1


def test_the_result_names_the_cells_their_scores_and_the_voters(opened, experiment, judge):
    page = judge()
    cells = {cell.sha256: cell for cell in opened.experiments.cells(experiment)}
    for _ in range(6):
        shown = page.data()["pairs"][0]
        left, right = (
            cells[shown[side]["url"].split("/")[-1]].number for side in ("left", "right")
        )
        page.vote("left" if left < right else "right")

    page.press("experiment_judge_close")

    texts = [text.value for text in page.app.text]
    assert any("Leading so far: animal cat, resolution 0.5K. It wins" in text for text in texts)
    assert "6 votes: local 6." in texts
    table = next(one.value for one in page.app.dataframe if "Rank" in one.value)
    assert list(table["Rank"]) == [1, 2, 3, 4]
    assert list(table["value 0"]) == ["cat", "cat", "dog <b>", "dog <b>"]
    assert list(table["Won"]) == [3, 2, 1, 0]
    assert (table["Won"] + table["Lost"] + table["Tied"] == table["Votes"]).all()


def test_enough_votes_are_said_without_a_word_of_which_is_best(opened, experiment, judge):
    best = opened.experiments.cells(experiment)[0]
    others = opened.experiments.cells(experiment)[1:]
    votes = opened.judging._votes
    for nth in range(60):
        said = {"left_key": best.key, "right_key": others[nth % 3].key, "by": f"v{nth}"}
        votes.cast(experiment, **said, outcome=Outcome.LEFT, token=f"enough {nth}")

    page = judge_with_votes(opened, experiment)

    assert page.says("**Enough votes**: one cell is the best, ")
    assert not page.says("cat")
    page.press("experiment_judge_result")
    assert any("Enough votes: the best is animal cat" in text.value for text in page.app.text)


def judge_with_votes(opened: Services, experiment: str) -> JudgingPage:
    return JudgingPage(opened, experiment=experiment, judge="1")


def test_an_experiment_that_there_is_not_says_so(opened):
    page = JudgingPage(opened, experiment="nothing", judge="1")

    assert page.says("There is no such experiment")
