"""What is loaded ahead is what the first page needs, so that it has nothing left to load."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import ast, sys
from pathlib import Path
import app
from lib.ui import first_page

first_page.load()
before = set(sys.modules)
for file in ("lib/ui/shell.py", "pages/generate.py"):
    tree = ast.parse(Path(file).read_text())
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(tree, file, "exec"))
print(sorted(set(sys.modules) - before))
"""


HEAVY = {"numpy", "pandas", "pyarrow", "altair", "dbos", "alembic"}


def said_by(script: str) -> str:
    """What a process of its own prints."""
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_the_first_page_has_nothing_left_to_load() -> None:
    assert said_by(SCRIPT) == "[]\n"


def test_the_server_listens_before_it_loads_what_only_pages_and_runs_need() -> None:
    assert said_by(f"import app, sys; print({HEAVY} & set(sys.modules))") == "set()\n"
