"""What votes say of the cells of an experiment, for whoever takes it away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lib.domain.experiment_progress import CellNow, Experiment
from lib.domain.experiment_scores import Standing, share_won
from lib.services.taking_away.of_experiments.findings import Judged, Section

SHOWN = 20
HEAD = ("Cell", "Wins against an average cell", "95 % interval", "Votes")


@dataclass(frozen=True, slots=True)
class Votes:
    """Tells by cell and in a section. `standing` is what all votes on an experiment come to."""

    standing: Callable[[str], Standing]

    def judging(self, experiment: Experiment) -> Mapping[str, Judged]:
        """The cells that were voted on, by key."""
        return {
            score.key: Judged(score.score, score.low, score.high, score.votes)
            for score in self.standing(experiment.id).scores
            if score.votes
        }

    def section(self, experiment: Experiment, cells: Sequence[CellNow]) -> Section | None:
        """The best cells with their intervals; None while nobody has voted."""
        standing = self.standing(experiment.id)
        if not standing.votes:
            return None
        numbers = {cell.key: cell.number for cell in cells}
        rows = tuple(
            (
                f"#{numbers[score.key]}",
                percent(share_won(score.score)),
                f"{percent(share_won(score.low))} to {percent(share_won(score.high))}",
                str(score.votes),
            )
            for score in standing.scores
            if score.votes and score.key in numbers
        )
        return Section("Votes", tuple(_said(standing, len(rows))), HEAD, rows[:SHOWN])


def percent(share: float) -> str:
    """`54 %`."""
    return f"{share:.0%}".replace("%", " %")


def _said(standing: Standing, judged: int) -> list[str]:
    votes = "1 vote" if standing.votes == 1 else f"{standing.votes:,} votes"
    people = "1 person" if len(standing.by) == 1 else f"{len(standing.by):,} people"
    said = [f"{votes} by {people} on pairs of pictures, scored by Bradley-Terry."]
    if standing.is_enough:
        said.append(f"The first is the best with a probability of {percent(standing.sure)}.")
    else:
        said.append("Not enough votes yet to be sure of the best.")
    if judged > SHOWN:
        said.append(f"The best {SHOWN} of {judged} are shown; the tables have all.")
    return said
