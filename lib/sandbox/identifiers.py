"""Names of new things: UUIDs that sort by time, as the API's do."""

import re

import uuid_utils

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def new_id(now: int) -> str:
    """A UUIDv7 of the given time in microseconds."""
    return str(uuid_utils.uuid7(nanoseconds=now * 1000))


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None
