"""Pictures of findings: three slices through a location, with the outlines of the structures concerned."""

from typing import TYPE_CHECKING

from segaudit.deferred import deferred

if TYPE_CHECKING:
    from segaudit.pictures.album import Album
    from segaudit.pictures.window import Window

__all__ = ["Album", "Window"]

__getattr__ = deferred(__name__, __all__, ("window", "album"))  # where all pictures are kept, nothing draws
