"""The sandbox shares no code with the client that is tested against it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from lib.sandbox.child import PROJECT

SOURCES = sorted((PROJECT / "lib" / "sandbox").rglob("*.py"))


def imported(source: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "lib":
            names |= {f"lib.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_sandbox_imports_nothing_else_of_plantain(source):
    ours = {name for name in imported(source) if name.split(".")[0] in ("lib", "app", "pages")}

    assert {name for name in ours if not f"{name}.".startswith("lib.sandbox.")} == set()


def test_the_sandbox_listens_before_it_loads_what_only_pictures_need():
    heavy = "{'numpy', 'PIL', 'httpx', 'pandas', 'streamlit'}"
    script = f"import sys, lib.sandbox.server; print({heavy} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert found.stdout == "set()\n"
