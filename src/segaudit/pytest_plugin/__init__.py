"""The audit as part of pytest: options, and collected items."""
