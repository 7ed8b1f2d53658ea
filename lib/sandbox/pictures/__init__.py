"""Pictures of the sandbox: painted by rule from a prompt and a seed, no model involved.

`render` makes a picture's bytes; `size_of` says how large a picture the API would return.
"""

from lib.sandbox.pictures.rendering import render
from lib.sandbox.pictures.sizes import SIZES, size_of

__all__ = ["SIZES", "render", "size_of"]
