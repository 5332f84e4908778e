"""Who is asking, where a proxy of ours stands in front (BEHIND_TLS_PROXY)."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address that our own proxy saw, for counting wrong passwords.

    That is the last hop of X-Forwarded-For: earlier ones are what the client wrote itself. Without
    a readable one it is the address of the connection, as without a proxy.
    """
    last = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        return str(ip_address(last))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
