"""How the masks of a case fit the edges that its CT shows."""

from __future__ import annotations

from segaudit.measure.fit.case import fit_of, with_agreement

__all__ = ["fit_of", "with_agreement"]
