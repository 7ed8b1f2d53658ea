"""The files of a browser component, as Streamlit takes them: whole, as text.

A component's script reaches the browser as one module without an address of its own, from which
nothing can be imported. So its files are parts of one module, put together here; each part may use
what the others define, and only the last has an export.
"""

from collections.abc import Sequence
from pathlib import Path

SHARED = Path(__file__).parent


def source(folder: Path, *names: str) -> str:
    """The files one after the other: of the folder, or where it has none of that name, shared ones.

    Raises FileNotFoundError, naming the file.
    """
    files = [folder / name if (folder / name).exists() else SHARED / name for name in names]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


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
