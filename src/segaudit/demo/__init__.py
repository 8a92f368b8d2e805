"""A phantom dataset with planted defects that an audit has to find."""
