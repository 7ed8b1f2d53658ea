"""A receipt as a page to read and to print: HTML that loads nothing and runs nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from lib.domain.money import exact_dollars
from lib.domain.run import CostBasis
from lib.services.receipts import Receipt, local, sum_of_lines
from lib.services.taking_away.html_page import page_of, text

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 52rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
.total { font-size: 1.9rem; font-variant-numeric: tabular-nums; margin: .2rem 0; }
.quiet { opacity: .75; margin: 0; }
.prompt { border-left: 3px solid #2e7d4f; max-height: 16rem; overflow: auto; padding-left: .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.wide { margin: .6rem 0; overflow-x: auto; }
.facts td:first-child { min-width: 7rem; width: 30%; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .25rem .5rem; text-align: left;
  overflow-wrap: break-word; vertical-align: top; }
.facts td { overflow-wrap: anywhere; }
th:first-child, td:first-child { padding-left: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { .prompt { max-height: none; } body { margin: 0; } }
"""
BASES = {
    CostBasis.CONFIRMED: "named by the API",
    CostBasis.COMPUTED: "computed from the price book",
    CostBasis.IN_DOUBT: "in doubt: it may have been charged",
}
REASONS = {
    "audit": "The API named it",
    "decision": "A person decided",
    "found": "The API has it after all",
}
LINE_HEAD = ("What", "#Quantity", "#Each", "#Amount")
Row = Sequence[object]


def page(receipt: Receipt) -> str:
    """The whole page."""
    return page_of("Receipt", STYLE, "\n".join(_body(receipt)) + "\n")


def _body(receipt: Receipt) -> Iterable[str]:
    run = receipt.run
    yield "<h1>Receipt</h1>"
    play = " Sandbox: play money." if receipt.is_play_money else ""
    yield f'<p class="quiet">Run {text(run.id)}, made by Plantain itself, not by the API.{play}</p>'
    yield f'<p class="total">{_usd(run.cost_micros)}</p>'
    basis = "not known yet" if run.cost_basis is None else BASES[run.cost_basis]
    yield f'<p class="quiet">{text(receipt.standing.capitalize())}; {basis}.</p>'
    yield f'<div class="facts">{_table(None, _facts(receipt))}</div>'
    yield "<h2>Asked for</h2>"
    if run.erased_at:
        yield '<p class="quiet">The prompt was erased with the run.</p>'
    else:
        yield f'<p class="prompt" dir="auto">{text(run.prompt)}</p>'
        told = [(name, value) for name, value in run.input.items() if name != "prompt"]
        yield f'<div class="facts">{_table(None, told)}</div>'
    yield from _asked(receipt)
    yield from _charged(receipt)
    yield from _sent(receipt)
    yield from _corrected(receipt)
    zone = receipt.zone.key
    yield f'<p class="quiet">Times are {text(zone)}. Made {_when(receipt, receipt.made_at)}.</p>'


def _facts(receipt: Receipt) -> list[Row]:
    run, prices = receipt.run, receipt.prices
    source = f", {prices.source}, from {prices.effective_from}" if prices else ""
    return [
        ("Who", run.created_by),
        ("Account", run.origin),
        ("Model", run.model_id),
        ("Run at the API", run.remote_id or "none"),
        ("Clicked, and held from then", _when(receipt, run.created_at)),
        ("Accepted by the API", _when(receipt, run.accepted_at)),
        ("Settled", _when(receipt, run.settled_at)),
        ("Prices", f"{run.price_version}{source}"),
        ("Pictures", len(run.pictures)),
    ]


def _asked(receipt: Receipt) -> Iterable[str]:
    lines = receipt.asked
    if lines is not None:
        yield _table(
            LINE_HEAD,
            [
                *((_words(one.sku), *_product(one)) for one in lines),
                ("Estimate", "", "", _usd(receipt.run.estimate_micros)),
            ],
        )
    else:
        yield f"<p>Estimate: {_usd(receipt.run.estimate_micros)}</p>"


def _charged(receipt: Receipt) -> Iterable[str]:
    yield "<h2>Charged</h2>"
    if not receipt.lines:
        yield "<p>Nothing was charged.</p>" if not receipt.run.is_open else "<p>Nothing yet.</p>"
        return
    rows: list[Row] = []
    for one in receipt.lines:
        back = ", taken back" if one.amount_micros < 0 and one.quantity < 0 else ""
        late = ", corrects a closed month" if one.corrects else ""
        when = _when(receipt, one.charged_at)
        rows.append((f"{_words(one.sku)}{back}{late}", *_product(one), str(one.basis), when))
    rows.append(("Sum of what is known", "", "", _usd(sum_of_lines(receipt)), "", ""))
    yield _table((*LINE_HEAD, "Basis", "Written"), rows)


def _sent(receipt: Receipt) -> Iterable[str]:
    if not receipt.attempts:
        return
    yield "<h2>Sent</h2>"
    rows = [
        (
            one.attempt.fence,
            _when(receipt, one.attempt.intended_at),
            one.attempt.outcome or "no answer was noted",
            "" if one.attempt.http_status is None else one.attempt.http_status,
            _usd(one.cost_micros),
            one.note,
        )
        for one in receipt.attempts
    ]
    yield _table(("#No.", "When", "What came of it", "#HTTP", "#Cost", ""), rows)


def _corrected(receipt: Receipt) -> Iterable[str]:
    if not receipt.corrections:
        return
    yield "<h2>Corrected</h2>"
    rows = [
        (
            _when(receipt, one.at),
            _usd(one.from_micros),
            _usd(one.to_micros),
            REASONS.get(one.reason, one.reason),
        )
        for one in receipt.corrections
    ]
    yield _table(("When", "#Before", "#After", "Why"), rows)


def _table(head: Sequence[str] | None, rows: Iterable[Row]) -> str:
    """A table; the columns whose head begins with # hold numbers."""
    names = head or ()
    numbers = [name.startswith("#") for name in names]

    def cells(tag: str, values: Row) -> str:
        return "".join(
            f"<{tag}{' class=number' if at < len(numbers) and numbers[at] else ''}>{text(value)}</{tag}>"
            for at, value in enumerate(values)
        )

    first = f"<thead><tr>{cells('th', [name.lstrip('#') for name in names])}</tr></thead>"
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f'<div class="wide"><table>{first if names else ""}<tbody>{body}</tbody></table></div>'


def _product(one: Any) -> tuple[str, str, str]:
    return f"{one.quantity:,}", _usd(one.unit_micros), _usd(one.amount_micros)


def _words(sku: str) -> str:
    return sku.replace("_", " ")


def _usd(micros: int | None) -> str:
    if micros is None:
        return "not known"
    return f"-${exact_dollars(-micros)}" if micros < 0 else f"${exact_dollars(micros)}"


def _when(receipt: Receipt, at_ms: int | None) -> str:
    return "no" if at_ms is None else local(at_ms, receipt.zone).replace("T", " ")
