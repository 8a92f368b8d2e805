"""Regular files. Opening anything else, such as a pipe, may never end."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segaudit.model.place import Place


def must_be_regular(path: Place) -> None:
    """Refuse what is no regular file.

    Raises:
        OSError: it is none, or is not there.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("not a regular file")
