"""What a layout is."""

from __future__ import annotations

from typing import Protocol

from segaudit.model import Listing
from segaudit.model.place import Place


class Layout(Protocol):
    """A way to arrange a dataset in folders."""

    example: str
    """What a dataset in this layout looks like, for messages."""

    def root(self, path: Place) -> Place | None:
        """Return the folder of the cases, ``path`` itself or one below it; None if it has another layout."""

    def discover(self, root: Place) -> Listing:
        """List the files of the dataset. Opens no volume.

        Raises:
            DatasetError: the dataset's own description cannot be used.
        """
