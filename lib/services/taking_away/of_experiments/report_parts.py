"""The parts of a report that are words and tables. What is put into them is text."""

from collections.abc import Iterable, Iterator, Sequence

from lib.domain.experiment import Design
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_layout import Words
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_words import word_of, words_of
from lib.services.experiments import yaml_text
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.html_page import text
from lib.services.taking_away.of_experiments.cell_columns import state_of
from lib.services.taking_away.of_experiments.cell_words import facts_of, in_dollars
from lib.services.taking_away.of_experiments.findings import Section
from lib.services.taking_away.of_experiments.taken_cells import Taken, TakenCell

STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 100rem; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; unicode-bidi: isolate; }
h2 { font-size: 1.2rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; }
.facts { opacity: .75; }
table { border-collapse: collapse; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; }
.value, td.text, pre { white-space: pre-wrap; unicode-bidi: isolate; }
.value { display: inline-block; max-width: 24rem; }
.long { min-width: 12rem; max-height: 9rem; overflow: auto; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.name { opacity: .7; }
.grid, .cells, .wide { overflow: auto; max-height: 92vh; }
.cells th, .wide th { white-space: nowrap; }
.cells .value { width: max-content; }
.grid th, .grid td { padding: .3rem; background: Canvas; }
.grid thead th, .cells thead th { position: sticky; top: 0; background: Canvas; z-index: 1; }
.grid thead td { position: sticky; top: 0; left: 0; background: Canvas; z-index: 2; }
.grid tbody th { position: sticky; left: 0; min-width: 7rem; max-width: 14rem; z-index: 1; }
.grid thead th { min-width: 10rem; max-width: 16rem; }
figure { margin: 0 0 .4rem; display: inline-block; vertical-align: top; }
img { display: block; max-width: 16rem; border-radius: .3rem; }
figcaption { font-size: .8em; opacity: .75; font-variant-numeric: tabular-nums; }
.none { margin: 0; width: 12rem; min-height: 5rem; padding: .6rem; box-sizing: border-box;
  border: 1px dashed GrayText; border-radius: .3rem; color: GrayText; }
details { margin: .6rem 0; }
@media print { .grid, .cells, .wide { max-height: none; overflow: visible; } }
"""


def head(experiment: Experiment, shown: int) -> str:
    """What it is, when and by whom."""
    made = f"Started {iso(experiment.created_at)[:16].replace('T', ' ')} UTC"
    by = f"by {experiment.created_by}, {experiment.state}, {experiment.origin}"
    return (
        f'<h1 dir="auto">{text(experiment.name)}</h1>\n'
        f'<p class="facts">{text(facts_of(experiment, shown))}<br>{text(made)} {text(by)}</p>\n'
    )


def costs(taken: Taken) -> str:
    """Where the cells stand, the sum, and what was charged for."""
    now = taken.experiment.progress
    numbers = {"stored": now.stored, "under way": now.open, "waiting": now.waiting}
    numbers |= {"failed": now.failed, "dropped": now.dropped}
    told = " · ".join(f"{number:,} {word}" for word, number in numbers.items() if number)
    rows = [
        (text(one.sku), f"{one.quantity:,}", in_dollars(one.amount_micros)) for one in taken.charged
    ]
    total = in_dollars(sum(one.amount_micros for one in taken.charged))
    rows += [("All", "", total)] if rows else []
    table = _table(("Charged for", "Quantity", "Cost"), rows, numbers=(1, 2)) if rows else ""
    return f"<h2>Costs</h2>\n<p>{text(told)}</p>\n{table}"


def design_of(design: Design) -> str:
    """What was varied, all else, and the text that makes the same cells again."""
    varied = [(text(name_of(axis)), value(words_of(axis))) for axis in design.axes]
    base = [(text(name), value(word_of(given))) for name, given in design.base.items()]
    tables = (_table(("Varied", "Values"), varied) if varied else "") + _table(
        ("All cells", "Value"), base
    )
    written = (
        f"<details><summary>As YAML</summary><pre>{text(yaml_text.write(design))}</pre></details>"
    )
    return f"<h2>Design</h2>\n{tables}{written}\n"


def findings(section: Section | None) -> str:
    """What somebody found out; nothing where there is nothing."""
    if section is None:
        return ""
    said = "".join(f'<p dir="auto">{text(sentence)}</p>\n' for sentence in section.sentences)
    rows = [tuple(value(cell) for cell in row) for row in section.rows]
    table = _table(section.head, rows) if rows else ""
    return f"<h2>{text(section.title)}</h2>\n{said}{table}"


def all_cells(taken: Taken, batches: Iterable[list[TakenCell]]) -> Iterator[str]:
    """A row for each cell, a batch at a time."""
    columns = list(dict.fromkeys(taken.experiment.design.columns))
    votes = ["Score", "Votes"] if taken.judged else []
    names = ["Cell", *columns, "Repeat", "State", "Cost", "Rating", *votes, "Reason"]
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in names)
    yield f'<h2>Cells</h2>\n<div class="cells" tabindex="0"><table><thead><tr>{heads}</tr></thead><tbody>\n'
    for rows in batches:
        yield "".join(_row(_cells(row, columns, has_votes=bool(votes))) for row in rows)
    yield "</tbody></table></div>\n"


def _cells(row: TakenCell, columns: Sequence[str], *, has_votes: bool) -> list[str]:
    cost, rating = row.cost_micros, row.taken.rating if row.taken else None
    state = str(row.cell.run_state) if state_of(row) == "sent" else state_of(row)
    judged = row.judged
    votes = [f"{judged.score:.3f}", str(judged.votes)] if judged else ["", ""]
    return [
        str(row.cell.number),
        *(value(word_of(row.cell.varied.get(name))) for name in columns),
        str(row.cell.repeat),
        text(state),
        "" if cost is None else in_dollars(cost),
        "" if rating is None else str(rating),
        *(votes if has_votes else []),
        value(row.cell.failure or ""),
    ]


def named(names: Words, words: Words) -> str:
    """Names with their values, one below the other."""
    return "<br>".join(
        f'<span class="name">{text(name)}</span> {value(word)}'
        for name, word in zip(names, words, strict=True)
    )


def value(word: str) -> str:
    """A text of others, which keeps to itself whatever way it is written."""
    kind = "value long" if len(word) > 200 or "\n" in word else "value"
    return f'<span class="{kind}" dir="auto">{text(word)}</span>'


def _table(
    names: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> str:
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in names)
    lines = "".join(_row(row, numbers) for row in rows)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>\n{lines}</tbody></table>"
    return f'<div class="wide">{table}</div>\n'


def _row(cells: Sequence[str], numbers: Sequence[int] = ()) -> str:
    told = (
        f'<td class="{"number" if nth in numbers else "text"}">{cell}</td>'
        for nth, cell in enumerate(cells)
    )
    return f"<tr>{''.join(told)}</tr>\n"
