"""What is wrong with published metadata."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from segaudit.model import Cases, Contract
from tests.support.metadata import found, table


def test_real_metadata(real_data: Path) -> None:
    """The metadata of v2.0.1 give stray blanks in study types and cases with empty cells, and nothing else."""
    with (real_data / "meta-v2.0.1.csv").open(encoding="utf-8-sig", newline="") as file:
        columns, *rows = map(tuple, csv.reader(file, delimiter=";"))
    splits = {"train": 1082, "val": 57, "test": 89}
    contract = Contract(name="v2", metadata="totalsegmentator-v2", cases=Cases(count=1228), splits=splits)
    results = found(table(*rows, columns=columns), contract)
    said = {check: Counter(one.message.partition(": ")[2] for one in findings) for check, findings in results.items()}
    assert said == {
        "meta-incomplete": {
            "pathology is empty": 24,
            "pathology_location is empty": 24,
            "manufacturer is empty": 16,
            "scanner_model is empty": 16,
            "kvp is empty": 16,
            "institute is empty": 5,
            "study_type is empty": 5,
            "gender is empty": 2,
            "age is empty": 1,
        },
        "meta-whitespace": {
            "study_type is 'ct  intervention ', expected 'ct intervention'": 40,
            "study_type is 'ct  operation', expected 'ct operation'": 12,
            "study_type is 'ct abdomen ', expected 'ct abdomen'": 12,
            "study_type is 'ct head ', expected 'ct head'": 4,
        },
    }
