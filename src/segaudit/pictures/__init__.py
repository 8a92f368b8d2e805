"""Pictures of findings: three slices through a location, with the outlines of the structures concerned."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segaudit.pictures.album import Album
    from segaudit.pictures.window import Window

__all__ = ["Album", "Window"]


def __getattr__(name: str) -> object:
    """Import what draws on first access: where all pictures are kept, nothing needs it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 (as above)

    globals()[name] = found = getattr(import_module(f"{__name__}.{name.lower()}"), name)
    return found
