"""The files of the pages, for links from one to another."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
GENERATE = str(PAGES / "generate.py")
HISTORY = str(PAGES / "history.py")
DECISIONS = str(PAGES / "decisions.py")
APPROVALS = str(PAGES / "approvals.py")
EXPERIMENTS = str(PAGES / "experiments.py")
COSTS = str(PAGES / "costs.py")
SETTINGS = str(PAGES / "settings.py")
