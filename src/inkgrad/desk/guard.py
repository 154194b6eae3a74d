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
ROLES = ("look", "settle", "administer")
"""What one may be let do, each more than the one before it."""
SHORTEST = 16
"""Characters that a token has at least."""
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
_ADMINISTERED = ("/v1/rates",)  # tells of people, not of their work
_SIMPLE = ("", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Guard:
    """The rules of one desk. Without a token it answers to the names of this machine alone.

    Who has `token`, or needs none, may do everything; `others` are the roles of further tokens.
    """

    token: str = ""
    others: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def cookie(self, role: str = "administer") -> str:
        """A new one for a role, which this desk knows again until it is started anew."""
        name = f"{role}:{secrets.token_urlsafe(18)}"
        return f"{name}.{self._signed('cookie', name)}"

    def header_for(self, cookie: str) -> str:
        """What a page with that cookie repeats in its header when it changes something."""
        return self._signed("header", cookie)

    def role_of_token(self, given: str) -> str:
        """The role of a token, in a time that tells nothing of any; "" where it is none."""
        found = ""
        for token, role in {**self.others, self.token: "administer"}.items():
            if token and hmac.compare_digest(given.encode(), token.encode()):
                found = role
        return found

    def role_of_cookie(self, cookie: str) -> str:
        """The role of one of this desk's cookies; "" where it is another's."""
        name, _, sign = cookie.partition(".")
        ours = hmac.compare_digest(sign.encode(), self._signed("cookie", name).encode())
        return name.partition(":")[0] if ours else ""

    def has_cookie(self, cookie: str) -> bool:
        """Whether that cookie is one of this desk's."""
        return bool(self.role_of_cookie(cookie))

    def fault(
        self, method: str, headers: Mapping[str, str], cookie: str, path: str = ""
    ) -> tuple[int, str] | None:
        """Why a request is refused, with its status; None where it may go on."""
        host, origin = headers.get("host", ""), headers.get("origin", "")
        if not self.token and _name(host) not in _LOOPBACK:
            return 421, "this desk answers to the names of its machine, expected localhost"
        if origin and origin.partition("://")[2] != host:
            return 403, "comes from a page of another site"
        if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
            return 403, "comes from a page of another site"
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and (role := self.role_of_token(given)):
            return _beyond(role, method, path)
        if role := self.role_of_cookie(cookie):
            sent = headers.get(HEADER, "")
            if method in ("GET", "HEAD") or hmac.compare_digest(
                sent.encode(), self.header_for(cookie).encode()
            ):
                return _beyond(role, method, path)
            return 403, f"needs the header {HEADER}: load the page again"
        if self.token:
            return 401, "needs the token of this desk"
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if method not in ("GET", "HEAD") and (origin or kind in _SIMPLE):
            return 403, "needs a content type that is no form's: application/json, or an image's"
        return None

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self.secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def needed_role(method: str, path: str) -> str:
    """The least role that a request needs, of those who are let in at all."""
    if path in _ADMINISTERED:
        return "administer"
    return "look" if method in ("GET", "HEAD") or path == "/v1/login" else "settle"


def _beyond(role: str, method: str, path: str) -> tuple[int, str] | None:
    needed = needed_role(method, path)
    if ROLES.index(role) < ROLES.index(needed):
        return 403, f"may only {role} here, expected one who may {needed}"
    return None


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
