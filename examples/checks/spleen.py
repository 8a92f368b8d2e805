"""An example of user-defined checks: rules about the spleen, in a file that extends segaudit's checks.

``segaudit audit DATASET --checks examples/checks`` runs it, and so does ``pytest examples/checks --segaudit=DATASET``.
"""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Finding, NotApplicable, Severity, check


@check("spleen-larger-than-liver", Severity.WARNING)
def spleen_larger_than_liver(case: Case) -> Iterator[Finding]:
    """The spleen's mask is larger than the liver's.

    Why it matters: in nearly every adult the liver is several times as large; the two masks may be swapped.
    What to do: look at both masks; swap them if they are swapped, waive the finding if the spleen is that large.
    """
    liver, spleen = (case.whole_masks.get(name) for name in ("liver", "spleen"))
    if not liver or not spleen or not liver.voxels or liver.cut or spleen.cut:  # a cut organ has no size
        raise NotApplicable
    if spleen.volume_ml > liver.volume_ml:
        message = f"the spleen has {spleen.volume_ml:.0f} ml, the liver {liver.volume_ml:.0f} ml"
        yield Finding.about(spleen, message, observed=spleen.volume_ml, expected=liver.volume_ml)
