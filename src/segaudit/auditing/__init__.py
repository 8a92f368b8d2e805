"""An audit from end to end: measure, judge, report."""
