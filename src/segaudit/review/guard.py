"""Who gets in: one browser of this machine.

Loopback keeps other machines out, but neither other accounts nor web pages that are open in the same browser. Against
them: a token that works once, a cookie that no script reads and no other site sends, and the names of the machine and
of the page that sends (against DNS rebinding and forged requests).
"""

from __future__ import annotations

import secrets
import threading
from email.message import Message
from http.cookies import CookieError, SimpleCookie

ADDRESS = "127.0.0.1"

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect")),
            *(f"{what} 'none'" for what in ("base-uri", "form-action", "frame-ancestors")),
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of each response: the page loads nothing from elsewhere, and no other page can load or frame it."""


class Guard:
    """The token, the session and the names under which the server is asked."""

    def __init__(self, port: int) -> None:
        """Make a token and a session for a port."""
        self.hosts = frozenset((f"{ADDRESS}:{port}", f"localhost:{port}"))
        self.address = f"http://{ADDRESS}:{port}/?token="
        self.token = secrets.token_urlsafe(32)
        self._cookie, self._session = f"segaudit-{port}", secrets.token_urlsafe(32)
        self._spent, self._lock = False, threading.Lock()

    def spend(self, token: str) -> bool:
        """Whether a token is the right one, and used for the first time."""
        with self._lock:
            fits = not self._spent and _same(token, self.token)
            self._spent = self._spent or fits
            return fits

    @property
    def cookie(self) -> str:
        """The header that gives a browser the session."""
        return f"{self._cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"

    def stranger(self, headers: Message) -> str:
        """Return why a request does not come from a page of this server; empty if it may."""
        if headers.get("Host", "") not in self.hosts:
            return "this server answers by the address that it printed, and by no other name"
        return ""

    def holds(self, headers: Message) -> bool:
        """Whether a request has the session, and comes from a page of this server or from the person.

        Ports do not separate sites: the cookie comes with requests of other servers of this machine, too.
        """
        if headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            return False
        try:
            cookies = SimpleCookie(headers.get("Cookie", ""))
        except CookieError:
            return False
        return self._cookie in cookies and _same(cookies[self._cookie].value, self._session)

    def forged(self, headers: Message) -> bool:
        """Whether a request to write comes from elsewhere than a page of this server."""
        return headers.get("Origin", "") not in {f"http://{host}" for host in self.hosts}


def _same(one: str, other: str) -> bool:
    """Compare secrets in a time that does not depend on how much of them agrees."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
