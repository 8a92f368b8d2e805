"""Which contracts ship as data; nothing is read, so that a shell can complete their names at once."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).parent / "contracts"

FILE = "contract.toml"


def names() -> tuple[str, ...]:
    """Return the names of the shipped contracts, oldest release first."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob(f"*/{FILE}")))
