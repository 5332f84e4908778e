"""Answer a container's health check: 0 when the web process on this machine serves /healthz.

Asks as the TLS proxy would, so that neither host check nor redirect to https answers instead.
"""

from __future__ import annotations

import http.client
import os
import sys

host = (
    os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
)
door = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
try:
    door.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    status = door.getresponse().status
except OSError as error:
    sys.exit(f"no answer: {error}")
if status >= http.client.BAD_REQUEST:
    sys.exit(f"/healthz answered {status}")
