"""Keeping what was loaded out of the garbage collector's sight.

Streamlit collects garbage after every script run, and looks through everything that is there: with
pandas and Altair loaded that takes longer than the script. What is frozen is not looked through.
Modules leave next to no garbage behind, so it is not collected first: that would take as long.
"""

import gc
import sys

MANY_MODULES = 50
"""So many new ones are a library that a page needed for the first time."""

_known = 0


def freeze_if_grown() -> None:
    """Freeze what is there, if much was loaded since the last time. Cheap when not."""
    global _known
    if len(sys.modules) - _known < MANY_MODULES:
        return
    _known = len(sys.modules)
    gc.freeze()
