"""Pictures of findings: three slices through a place, with the outlines of the structures that it is about."""

from segaudit.pictures.album import Album
from segaudit.pictures.window import Window

__all__ = ["Album", "Window"]
