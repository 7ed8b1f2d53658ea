"""What the first page needs, loaded while its browser still loads the page's own files.

Otherwise it would be loaded when the page is asked for, and whoever opened it would wait.
"""

import importlib
import inspect
import threading

NEEDED = (
    "lib.ui.address",
    "lib.ui.already_view",
    "lib.ui.approval_line",
    "lib.ui.banner",
    "lib.ui.budget_line",
    "lib.ui.decision_notice",
    "lib.ui.estimate_view",
    "lib.ui.form_values",
    "lib.ui.generate_button",
    "lib.ui.input_form",
    "lib.ui.notice",
    "lib.ui.results",
    "lib.ui.reuse_view",
    "numpy",  # Streamlit wants it for the page's icon
)


def load_meanwhile() -> None:
    """Begin to load, and return at once."""
    threading.Thread(target=load, name="first page", daemon=True).start()


def load() -> None:
    """Load all of it."""
    for module in NEEDED:
        importlib.import_module(module)
    # With a process's first element Streamlit asks Python for its stack, and Python then looks for
    # the file of each module: a tenth of a second, the first time.
    inspect.stack()
