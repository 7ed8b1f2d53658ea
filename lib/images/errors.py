"""
What can go wrong with a picture. Each leaf is one decision for whoever asked.

* PictureError
  * NotAPicture              not a whole picture of ours: keep the bytes aside, show why
    + UnknownFormat          neither PNG, JPEG nor WebP
    + CutOff                 the end is missing: download it again
    + Damaged                its parts do not fit together, or its pixels cannot be read
    + TooManyPixels          larger than is ever decoded here
  * NotKept                  the store of pictures did not do what was asked
    + NotASha256             a name that no picture can have; nothing was touched
    + OriginalMissing        no picture of that name
    + OriginalDamaged        the bytes kept are no longer those that were put
    + DiskFull               no room: nothing is left behind, free some and put it again
  + RecordRefused            a record that cannot be written into a picture

Other troubles of the disk (no permission, a broken drive) stay `OSError`s.
"""

from lib.domain.errors import PlantainError


class PictureError(PlantainError):
    """Base of all that concerns pictures."""


class NotAPicture(PictureError):
    """The bytes are not a whole picture that Plantain shows."""


class UnknownFormat(NotAPicture):
    """The bytes do not begin like a PNG, a JPEG or a WebP."""


class CutOff(NotAPicture):
    """The file ends before the picture does."""


class Damaged(NotAPicture):
    """The file is all there but makes no sense."""


class TooManyPixels(NotAPicture):
    """The picture would take too much memory to decode."""


class NotKept(PictureError):
    """The store of pictures could not do what was asked."""


class NotASha256(NotKept):
    """Pictures are named by 64 lowercase hexadecimal digits and by nothing else."""


class OriginalMissing(NotKept):
    """There is no picture of that name."""


class OriginalDamaged(NotKept):
    """What is on the disk has another sha256 than its name says."""


class DiskFull(NotKept):
    """There was no room to keep the picture."""


class RecordRefused(PictureError):
    """The record is not JSON, or is too long to travel inside a picture."""
