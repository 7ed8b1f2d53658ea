"""Pages of HTML that are taken away: they work by themselves, and may load nothing from anywhere.

Whatever was written by others is text in them: escaped, and without control characters.
"""

import hashlib
import re
from base64 import b64encode
from html import escape

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def page_of(title: str, style: str, body: str) -> str:
    """A whole page. `title` and `style` are our own words; `body` is HTML."""
    style_hash = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def text(value: object) -> str:
    """The value as HTML that is nothing but text; control characters become a box."""
    return escape(_CONTROLS.sub("\ufffd", str(value)))
