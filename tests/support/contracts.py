"""The shipped releases, and messages about wrong contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from segaudit import contracts
from segaudit.contracts import ContractError

V1, V2, V3 = SHIPPED = ("totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3")
HEADER = "label,name,group,side,partner,above,below,expected_with,removable,airy,max_pieces,piece_ml"


def classes(release: str) -> frozenset[str]:
    """Return the class names of a shipped release."""
    return frozenset(contracts.load(release).by_name)


def wrong(path: Path) -> str:
    """Return the message about a contract, without the folder."""
    with pytest.raises(ContractError) as caught:
        contracts.load(path)
    return str(caught.value).replace(f"{path.parent}/", "")
