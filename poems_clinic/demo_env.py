"""The environment of `manage.py demo`: everything local, nothing that reaches a real service.

Called by manage.py before the settings are read, so that a plain clone needs no variable set, and
so that a database, broker or mail server named in somebody's shell is never used by the demo.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# What a shell may hold for a real clinic, and what the demo must not touch.
FORGOTTEN = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "MAILBOX_DIR",
    "CSRF_TRUSTED_ORIGINS",
    "CRASH_AT",
    "CRASH_ONCE",
    "SSL_REDIRECT",
    "BEHIND_TLS_PROXY",
    "LINK_KEY_FALLBACKS",
)
FORCED = {
    "SMTP_HOST": "127.0.0.1",
    "SMTP_SECURITY": "none",
    "SENDING_ON": "true",
    "RECIPIENT_ALLOW_LIST": "*",  # the only server it can reach is the local post box
    "LINK_SCHEME": "http",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "STAFF_HOSTS": "127.0.0.1,localhost",  # its links lead to the same host
}
DEFAULTS = {
    "POEMS_ENV": "demo",
    "DATA_DIR": str(BASE_DIR / ".demo"),
    "LOG_LEVEL": "WARNING",
}


def prepare(environ: MutableMapping[str, str]) -> str:
    """Set what the demo needs, and return ""; or why not, where POEMS_ENV says something else."""
    for name, value in DEFAULTS.items():
        environ.setdefault(name, value)
    if environ["POEMS_ENV"] != "demo":
        return (
            f"This environment says POEMS_ENV={environ['POEMS_ENV']}. The demo runs only where it "
            "is demo: unset POEMS_ENV, or set it to demo."
        )
    for name in FORGOTTEN:
        environ.pop(name, None)
    environ.update(FORCED)
    return ""
