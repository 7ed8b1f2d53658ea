"""What is better done beside a start than in it, so that the first page comes soon.

Streamlit collects garbage after every script run, and looks through all that was ever loaded: with
pandas and Altair that takes longer than the script. What is frozen is not looked through again.
"""

import gc
import importlib
import threading

AFTER_S = 3.0
LATER_PAGES_NEED = ("pandas", "pyarrow", "altair")


def begin() -> threading.Timer:
    """Freeze what is there now, and in a moment load what the other pages need; can be canceled."""
    _freeze()
    timer = threading.Timer(AFTER_S, _load_the_rest)
    timer.daemon = True
    timer.start()
    return timer


def _load_the_rest() -> None:
    for name in LATER_PAGES_NEED:
        importlib.import_module(name)
    _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()
