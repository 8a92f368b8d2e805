"""Checks and a layout of one hospital: an example of a package that adds to segaudit."""
