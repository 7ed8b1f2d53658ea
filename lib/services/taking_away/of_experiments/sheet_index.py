"""The index of sheets: what is on which, and the words that could not be drawn on them."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from lib.domain.experiment_layout import Words
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_sheets import Sheet
from lib.services.taking_away.html_page import page_of, text
from lib.services.taking_away.of_experiments.asked import CellsOf
from lib.services.taking_away.of_experiments.cell_words import facts_of

INDEX = "index.html"
STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; }
table { border-collapse: collapse; }
th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
td { white-space: pre-wrap; unicode-bidi: isolate; }
"""
REPLACED = "No font on the server has all of these values; on the sheets they are named by numbers."


def index_of(
    experiment: Experiment,
    shown: int,
    names: Sequence[str],
    sheets: Sequence[tuple[Sheet, CellsOf]],
    replaced: Mapping[tuple[str, int], str],
) -> str:
    """The page. `names`: the files, one for each sheet or one for all."""
    body = f"<h1>{text(experiment.name)}</h1>\n<p>{text(facts_of(experiment, shown))}</p>\n"
    body += _table(("Sheet", "Page", "Across", "Down"), _rows(names, sheets))
    if replaced:
        rows = [
            [text(name), str(number), text(value)] for (name, number), value in replaced.items()
        ]
        body += f"<h2>Values</h2>\n<p>{text(REPLACED)}</p>\n"
        body += _table(("Column", "Value", "Text"), rows)
    return page_of("Sheets of an experiment", STYLE, body)


def _rows(names: Sequence[str], sheets: Sequence[tuple[Sheet, CellsOf]]) -> Iterator[Sequence[str]]:
    for nth, (sheet, asked) in enumerate(sheets):
        file = escape(names[min(nth, len(names) - 1)])
        yield (
            f'<a href="{file}">{nth + 1}</a>',
            text(_named(asked.pages, sheet.page)),
            text(_span(asked.across, [column.words for column in sheet.columns])),
            text(_span(asked.down, [lane.words for lane in sheet.lanes])),
        )


def _span(names: Words, words: Sequence[Words]) -> str:
    """From the first to the last."""
    if not words or not names:
        return ""
    ends = dict.fromkeys((words[0], words[-1]))
    return " … ".join(_named(names, one) for one in ends)


def _named(names: Words, words: Words) -> str:
    return " · ".join(f"{name}: {word}" for name, word in zip(names, words, strict=False))


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | list[list[str]]) -> str:
    heads = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    lines = "\n".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>\n{lines}\n</tbody></table>\n"
