"""What CTs in their native size cost: ``python benchmarks/native.py [CASE_FOLDER]``.

The slices of a case are repeated to a whole scan, each time with other noise, so that it compresses as a scan does; it
is measured with the masks of the case, and without. By default they are those of a phantom.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import nibabel as nib
import numpy as np
from bench.costs import apart, of_call
from cases import case_at, listed
from msgspec.structs import replace

from segaudit.measure import measure_case
from segaudit.model import CaseFiles

SLICES, MASKED, TIMES, CASES = 300, 0.5, 3, 50_000
NOISE_HU = 8.0


def main(folder: Path | None) -> None:
    """Print sizes and CPU seconds of one scan, and of 50,000."""
    print("| | MB | CPU s | 50,000 of them: TB | core hours |\n| --- | ---: | ---: | ---: | ---: |")
    with case_at(folder) as (root, files), TemporaryDirectory() as name:
        apart(write, root / files.folder, Path(name, "s0001"))
        scan = listed(Path(name, "s0001"))
        for title, case in (("a CT", replace(scan, masks={})), (f"a CT and {len(scan.masks)} masks", scan)):
            size = sum((Path(name) / path).stat().st_size for path in case.paths) / 1e6
            cpu = median(apart(seconds, Path(name), case) for _ in range(TIMES))
            print(
                f"| {title} | {size:.0f} | {cpu:.2f} | {size * CASES / 1e6:.1f} | {cpu * CASES / 3600:.0f} |",
                flush=True,
            )


def write(case: Path, scan: Path) -> None:
    """Repeat the slices of a case; the masks are in half of the scan."""
    (scan / "segmentations").mkdir(parents=True)
    random = np.random.default_rng(0)
    files = listed(case)
    for path in files.paths:
        image = nib.load(case.parent / path)
        voxels = np.asarray(image.dataobj)
        times = -(-SLICES // voxels.shape[2])
        if path == files.ct:
            noisy = (voxels + random.normal(0, NOISE_HU, voxels.shape) for _ in range(times))
            whole = np.concatenate([np.rint(part).astype(np.int16) for part in noisy], axis=2)
        else:
            whole = np.tile(voxels.astype(np.uint8), (1, 1, times))
            whole[..., int(MASKED * SLICES) :] = 0
        nib.save(nib.Nifti1Image(whole[..., :SLICES], image.affine), scan / Path(path).relative_to(files.folder))


def seconds(root: Path, case: CaseFiles) -> float:
    """Return the CPU seconds of measuring a case, once all that it needs is imported."""
    of_call(measure_case, root, case)
    return of_call(measure_case, root, case).cpu_s


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
