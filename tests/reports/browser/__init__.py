"""The page in a browser: it works, it is quick, it asks nobody for anything, and all can use it."""

from __future__ import annotations
