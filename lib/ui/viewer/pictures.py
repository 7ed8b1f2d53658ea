"""What is looked at closely, in the viewer and side by side."""

from dataclasses import dataclass
from typing import Any

from lib.ui.browser.source import local_address
from lib.ui.plain import excerpt

LONGEST_TEXT = 280


@dataclass(frozen=True, slots=True)
class ViewerPicture:
    """One picture as it is. All texts are shown as they are: they may hold anything.

    `url` is the original's, `thumb_url` what is shown until that has come, `download_url` where it
    is saved from. `caption` is for the eye and `alt` for who cannot see the picture; `facts` are a
    few more words, such as its cost. `width` and `height` are in pixels, if known.

    Raises ValueError, naming the field, for an address of another host.
    """

    id: str
    url: str
    caption: str
    alt: str
    thumb_url: str = ""
    download_url: str = ""
    facts: str = ""
    width: int | None = None
    height: int | None = None

    def __post_init__(self) -> None:
        local_address("url", self.url)
        local_address("thumb_url", self.thumb_url, optional=True)
        local_address("download_url", self.download_url, optional=True)


def as_json(picture: ViewerPicture) -> dict[str, Any]:
    """The picture as the browser gets it; its texts cut to what can be shown."""
    return {
        "id": picture.id,
        "url": picture.url,
        "thumbUrl": picture.thumb_url,
        "downloadUrl": picture.download_url,
        "caption": excerpt(picture.caption, LONGEST_TEXT),
        "facts": excerpt(picture.facts, LONGEST_TEXT),
        "alt": excerpt(picture.alt, LONGEST_TEXT),
        "width": picture.width,
        "height": picture.height,
    }
