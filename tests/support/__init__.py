"""What tests of several folders share: records, volumes, datasets."""
