"""Structures lie to each other as they do in people, whatever the place of the body."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.exchange import Exchange


@check("structures-exchanged", Severity.WARNING, needs="places")
def structures_exchanged(anatomy: Anatomy) -> Iterator[Finding]:
    """Two structures have each other's names.

    Why it matters: a network trained on the case confuses the two, and all that is measured under the names is wrong.
    What to do: look at the two masks; exchange their names.
    Threshold: two relations between them are reversed, none holds, and two thirds of all that are reversed become right
        once the names are exchanged. docs/relations.md lists some 130 relations, such as the vena cava to the right of
        the aorta at each level, the liver larger than the spleen and right of it, the stomach in front of the spleen
        and holding gas, with the margin by which each has to be reversed, scaled to the body. That vena cava and aorta,
        or bladder and prostate, are reversed is enough by itself, unless other organs are on the wrong side, too. Of
        199 exchanges of neighbours in five real cases and the phantom, 141 are found, and 1 under another name; of
        aorta and vena cava, liver and spleen, spleen and stomach all six, in 20 slices of an abdomen, too. None is in
        600 healthy variants: bodies askew by 20 degrees, of 0.3 to 1.2 times the size, cut to a third.
    Seen in: CTSpine1K and other sets with a wrong table of labels (https://github.com/MIC-DKFZ/nnUNet/issues/607).
    Blind spots: pairs that the field of view cuts so that only one relation is left, and pairs that no relation
        compares; of bowel, what is cut above or below. A vena cava that lies on the left of the aorta, as 1 in 300
        people have it below the kidneys, looks the same as an exchange where liver and kidneys are out of view.
    """
    for exchange in anatomy.exchanges:
        yield _about(anatomy.case, exchange)


def _about(case: str, exchange: Exchange) -> Finding:
    """Return a finding about two structures, with the relations that show the exchange."""
    words = [each.relation.words for each in exchange.reversals]
    message = f"look exchanged: expected that {', '.join(words)}, and found the reverse"
    return Finding(
        case=case,
        structures=tuple(sorted((exchange.first.structure, exchange.second.structure))),
        message=message,
        observed=len(words),
        expected=0,
        spot=exchange.first.spot,
    )
