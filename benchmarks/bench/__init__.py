"""The defect bench: detection limits of defects, and false positives on healthy variants."""
