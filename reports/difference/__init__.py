"""How a difference between two audits is told: ``terminal``, ``markdown``, ``page`` (HTML), each by ``render``."""
