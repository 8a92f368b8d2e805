"""What tables must look like, and the contracts of the shipped releases as data."""
