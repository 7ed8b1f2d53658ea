"""The README holds: what it says of settings, commands, links and the rest is what the code has."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from lib.domain import cost_query
from lib.domain.buckets import Bucket
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.history_link import PARAMETERS
from lib.domain.input_field import FieldKind
from lib.domain.periods import Period
from lib.domain.price_book import current_prices
from lib.domain.run import CostBasis, RunState
from lib.domain.spend import Group
from lib.sandbox.pictures.sizes import SIZES
from lib.sandbox.scenarios import SCENARIOS
from lib.settings import Settings
from lib.ui import (
    experiment_judge_link,
    experiment_layout_link,
    experiment_link,
    form_labels,
    form_link,
    generate_button,
    history_link,
    money,
)
from lib.ui.approval_view import REQUEST
from scripts.screenshots import SHOTS
from tests.test_layers import MAY_IMPORT

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()

Rule = Callable[[str], Iterator[str]]
Row = tuple[str, ...]
WHOLE = re.MULTILINE | re.DOTALL


# -- reading Markdown --------------------------------------------------------------------------------


def section(readme: str, title: str) -> str:
    """The text below a heading, down to the next heading of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", without_code(readme), WHOLE)
    return found[1] if found else ""


def without_code(readme: str) -> str:
    """A comment in a shell's code looks like a heading."""
    return re.sub(
        r"^```.*?^```$", lambda block: block[0].replace("\n#", "\n "), readme, flags=WHOLE
    )


def rows(text: str, first: str) -> list[Row]:
    """The rows of the table whose first column is called `first`, without its head."""
    found: list[Row] = []
    inside = False
    for line in text.splitlines():
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        is_row = line.startswith("|")
        if is_row and inside and set(cells[0]) - set("-"):
            found.append(cells)
        inside = is_row and (inside or cells[0] == first)
    return found


def code_in(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def plain(cell: str) -> str:
    return cell.replace("`", "")


def compare(what: str, told: Iterable[object], real: Iterable[object]) -> Iterator[str]:
    """What is missing in the README, and what only the README has."""
    told, real = list(told), list(real)
    yield from (f"{what}: the README lacks {one}" for one in real if one not in told)
    yield from (f"{what}: there is no {one}" for one in told if one not in real)
    yield from (f"{what}: {one} stands twice" for one in {*told} if told.count(one) > 1)


# -- what must hold ----------------------------------------------------------------------------------


def settings_are_told(readme: str) -> Iterator[str]:
    told = [(plain(name), plain(default)) for name, default, _ in rows(readme, "Name")]
    real = [
        (name.upper(), "none" if field.default is None else str(field.default))
        for name, field in Settings.model_fields.items()
    ]
    yield from compare("setting", told, real)


def no_setting_is_made_up(readme: str) -> Iterator[str]:
    known = {name.upper() for name in Settings.model_fields}
    for name in re.findall(r"\b(?:RUNFLOW|PLANTAIN)_[A-Z_]+\b", readme):
        if name not in known:
            yield f"setting: there is no {name}"


def commands_are_told(readme: str) -> Iterator[str]:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    told = [plain(command) for command, _ in rows(readme, "Command")]
    yield from compare("command", told, [f"make {target}" for target in targets])
    for words in re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z][a-z ]*)", readme, re.MULTILINE):
        for target in words.split():
            if target not in targets:
                yield f"command: there is no make {target}"


def links_are_told(readme: str) -> Iterator[str]:
    told = {
        name
        for name in re.findall(r"[?&`]([a-z_]+)=", section(readme, "Links"))
        if name not in {rule.name for rule in DEFAULT_MODEL.input_fields}
    }
    inputs = {rule.name for rule in DEFAULT_MODEL.input_fields}
    question = [name for name in PARAMETERS if name not in inputs]
    history = (*history_link.OWN, *question)
    costs = [name for name in cost_query.PARAMETERS if name not in (*history, *inputs)]
    own = (
        *experiment_link.OWN,
        *experiment_layout_link.OWN,
        *experiment_judge_link.OWN,
        *history,
        *costs,
    )
    yield from compare("parameter", told, [form_link.DRAFT, *own, REQUEST])
    views = [opens for address, opens in rows(readme, "Address") if "?view=" in address]
    yield from compare("view", code_in("".join(views)), history_link.VIEWS)
    periods = [opens for address, opens in rows(readme, "Address") if "/costs?period" in address]
    yield from compare("period", code_in("".join(periods)), Period)
    groups = [opens for address, opens in rows(readme, "Address") if "/costs?by" in address]
    yield from compare("group", code_in("".join(groups)), Group)
    buckets = [opens for address, opens in rows(readme, "Address") if "/costs?every" in address]
    yield from compare("bucket", code_in("".join(buckets)), Bucket)


def widget_keys_are_told(readme: str) -> Iterator[str]:
    real = [rule.name for rule in DEFAULT_MODEL.input_fields]
    told = {plain(key): takes for key, takes in rows(readme, "Key")}
    yield from compare("widget key", told, [*real, *form_labels.KEYS, generate_button.KEY])
    for rule in DEFAULT_MODEL.input_fields:
        if rule.kind is FieldKind.CHOICE:
            yield from compare(rule.name, code_in(told.get(rule.name, "")), rule.choices)


def sandbox_options_are_told(readme: str) -> Iterator[str]:
    told = [option for first, _ in rows(readme, "Option") for option in code_in(first)]
    yield from compare("option", told, sandbox_options())


def scenarios_are_told(readme: str) -> Iterator[str]:
    told = [(plain(word), plain(says)) for word, says in rows(readme, "Word") if "[" in word]
    real = [(f"[{scenario.word}]", scenario.description) for scenario in SCENARIOS]
    yield from compare("scenario", told, real)


def sizes_are_told(readme: str) -> Iterator[str]:
    told = {}
    for ratios, pixels in rows(readme, "Ratio"):
        width, height = (int(side) for side in pixels.split(" × "))
        upright, *swapped = ratios.rstrip(")").split(" (")
        told |= {upright: (width, height)} | dict.fromkeys(swapped, (height, width))
    yield from compare("size", told.items(), [(ratio, of["1K"]) for ratio, of in SIZES.items()])


def states_are_told(readme: str) -> Iterator[str]:
    yield from compare("state", [plain(row[0]) for row in rows(readme, "State")], RunState)


def bases_are_told(readme: str) -> Iterator[str]:
    yield from compare("basis", [plain(row[0]) for row in rows(readme, "Basis")], CostBasis)


def prices_are_told(readme: str) -> Iterator[str]:
    marks = {True: "assumed", False: "from the vendor's page"}
    real = [
        (price.label, money.price(price.unit_micros), marks[price.assumed])
        for choices in current_prices(DEFAULT_MODEL.id).choices.values()
        for price in choices.values()
        if price.sku
    ]
    yield from compare("price", rows(readme, "For one picture"), real)


def layers_are_drawn(readme: str) -> Iterator[str]:
    arrows = re.findall(r"^ +(\w+) (?:-->|-\. \w+ \.->) (\w+)$", readme, re.MULTILINE)
    for layer, imported in arrows:
        if imported not in MAY_IMPORT.get(layer, ()):
            yield f"layer: {layer} may not import {imported}"
    drawn = {layer for arrow in arrows for layer in arrow}
    yield from compare("layer in the picture", drawn, MAY_IMPORT)
    yield from compare("layer", [plain(row[0]) for row in rows(readme, "Layer")], MAY_IMPORT)


def packages_are_told(readme: str) -> Iterator[str]:
    pins = (ROOT / "requirements.txt").read_text()
    real = re.findall(r"^([A-Za-z0-9_-]+)[^#\n]*==", pins, re.MULTILINE)
    yield from compare("package", [plain(row[0]) for row in rows(readme, "Package")], real)


def what_is_linked_exists(readme: str) -> Iterator[str]:
    for target in re.findall(r'(?:\]\(|src="|srcset=")([^)"\s]+)', readme):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        if path and not (ROOT / path).is_file():
            yield f"link: there is no {path}"
        if anchor and not path and anchor not in anchors(readme):
            yield f"link: there is no heading #{anchor}"


def pictures_can_be_made_again(readme: str) -> Iterator[str]:
    shown = re.findall(r'(?:src|srcset)="([^"]+)"', readme)
    yield from compare("picture", shown, [f"docs/{shot.name}.png" for shot in SHOTS])


def files_and_folders_named_exist(readme: str) -> Iterator[str]:
    for path in re.findall(r"`((?:lib|tests|docs|scripts|pages)/[\w./-]*)`", readme):
        if not (ROOT / path).exists():
            yield f"file: there is no {path}"


RULES: tuple[Rule, ...] = (
    settings_are_told,
    no_setting_is_made_up,
    commands_are_told,
    links_are_told,
    widget_keys_are_told,
    sandbox_options_are_told,
    scenarios_are_told,
    sizes_are_told,
    states_are_told,
    bases_are_told,
    prices_are_told,
    layers_are_drawn,
    packages_are_told,
    what_is_linked_exists,
    pictures_can_be_made_again,
    files_and_folders_named_exist,
)


def sandbox_options() -> list[str]:
    """The options as the sandbox itself lists them, without `--help`."""
    command = [sys.executable, "-m", "lib.sandbox", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return list(re.findall(r"^ +(--[a-z-]+)", told, re.MULTILINE))


def anchors(readme: str) -> list[str]:
    """The anchors that GitHub gives to the headings."""
    titles = re.findall(r"^#+ (.+)$", without_code(readme), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_readme_is_true(rule: Rule) -> None:
    assert list(rule(README)) == []


@pytest.mark.parametrize(
    ("rule", "true", "false", "complaint"),
    [
        (
            settings_are_told,
            "| `8` |",
            "| `9` |",
            "the README lacks ('PLANTAIN_MAX_OPEN_RUNS', '8')",
        ),
        (
            settings_are_told,
            "| `PLANTAIN_TIMEZONE` |",
            "| `PLANTAIN_ZONE` |",
            "no ('PLANTAIN_ZONE'",
        ),
        (no_setting_is_made_up, "`RUNFLOW_BASE_URL` and", "`RUNFLOW_URL` and", "no RUNFLOW_URL"),
        (commands_are_told, "| `make lint` |", "| `make check` |", "lacks make lint"),
        (commands_are_told, "`make format lint test`", "`make format tidy`", "no make tidy"),
        (commands_are_told, "\nmake run  ", "\nmake start  ", "no make start"),
        (links_are_told, "/?draft=…", "/?saved=…", "lacks draft"),
        (links_are_told, "or a `gallery`", "or a `list`", "lacks gallery"),
        (links_are_told, "`last-30-days`", "`last-month`", "lacks last-30-days"),
        (widget_keys_are_told, "| `generate` |", "| `submit` |", "lacks generate"),
        (widget_keys_are_told, "| `seed` | a", "| `seeds` | a", "lacks seed"),
        (widget_keys_are_told, "`1K`, `2K`, `4K` |", "`1K`, `2K`, `8K` |", "there is no 8K"),
        (sandbox_options_are_told, "| `--hold-seconds` |", "| `--hold` |", "lacks --hold-seconds"),
        (scenarios_are_told, "| `[stuck]` |", "| `[hung]` |", "there is no ('[hung]'"),
        (scenarios_are_told, "ten times as long", "three times as long", "lacks ('[slow]'"),
        (sizes_are_told, "1584 × 672", "1584 × 673", "no ('21:9', (1584, 673))"),
        (states_are_told, "| `parked` |", "| `stuck` |", "lacks parked"),
        (bases_are_told, "| `in doubt` |", "| `unsure` |", "lacks in doubt"),
        (prices_are_told, "| $0.120 | assumed |", "| $0.120 | known |", "lacks ('2K image'"),
        (layers_are_drawn, "store --> domain", "domain --> store", "domain may not import store"),
        (
            layers_are_drawn,
            "  pages --> ui\n",
            "",
            "layer in the picture: the README lacks pages",
        ),
        (packages_are_told, "| `stamina` |", "| `tenacity` |", "lacks stamina"),
        (what_is_linked_exists, "docs/costs.png", "docs/cost.png", "no docs/cost.png"),
        (what_is_linked_exists, "[MIT](LICENSE)", "[MIT](#licence)", "no heading #licence"),
        (pictures_can_be_made_again, "docs/costs.png", "docs/by-hand.png", "no docs/by-hand.png"),
        (files_and_folders_named_exist, "`tests/faults`", "`tests/fault`", "no tests/fault"),
    ],
)
def test_a_readme_that_is_not_true_is_noticed(
    rule: Rule, true: str, false: str, complaint: str
) -> None:
    broken = README.replace(true, false)
    assert broken != README

    assert any(complaint in said for said in rule(broken)), list(rule(broken))
