"""Contact sheets: pages of HTML that work without a server, a script or another file.

Thumbnails are inside. Whatever a prompt holds is text here: it is escaped, kept to itself whatever
way it is written, and the page may load nothing from anywhere.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from lib.domain.money import exact_dollars
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.html_page import page_of, text
from lib.store.taken_runs import TakenRun

RUNS_A_PAGE = 50

STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; }
main { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
article { min-width: 0; }
figure { margin: 0 0 .4rem; }
img { display: block; max-width: 100%; border-radius: .4rem; }
.prompt { margin: 0; max-height: 6.5rem; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
.facts { margin: .2rem 0 0; font-size: .85em; opacity: .75; overflow-wrap: anywhere; }
nav { margin: 1rem 0; display: flex; gap: 1rem; }
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a sheet: its file in the zip, and its thumbnail (WebP), None where there is none."""

    file: str
    thumbnail: bytes | None


def name_of(page: int) -> str:
    """The file of a page, which are counted from 1."""
    return "contact-sheet.html" if page == 1 else f"contact-sheet-{page}.html"


def html(page: int, runs: Iterable[tuple[TakenRun, list[Shown]]], *, has_next: bool) -> str:
    """One page."""
    articles = "\n".join(_article(taken, shown) for taken, shown in runs)
    links = _links(page, has_next)
    return page_of(f"Runs, page {page}", STYLE, f"{links}<main>\n{articles}\n</main>\n{links}")


def _links(page: int, has_next: bool) -> str:
    before = f'<a href="{name_of(page - 1)}">Newer page</a>' if page > 1 else ""
    after = f'<a href="{name_of(page + 1)}">Next page</a>' if has_next else ""
    return f"<nav>{before}{after}</nav>\n" if before or after else ""


def _article(taken: TakenRun, shown: list[Shown]) -> str:
    figures = "".join(_figures(shown))
    prompt = f'<p class="prompt" dir="auto" tabindex="0">{text(taken.run["prompt"])}</p>'
    facts = "<br>".join(text(fact) for fact in _facts(taken))
    return f'<article>{figures}{prompt}<p class="facts">{facts}</p></article>'


def _figures(shown: list[Shown]) -> Iterator[str]:
    for number, picture in enumerate(shown, 1):
        if picture.thumbnail is None:
            inside = f"Picture {number}"
        else:
            data = b64encode(picture.thumbnail).decode()
            inside = f'<img src="data:image/webp;base64,{data}" alt="Picture {number}">'
        yield f'<figure><a href="{escape(picture.file)}">{inside}</a></figure>'


def _cost(micros: int | None) -> str:
    return "cost not known" if micros is None else f"${exact_dollars(micros)}"


def _facts(taken: TakenRun) -> Iterator[str]:
    run = taken.run
    yield f"{run['state']} · {_cost(run['cost_micros'])} · {iso(run['created_at'])[:16].replace('T', ' ')} UTC"
    if run["failure_message"]:
        yield str(run["failure_message"])[:500]
    asked = run["input"] if isinstance(run["input"], dict) else {}
    told = [f"{name} {value}" for name, value in asked.items() if name != "prompt"]
    yield ", ".join(told)[:500]
    if taken.tags:
        yield "Tags: " + ", ".join(taken.tags)
    if taken.remark:
        yield taken.remark
    yield taken.id
