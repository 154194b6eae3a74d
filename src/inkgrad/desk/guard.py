"""Who may ask a desk for what: the token, cookies, and requests that another page has sent.

A browser has a cookie that no script sees and no other site sends, and must repeat a second secret
in a header, which no other page knows. A program has the token, or, where none is needed, sends
what no page of another site can: JSON or an image, without an origin.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

COOKIE, HEADER = "inkgrad_desk", "x-inkgrad-desk"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says: no code but the desk's own, in no frame, kept by nobody."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SIMPLE = ("", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Guard:
    """The rules of one desk. Without a token it answers to the names of this machine alone."""

    token: str = ""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def cookie(self) -> str:
        """A new one, which this desk knows again until it is started anew."""
        name = secrets.token_urlsafe(18)
        return f"{name}.{self._signed('cookie', name)}"

    def header_for(self, cookie: str) -> str:
        """What a page with that cookie repeats in its header when it changes something."""
        return self._signed("header", cookie)

    def fits_token(self, given: str) -> bool:
        """Whether that is the token, in a time that tells nothing of it."""
        return bool(self.token) and hmac.compare_digest(given.encode(), self.token.encode())

    def has_cookie(self, cookie: str) -> bool:
        """Whether that cookie is one of this desk's."""
        name, _, sign = cookie.partition(".")
        return hmac.compare_digest(sign.encode(), self._signed("cookie", name).encode())

    def fault(self, method: str, headers: Mapping[str, str], cookie: str) -> tuple[int, str] | None:
        """Why a request is refused, with its status; None where it may go on."""
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if not self.token and _name(host) not in _LOOPBACK:
            return 421, "this desk answers to the names of its machine, expected localhost"
        if origin and origin.partition("://")[2] != host:
            return 403, "comes from a page of another site"
        if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
            return 403, "comes from a page of another site"
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.fits_token(given):
            return None
        if self.has_cookie(cookie):
            sent = headers.get(HEADER, "")
            if method in ("GET", "HEAD") or hmac.compare_digest(
                sent.encode(), self.header_for(cookie).encode()
            ):
                return None
            return 403, f"needs the header {HEADER}: load the page again"
        if self.token:
            return 401, "needs the token of this desk"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method not in ("GET", "HEAD") and (origin or kind in _SIMPLE):
            return 403, "needs a content type that is no form's: application/json, or an image's"
        return None

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
