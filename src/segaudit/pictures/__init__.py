"""Pictures of findings: three slices through a location, with the outlines of the structures concerned."""

from segaudit.pictures.album import Album
from segaudit.pictures.window import Window

__all__ = ["Album", "Window"]
