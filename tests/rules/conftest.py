"""The rules are tested without Django, without a database, and the same way every time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("rules")
