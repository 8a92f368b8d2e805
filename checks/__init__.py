"""The catalogue of checks, one module a family, one short generator function a check."""
