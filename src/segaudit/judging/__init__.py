"""From records to a verdict: run checks, merge findings, apply waivers."""
