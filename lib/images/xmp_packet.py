"""
The record as a property of an XMP packet (ISO 16684-1): `plantain:record`, its text the JSON.

It has a description element of its own with its own namespaces, so that it goes into any packet,
whatever prefixes that one uses, and comes out again leaving no trace.
"""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

NAMESPACE = "urn:plantain:1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OPEN = (
    f'<rdf:Description rdf:about="" xmlns:rdf="{_RDF}" xmlns:plantain="{NAMESPACE}">'
    "<plantain:record>"
).encode()
_CLOSE = b"</plantain:record></rdf:Description>"
_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
).encode()
_TAIL = b'</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'

EMPTY = _HEAD + _TAIL
_OURS = re.compile(re.escape(_OPEN) + rb"[^<]*" + re.escape(_CLOSE))
_RDF_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?RDF\s*>")


def without_record(packet: bytes) -> bytes:
    """The packet as it was before the record came."""
    return _OURS.sub(b"", packet)


def with_record(packet: bytes, text: str) -> bytes | None:
    """The packet with the record merged in, or None if the packet has no place for it."""
    ends = list(_RDF_END.finditer(packet))
    if not ends:
        return None
    block = _OPEN + escape(text).encode() + _CLOSE
    merged = packet[: ends[-1].start()] + block + packet[ends[-1].start() :]
    return merged if record_of(merged) == text else None


def record_of(packet: bytes) -> str | None:
    """The record's text, also when another program has written the packet anew."""
    root = _parse(packet)
    if root is None:
        return None
    name = f"{{{NAMESPACE}}}record"
    texts = [element.text for element in root.iter(name)]
    texts += [element.attrib[name] for element in root.iter() if name in element.attrib]
    return texts[-1] if texts else None


def _parse(packet: bytes) -> ElementTree.Element | None:
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return None  # XMP has none of these; they are how XML makes little into much
    try:
        return ElementTree.fromstring(packet.decode().strip("\0 \r\n\t\ufeff"))
    except (UnicodeDecodeError, ElementTree.ParseError):
        return None
