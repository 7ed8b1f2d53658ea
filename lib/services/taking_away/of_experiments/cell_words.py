"""What is said of a cell where it is shown, and how its place in the grid is called."""

from collections.abc import Mapping

from lib.domain.experiment import Design
from lib.domain.experiment_layout import Words, values_of
from lib.domain.experiment_progress import CellNow, CellState, Experiment
from lib.domain.money import exact_dollars
from lib.domain.run import OPEN, RunState
from lib.images.lettering import MISSING, lettered
from lib.services.taking_away.csv_table import iso

LONGEST_REASON = 300
READ_AT = 13


def cost_of(cell: CellNow) -> int | None:
    """Micro-dollars; nothing for pictures that were there before."""
    return 0 if cell.is_reused else cell.cost_micros


def in_dollars(micros: int) -> str:
    """To the last micro-dollar: `-$0.095000`."""
    return f"{'-' if micros < 0 else ''}${exact_dollars(abs(micros))}"


def caption_of(cell: CellNow) -> str:
    """Its number, and what it has cost."""
    cost = cost_of(cell)
    return f"#{cell.number}" if cost is None else f"#{cell.number} · {in_dollars(cost)}"


def why_no_picture(cell: CellNow) -> str:
    """What stands in the place of a picture that is not there."""
    if cell.state is not CellState.SENT:
        return {CellState.WAITING: "Waiting", CellState.DROPPED: "Dropped"}[cell.state]
    if cell.run_state in OPEN:
        return "Under way"
    if cell.run_state is RunState.STORED:
        return "The picture is not here."
    reason = f": {cell.failure[:LONGEST_REASON]}" if cell.failure else ""
    return f"{str(cell.run_state or 'no run').capitalize()}{reason}"


def facts_of(experiment: Experiment, shown: int) -> str:
    """The day, how many cells, and the price."""
    now = experiment.progress
    cells = "1 cell" if now.cells == 1 else f"{now.cells:,} cells"
    cells = cells if shown == now.cells else f"{shown:,} of {cells}"
    money = f"{in_dollars(now.spent_micros)} spent"
    if now.held_micros:
        money += f" · {in_dollars(now.held_micros)} held"
    if now.in_doubt_micros:
        money += f" · {in_dollars(now.in_doubt_micros)} in doubt"
    return f"{iso(experiment.created_at)[:10]} · {cells} · {money}"


class Heads:
    """The heads of a grid, for drawing: a value that no font here has is named by its number.

    `replaced` has what was named so: by column and number, the value itself.
    """

    def __init__(self, design: Design) -> None:
        self._numbers: Mapping[str, Mapping[str, int]] = {
            name: {word: nth for nth, word in enumerate(words, 1)}
            for name, words in values_of(design).items()
        }
        self.replaced: dict[tuple[str, int], str] = {}
        self._drawn: dict[tuple[str, str], str] = {}

    def of(self, names: Words, words: Words) -> str:
        """Each name with its value, a line for each."""
        return "\n".join(
            f"{name}: {self._word(name, word)}" for name, word in zip(names, words, strict=True)
        )

    def _word(self, name: str, word: str) -> str:
        """Each value is looked at once: it stands in many rows, and may be long."""
        if (name, word) not in self._drawn:
            self._drawn[name, word] = self._drawable(name, word)
        return self._drawn[name, word]

    def _drawable(self, name: str, word: str) -> str:
        if lettered(word, READ_AT).is_whole and lettered(name, READ_AT).is_whole:
            return " ".join(word.split())
        number = self._numbers.get(name, {}).get(word, 0)
        self.replaced[name, number] = word
        drawn = lettered(word, READ_AT).text
        return f"value {number}" if drawn == MISSING else f"value {number}: {drawn}"
