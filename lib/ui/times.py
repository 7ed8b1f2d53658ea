"""Times for people: ms since 1970 UTC in, text out."""

from zoneinfo import ZoneInfo

from lib.domain.days import local_time

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S


def exact(at_ms: int, zone: ZoneInfo) -> str:
    """A moment with its zone: `2026-11-23 06:58:59 UTC`."""
    moment = local_time(at_ms, zone)
    return moment.strftime("%Y-%m-%d %H:%M:%S %Z")


def ago(at_ms: int, now_ms: int) -> str:
    """How long ago a moment was: `just now`, `5 min ago`, `3 h ago`, `2 days ago`."""
    seconds = max(0, (now_ms - at_ms) // 1000)
    if seconds < MINUTE_S:
        return "just now"
    if seconds < HOUR_S:
        return f"{seconds // MINUTE_S} min ago"
    if seconds < DAY_S:
        return f"{seconds // HOUR_S} h ago"
    days = seconds // DAY_S
    return "yesterday" if days == 1 else f"{days} days ago"


def lasting(duration_ms: int) -> str:
    """How long something took: `850 ms`, `14.2 s`, `2 min 5 s`."""
    if duration_ms < 1000:
        return f"{duration_ms} ms"
    if duration_ms < MINUTE_S * 1000:
        return f"{duration_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(duration_ms / 1000), MINUTE_S)
    return f"{minutes} min {seconds} s"
