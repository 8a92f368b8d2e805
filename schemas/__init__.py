"""The schemas of tables, and the contracts of the shipped releases as data."""
