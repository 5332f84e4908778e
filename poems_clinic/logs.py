"""What a line of the server's log may hold: where something broke, never with whose data.

An exception's own words can carry what somebody typed (a database names the values of the row that
it refused), and the path of an answer page is a key to it. Neither is written down.
"""

from __future__ import annotations

import copy
import logging
import re
import traceback
from types import TracebackType

_Trouble = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
# The links of emails (pathways/messaging/tokens.py): one letter, then the signed rest.
_LINK = re.compile(r"/([cswu])/[\w%-]{8,}")


class Discreet(logging.Formatter):
    """Writes tracebacks without the exceptions' words, and links without their signed ends."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. What another formatter or Celery wrote out already is not used."""
        record = copy.copy(record)
        record.exc_text = None
        if isinstance(record.args, dict) and "exc" in record.args:
            record.args = {**record.args, "exc": "its error follows", "traceback": ""}
        return _LINK.sub(r"/\1/…", super().format(record))

    def formatException(self, ei: _Trouble) -> str:  # noqa: N802 (the library's name)
        """Return frames and kind of each exception of the chain, the first cause first."""
        parts: list[str] = []
        error = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.insert(0, f"{frames}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(parts)
