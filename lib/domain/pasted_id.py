"""The id of a run at the API, within what someone has pasted."""

import re
from urllib.parse import unquote, urlsplit

from lib.domain.errors import FieldProblem, InputInvalid

FIELD = "remote_id"
LONGEST_PASTE = 2_000
LONGEST_ID = 255
"""As in the API's own records."""

UUID = re.compile(r"(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])", re.IGNORECASE)
NAMED = re.compile(r"(?:/runs/|[?&#](?:run|run_id|remote_id)=)([^/?&#\s]+)")
"""Where links name a run, whatever else they name."""
QUOTES = "\"'`<>“”,;"

EMPTY = "Paste the id of the run, or the address of its page, from the Runflow dashboard."
SEVERAL = "There is more than one id in this text: paste the id of the run alone."
NO_ID = (
    "There is no id of a run in this text: copy the id, or the address of the run's page, "
    "from the Runflow dashboard."
)


def remote_id_in(pasted: str) -> str:
    """The id within what someone has pasted: the id itself, or an address that names it.

    Raises InputInvalid, with the remedy, when there is none or more than one.
    """
    text = pasted[:LONGEST_PASTE].strip().strip(QUOTES).strip()
    if not text:
        raise _invalid(EMPTY)
    named = {unquote(found) for found in NAMED.findall(text)}
    ids = named or {found.lower() for found in UUID.findall(text)}
    if len(ids) > 1:
        raise _invalid(SEVERAL)
    return _checked(next(iter(ids), None) or _last_segment(text))


def _last_segment(text: str) -> str:
    if "/" not in text:
        return text
    segments = [unquote(segment) for segment in urlsplit(text).path.split("/") if segment]
    last = segments[-1] if segments else ""
    return last if any(character.isdigit() for character in last) else ""


def _checked(remote_id: str) -> str:
    is_one_word = remote_id.isprintable() and not set(remote_id) & set(" /")
    if not is_one_word or not 0 < len(remote_id) <= LONGEST_ID or remote_id in (".", ".."):
        raise _invalid(NO_ID)
    return remote_id


def _invalid(message: str) -> InputInvalid:
    return InputInvalid([FieldProblem(FIELD, message)])
