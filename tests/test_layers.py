"""The layers hold: imports point one way, each library has its home, pages stay short."""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("lib", "pages", "scripts")

BELOW_SERVICES = {"runflow", "store", "images", "engine"}
MAY_IMPORT = {
    "domain": set(),
    **{layer: {"domain"} for layer in BELOW_SERVICES},
    "settings": {"domain"},
    "services": {"domain", "settings"} | BELOW_SERVICES,
    "bootstrap": {"domain", "settings", "services", "sandbox"} | BELOW_SERVICES,
    "web": {"domain", "settings", "services"},
    "ui": {"domain", "settings", "services", "bootstrap"},
    "pages": {"domain", "services", "ui"},
    "app": {"domain", "settings", "services", "bootstrap", "web", "ui"},
    "sandbox": set(),
}
"""Which layers of `lib` a layer may import, beside itself."""

IN_PARTS = ("settings", "bootstrap")
"""Layers of several files right under `lib`, which begin with the layer's name."""

HOMES = {
    "streamlit": ("app.py", "pages/", "lib/ui/", "lib/web/"),
    "dbos": ("lib/engine/",),
    "httpx": ("lib/runflow/", "lib/sandbox/"),
    "sqlalchemy": ("lib/store/", "lib/engine/"),
    "evalica": ("lib/services/experiments/",),
    "pandas": ("lib/store/tables", "lib/services/", "lib/ui/", "pages/"),
}
"""The only places that may know of a library."""

MODEL_ID = "google/nano-" + "banana"
KNOWS_MODELS = ("lib/domain/catalog.py", "lib/domain/price_book.py", "lib/sandbox/")
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
LONGEST_PAGE = 80
LONGEST_FILE = 300

Rule = Callable[[str, ast.Module], Iterator[str]]


def imports_point_one_way(path: str, tree: ast.Module) -> Iterator[str]:
    layer = layer_of(path)
    if layer in ("scripts", "__init__"):
        return
    if layer not in MAY_IMPORT:
        yield f"{layer} is a layer that nobody has placed: say in MAY_IMPORT what it may import"
        return
    for module in imported_modules(tree):
        imported = layer_of_module(module)
        if imported == layer and layer != "pages":
            continue
        if imported and imported not in MAY_IMPORT[layer]:
            yield f"{layer} may not import {module}"


def the_sandbox_is_entered_by_its_door(path: str, tree: ast.Module) -> Iterator[str]:
    if layer_of(path) == "sandbox":
        return
    for module in imported_modules(tree):
        if layer_of_module(module) == "sandbox" and module.split(".")[2:3] != ["child"]:
            yield f"{module}: only lib.sandbox.child may be imported"


def libraries_stay_at_home(path: str, tree: ast.Module) -> Iterator[str]:
    if path.startswith("scripts/"):
        return
    for module in imported_modules(tree):
        library = module.split(".")[0]
        if library in HOMES and not path.startswith(HOMES[library]):
            yield f"only {', '.join(HOMES[library])} may import {library}"


def the_domain_needs_python_alone(path: str, tree: ast.Module) -> Iterator[str]:
    if layer_of(path) != "domain":
        return
    for module in imported_modules(tree):
        library = module.split(".")[0]
        if library != "lib" and library not in sys.stdlib_module_names:
            yield f"domain may not import {library}: standard library only"


def imports_are_absolute(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}: a relative import"


def models_are_data(path: str, tree: ast.Module) -> Iterator[str]:
    if path.startswith(KNOWS_MODELS):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and MODEL_ID in str(node.value):
            yield f"line {node.lineno}: a model's id belongs into lib/domain/catalog.py"


def text_is_never_raw_html(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
            yield f"line {node.value.lineno}: unsafe_allow_html"


def files_are_named_for_what_is_in_them(path: str, tree: ast.Module) -> Iterator[str]:
    for part in Path(path).with_suffix("").parts:
        if NAMES_OF_NOTHING & set(part.split("_")):
            yield f"{part} does not say what is in it"


def files_are_short(path: str, tree: ast.Module) -> Iterator[str]:
    longest = LONGEST_PAGE if path.startswith("pages/") else LONGEST_FILE
    last_line = max((node.end_lineno or 0 for node in tree.body), default=0)
    if last_line > longest:
        yield f"{last_line} lines: {longest} at most"


RULES: tuple[Rule, ...] = (
    imports_point_one_way,
    the_sandbox_is_entered_by_its_door,
    libraries_stay_at_home,
    the_domain_needs_python_alone,
    imports_are_absolute,
    models_are_data,
    text_is_never_raw_html,
    files_are_named_for_what_is_in_them,
    files_are_short,
)


def layer_of(path: str) -> str:
    """`lib/store/ledger.py` -> `store`, `lib/settings.py` -> `settings`, `pages/x.py` -> `pages`."""
    parts = Path(path).with_suffix("").parts
    return top_of_lib(parts[1]) if parts[0] == "lib" else parts[0]


def top_of_lib(name: str) -> str:
    """The layer of what stands right under `lib`: `settings_origin` belongs to `settings`."""
    return next((layer for layer in IN_PARTS if name.startswith(f"{layer}_")), name)


def layer_of_module(module: str) -> str | None:
    """The layer that a dotted name is in; None for what is not Plantain's own."""
    first, *rest = module.split(".")
    if first == "lib":
        return top_of_lib(rest[0]) if rest else None
    return first if first in ("app", "pages") else None


def imported_modules(tree: ast.Module) -> Iterator[str]:
    """Every name that is imported, anywhere in a file: `from lib import store` gives `lib.store`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def broken_rules(path: str, source: str) -> list[str]:
    tree = ast.parse(source)
    return [f"{path}: {problem}" for rule in RULES for problem in rule(path, tree)]


def sources() -> list[str]:
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py")]
    return sorted(str(file.relative_to(ROOT)) for file in [*files, *ROOT.glob("*.py")])


@pytest.mark.parametrize("path", sources())
def test_a_file_keeps_the_rules(path: str) -> None:
    assert broken_rules(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_the_files_are_found() -> None:
    assert {"lib/domain/catalog.py", "scripts/environment.py"} <= set(sources())


FORBIDDEN = [
    ("lib/domain/run.py", "from lib.store.ledger import Ledger", "domain may not import lib.store"),
    ("lib/domain/run.py", "import pydantic", "standard library only"),
    ("lib/domain/run.py", "import lib.settings", "domain may not import lib.settings"),
    ("lib/store/ledger.py", "from lib.runflow.api import Client", "store may not import"),
    ("lib/images/originals.py", "from lib import engine", "images may not import lib.engine"),
    ("lib/engine/durable.py", "import lib.services.runs as r", "engine may not import"),
    ("lib/runflow/api.py", "from lib.settings import Settings", "runflow may not import"),
    ("lib/services/runs.py", "from lib.ui.wiring import services", "services may not import"),
    ("lib/services/runs.py", "from lib.bootstrap import Services", "services may not import"),
    ("lib/services/runs.py", "import pages.generate", "services may not import pages"),
    ("lib/ui/form.py", "from lib.store.tables import Tables", "ui may not import lib.store"),
    ("lib/ui/form.py", "from lib.runflow.api import Client", "ui may not import lib.runflow"),
    ("lib/web/routes.py", "from lib.store.ledger import Ledger", "web may not import lib.store"),
    ("lib/web/routes.py", "from lib.ui import wiring", "web may not import lib.ui"),
    ("pages/costs.py", "from lib.store.tables import Tables", "pages may not import lib.store"),
    ("pages/costs.py", "from pages.history import draw", "pages may not import pages"),
    ("app.py", "from lib.store.database import open_database", "app may not import lib.store"),
    ("lib/bootstrap.py", "from lib.ui import wiring", "bootstrap may not import lib.ui"),
    ("lib/bootstrap.py", "from lib.sandbox.server import serve", "only lib.sandbox.child"),
    ("lib/bootstrap.py", "import lib.sandbox", "only lib.sandbox.child"),
    ("lib/services/runs.py", "from lib.sandbox import child", "services may not import"),
    ("lib/sandbox/server.py", "from lib.domain.money import x", "sandbox may not import"),
    ("lib/store/ledger.py", "import streamlit as st", "may import streamlit"),
    ("lib/services/runs.py", "from streamlit.runtime import get_instance", "may import streamlit"),
    ("lib/services/runs.py", "from dbos import DBOS", "may import dbos"),
    ("lib/services/runs.py", "def f():\n    import httpx", "may import httpx"),
    ("lib/services/runs.py", "import sqlalchemy as sa", "may import sqlalchemy"),
    ("lib/store/ledger.py", "import pandas as pd", "may import pandas"),
    ("lib/store/ledger.py", "from .schema import run", "relative import"),
    ("lib/ui/form.py", f"MODEL = '{MODEL_ID}-2'", "a model's id"),
    ("pages/costs.py", f"url = f'/v1/{MODEL_ID}-pro/{{x}}'", "a model's id"),
    ("pages/costs.py", "st.markdown(text, unsafe_allow_html=True)", "unsafe_allow_html"),
    ("lib/attic/run.py", "", "attic is a layer that nobody has placed"),
    ("lib/store/utils.py", "", "utils does not say"),
    ("lib/services/run_manager.py", "", "run_manager does not say"),
    ("lib/common/money.py", "", "common does not say"),
    ("pages/costs.py", "x = 1\n" * 81, "81 lines: 80 at most"),
    ("lib/store/ledger.py", "x = 1\n" * 301, "301 lines: 300 at most"),
]
ALLOWED = [
    ("lib/ui/settings_view.py", "from lib.settings_origin import origin_of"),
    ("app.py", "import streamlit as st\nfrom lib.bootstrap import open_services"),
    ("pages/costs.py", "import pandas\nfrom lib.ui import charts\n" + "x = 1\n" * 78),
    ("lib/ui/wiring.py", "from lib.bootstrap import open_services\nimport streamlit as st"),
    ("lib/services/runs.py", "from lib.store.ledger import Ledger\nimport pandas as pd"),
    ("lib/store/tables_of_runs.py", "import pandas as pd\nimport sqlalchemy as sa"),
    ("lib/engine/durable.py", "from dbos import DBOS\nfrom lib.domain.run import Run"),
    ("lib/domain/catalog.py", f"ID = '{MODEL_ID}-2'\nfrom decimal import Decimal"),
    ("lib/sandbox/server.py", f"from lib.sandbox.world import World\nID = '{MODEL_ID}-2'"),
    ("lib/bootstrap.py", "from lib.sandbox import child\nfrom lib.engine.durable import Engine"),
    ("lib/bootstrap.py", "from lib.sandbox.child import start"),
    ("lib/bootstrap.py", "from lib.bootstrap_api import begin_api"),
]


@pytest.mark.parametrize(("path", "source", "said"), FORBIDDEN)
def test_what_is_forbidden_is_found(path: str, source: str, said: str) -> None:
    found = broken_rules(path, source)

    assert any(said in problem for problem in found), found


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_passes(path: str, source: str) -> None:
    assert broken_rules(path, source) == []
