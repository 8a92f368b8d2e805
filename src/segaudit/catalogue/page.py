"""Write the catalogue as a page: ``python -m segaudit.catalogue.page docs/bench.csv > docs/catalogue.md``.

Without the table of the defect bench, the page lacks the smallest effects found.
"""

from __future__ import annotations

import csv
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from segaudit import catalogue
from segaudit.catalogue.modules import shipped
from segaudit.model import Case, Check, Ct, Dataset, File, KnownState, Mask, Metadata, Published, WaiverUse
from segaudit.model.anatomy import Anatomy
from segaudit.model.registration import Registration

LOOKS_AT = {
    File: "each file",
    Ct: "each CT",
    Mask: "each mask",
    Case: "each case",
    Registration: "how the masks of each case lie on its CT",
    Anatomy: "the anatomy of each case",
    Dataset: "the dataset as a whole",
    Metadata: "the table of metadata",
    Published: "the published tables",
    KnownState: "each defect that was reported of a case",
    WaiverUse: "each waiver",
}
SECTION = re.compile(r"^(Why it matters|What to do|Threshold|Seen in|Blind spots):", re.MULTILINE)
"""The labels that open the sections of a check's docstring."""
FOUND = {"yes": "in", "no": "not in"}
"""Words for the bench's results of defects without severities."""
INTRODUCTION = """\
# The catalogue of checks

An **error** means: do not release. A **warning** means: a person has to look before release. An **info** is worth
knowing and never fails the gate. A contract can re-grade a check or switch it off, and set the limits that are named
here, with a reason: see [contracts](contracts.md#limits-and-severities). `segaudit explain ID` prints an entry.
"Smallest effect found" is the mildest planted defect that the check finds: see [the defect bench](bench.md).
"""


Effects = Mapping[str, Sequence[str]]
"""The smallest effects that the defect bench found, in words, by check."""


def markdown(effects: Effects) -> str:
    """Return the page, as Markdown."""
    families = catalogue.by_family(shipped())
    return "\n".join([INTRODUCTION, overview(families), *(section(family, effects) for family in families.values())])


def overview(families: Mapping[str, Sequence[Check[...]]]) -> str:
    """Return a table with a row for each check: a link to its entry, its severity, what it finds."""
    rows = [
        f"| [{name}](#{name}) | [{check.id}](#{check.id}) | {check.severity} | {check.summary} |"
        for name, family in families.items()
        for check in family
    ]
    return "\n".join(["| family | check | severity | it finds |", "|---|---|---|---|", *rows, ""])


def section(family: tuple[Check[...], ...], effects: Effects) -> str:
    """Return a family's section: its module's docstring, then its checks."""
    first = family[0]
    title = f"## {first.family}\n\n{inspect.getdoc(inspect.getmodule(first.function))}\n"
    return "\n".join([title, *(entry(check, effects.get(check.id, ())) for check in family)])


def entry(check: Check[...], smallest: Sequence[str]) -> str:
    """Return a check's entry: its declaration, its docstring with a bullet per section, its smallest effects."""
    applies = f", where the contract states `{check.needs}`" if check.needs else ""
    explanation = SECTION.sub(r"- **\1:**", check.explanation)
    measured = f"\n- **Smallest effect found:** {'; '.join(smallest)}" if smallest else ""
    tunable = "".join(f"\n- **Limit `{limit.key}`:** {limit.described}" for limit in check.limits)
    heading = f"### {check.id}\n\n**{check.severity}**, looks at {LOOKS_AT[check.unit]}{applies}"
    return f"{heading}\n\n{explanation}{tunable}{measured}\n"


def effects_in(table: Path) -> Effects:
    """Read the bench's table; return a phrase for each defect, with the smallest effect found in each host."""
    hosts: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with table.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["smallest"]:
                found = FOUND.get(row["smallest"], f"{row['smallest']} {row['unit']}".strip() + " in")
                hosts[row["check"], row["defect"]][found].append(row["host"])
    effects = defaultdict(list)
    for (check, defect), hosts_by_effect in hosts.items():
        phrase = ", ".join(f"{found} {' and '.join(names)}" for found, names in hosts_by_effect.items())
        effects[check].append(f"`{defect}` {phrase}")
    return effects


if __name__ == "__main__":
    sys.stdout.write(markdown(effects_in(Path(sys.argv[1])) if sys.argv[1:] else {}))
