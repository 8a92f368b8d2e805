"""Read each file once and keep numbers, not voxels."""
