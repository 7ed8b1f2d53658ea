"""A record to embed, and the kinds of pictures it must fit into."""

import pytest
from PIL import Image

RECORD = {
    "input": {"prompt": "A red fox in snow", "seed": 7},
    "model": "google/nano-banana-2",
    "run_id": "01932c07-3a5e-7cc1-9f3c-2a71aa00ff12",
    "cost_microusd": 80_000,
    "created_at": "2026-11-23T06:00:00Z",
}
EXIF = Image.Exif()
EXIF[0x010E] = "somebody's description"
FOREIGN_XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/webp"/></r:RDF></x:xmpmeta>'
    b'<?xpacket end="w"?>'
)
KINDS = [
    ("PNG", {}),
    ("PNG", {"mode": "RGBA", "exif": EXIF, "icc_profile": b"profile", "dpi": (72, 72)}),
    ("PNG", {"mode": "1"}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "exif": EXIF, "icc_profile": b"p" * 70_000}),
    ("JPEG", {"comment": "somebody's comment"}),
    ("JPEG", {"mode": "CMYK", "xmp": FOREIGN_XMP}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"mode": "RGBA"}),
    ("WEBP", {"mode": "RGBA", "lossless": True}),
    ("WEBP", {"exif": EXIF, "icc_profile": b"odd"}),
    ("WEBP", {"xmp": FOREIGN_XMP, "exif": EXIF}),
    ("WEBP", {"xmp": b"no XML at all"}),
]
every_kind = pytest.mark.parametrize(("format_", "how"), KINDS)
