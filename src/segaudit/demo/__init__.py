"""A phantom dataset, and the defects that an audit has to find in it."""
