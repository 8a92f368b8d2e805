"""The page in a browser: it works, it is quick, it makes no requests, and it is accessible."""

from __future__ import annotations
