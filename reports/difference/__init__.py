"""Render the difference between two audits: ``terminal``, ``markdown``, ``page`` (HTML), each with ``render``."""
