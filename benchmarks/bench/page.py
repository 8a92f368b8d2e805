"""The results of the defect bench as a table for machines and as a page."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from segaudit.catalogue.defect_classes import CLASSES

from .health import Health
from .ladder import Result
from .tables import table

COLUMNS = ("check", "defect", "host", "unit", "smallest", "description")

PAGE = """# Detection limits and false positives

Written by `python benchmarks/defects.py --data DIR --out docs`, where `DIR` holds the real cases (`v1-example/` and
`v2-masks/`); without `--data` the phantoms alone are used. [bench.csv](bench.csv) has the same figures for machines.

Defects are planted in {hosts}. The v1 example is a real CT of 3 mm with 104 masks. s0327 has the 117 real masks of a
case of v2.0.1 at 1.5 mm, and a synthetic CT: tissue by structure, texture, noise, fat, air and a table. The phantom
is the one of `segaudit demo`, at 5 mm.

## Smallest effect that is found

Each defect is planted at up to six severities, in a copy of the case for each, and the audit has to find it under its
own check. The figure is the mildest severity that was found; *yes* means that a defect without severities was found,
*no* that it is not found even at the largest severity, and a dash that it cannot be planted in this host.

{smallest}

`archive-unexpected` reports ARCHIVE; no check reports MASK_LEAK of lung lobes and LABEL_BOUNDARY: effusion, and the
boundaries between rib and cartilage and between colon and small bowel, are matters of definition that voxels do not
decide. `segaudit demo` plants wrong numbers of cases and splits.

## Healthy variants

The masks of each variant are right: views of a case, diseases, operations, anomalies, poor images. So any finding that
the unmodified case does not have is a false positive, but for warnings that say what the variant is: an organ that is
large or lies elsewhere, a lesion that a mask leaves out, a further rib in the mask of another. Checks of promises
(spacing, size, orientation) and of whole datasets are left out.

{healthy}

{false}
"""


def sheet(results: Iterable[Result]) -> str:
    """Return the results as CSV, a row for each defect and host."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((r.check, r.defect, r.host, r.unit, _cell(r), r.description) for r in results)
    return text.getvalue()


def page(results: Sequence[Result], healths: Sequence[Health]) -> str:
    """Return the page."""
    hosts = list(dict.fromkeys(result.host for result in results))
    smallest = table(("class", "check", "defect", "unit", *hosts), _smallest(results, hosts))
    header = ("variants", "audits", "false errors", "false warnings", "true warnings")
    healthy, false = table(header, _healthy(healths)), "\n".join(_false(healths))
    return PAGE.format(hosts=_listed(hosts), smallest=smallest, healthy=healthy, false=false)


def _smallest(results: Sequence[Result], hosts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each defect, by class."""
    cells = {(result.defect, result.host): _cell(result) for result in results}
    defects = {result.defect: result for result in results}.values()
    for result in sorted(defects, key=lambda each: [*CLASSES, ""].index(class_of(each.check))):
        found = (cells.get((result.defect, host), "") for host in hosts)
        yield class_of(result.check) or "-", f"`{result.check}`", result.description, result.unit, *found


def class_of(check: str) -> str:
    """Return the class of a check's defects; empty for one that no public report names."""
    return next(
        (name for name, defect_class in CLASSES.items() if check in (*defect_class.checks, *defect_class.further)), ""
    )


def _cell(result: Result) -> str:
    if result.outcome != "found":
        return {"not found": "no", "not possible": "-"}[result.outcome]
    return "yes" if result.smallest is None else f"{result.smallest:g}"


def _healthy(healths: Sequence[Health]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each group of variants, and one for all."""
    groups = {health.group: [each for each in healths if each.group == health.group] for health in healths}
    for group, members in (*groups.items(), ("all", healths)):
        counts = [sum(each.count(severity) for each in members) for severity in ("error", "warning")]
        counts.append(sum(len(each.fitting) for each in members))
        yield group, str(len(members)), *map(str, counts)


def _false(healths: Sequence[Health]) -> Iterator[str]:
    """Yield a line for each variant in which a check finds something, and one for each check."""
    counts = Counter((f.severity, f.check) for health in healths for f in health.findings)
    for (severity, check), count in sorted(counts.items()):
        yield f"- `{check}`, {severity}: {count} findings in {len(healths)} audits"
        for health in healths:
            names = [f.structure or f.message for f in health.findings if f.check == check]
            if names:
                yield f"  - {health.host}, {health.group}, {health.name}: {', '.join(names)}"


def _listed(names: Sequence[str]) -> str:
    """Return names as in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
