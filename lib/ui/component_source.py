"""The files of a browser component, as Streamlit takes them: whole, as text.

A component's script reaches the browser as one module without an address of its own, from which
nothing can be imported. So its files are parts of one module, put together here; each part may use
what the others define, and only the last has an export.
"""

from collections.abc import Sequence
from pathlib import Path


def source(folder: Path, *names: str) -> str:
    """The files of a folder one after the other. Raises FileNotFoundError, naming the file."""
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def local_address(field: str, address: str, *, optional: bool = False) -> str:
    """The address, if it leads to this Plantain: a browser must never be sent anywhere else.

    Raises ValueError, naming the field, for any other.
    """
    if optional and not address:
        return address
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise ValueError(f"{field} must be an address of Plantain, as /app/static/…: {address!r}")
    return address


def one_of(field: str, value: str, known: Sequence[str]) -> str:
    """The value, if it is known. Raises ValueError, naming the field and what it can be."""
    if value not in known:
        raise ValueError(f"{field} must be one of {', '.join(known)}: {value!r}")
    return value
