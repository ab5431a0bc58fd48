"""What stands before every page of the desk, since it shows the vault: who asks, from where, with how much, and for how long.

One session at a time: a token of the address, good once, becomes a cookie. `Host`, `Origin` and `Sec-Fetch-Site` are looked at on
every request, so that no other site reaches the desk through the browser; a change also carries a token that only its own pages
know. Without use it locks: the cookie is worth nothing any more, and what was opened from it is taken away.
"""

import contextlib
import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diagnostic.core import writing
from diagnostic.core.contents import MOST_BYTES
from diagnostic.privacy.vault import VAULT

IDLE = 15 * 60.0  # seconds without use, after which the desk locks
LARGEST = MOST_BYTES + 1024 * 1024  # bytes of a request: the largest file that is read, and the form around it
# What the address carries; what another process of this account shows to have a new address.
TOKEN, KEY = "jeton", "x-bureau"
STATIC = "/static/"
PLACE = ".bureau"  # in the vault: where the desk is, for who has the same account, and what was opened from it
HERE, OPENED = "ici.json", "ouverts"
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A document is a page of its own, whose own policy allows its script alone.
DOCUMENT_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; "
    "object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
SAFE = ("GET", "HEAD")
LOCKED = (
    "Le bureau est verrouillé. Rien de ce qui était enregistré n’est perdu, et un calcul en cours continue. Pour le "
    "rouvrir, relancez-le comme la première fois."
)
CLOSED = "Le bureau est fermé. Cette page peut l’être aussi ; rien n’écoute plus sur cette machine."
FORBIDDEN = "Cette adresse ne donne pas accès au bureau. Ouvrez-le par son lanceur : il donne une adresse neuve."
TOO_LARGE = f"Ce fichier dépasse {MOST_BYTES // 1024 // 1024} Mo : il n’est pas lu, et rien n’est enregistré."


@dataclass
class Desk:
    """One desk: its project, where it listens, and the one session that it has."""

    root: Path
    port: int
    idle: float = IDLE
    key: str = field(default_factory=secrets.token_urlsafe, repr=False)
    token: str = field(default="", repr=False)
    cookie: str = field(default="", repr=False)
    csrf: str = field(default="", repr=False)
    used: float = 0.0  # by the clock, which goes on while the machine sleeps
    locked: bool = True
    initials: str = ""
    said: list[str] = field(default_factory=list)  # for the next page
    seen: dict[str, set[str]] = field(default_factory=dict)  # study → documents that this session has opened
    forget: Sequence[Callable[[], None]] = ()  # what takes from this process what it has read of the vault

    @property
    def place(self) -> Path:
        return self.root / VAULT / PLACE

    def address(self) -> str:
        """A new address, whose token is good once."""
        self.token = secrets.token_urlsafe()
        return f"http://127.0.0.1:{self.port}/?{TOKEN}={self.token}"

    def enter(self) -> None:
        """Begin the session anew: any other ends."""
        self.token, self.cookie, self.csrf = "", secrets.token_urlsafe(), secrets.token_urlsafe()
        self.locked, self.used = False, time.time()

    def lock(self) -> None:
        """End the session: initials are asked again, and what was opened goes."""
        self.locked, self.cookie, self.csrf, self.initials = True, "", "", ""
        self.said.clear()
        self.seen.clear()
        for forget in self.forget:
            forget()
        with contextlib.suppress(OSError):  # one that another program holds goes when the desk opens again
            writing.take_away(self.place / OPENED)

    def look(self) -> None:
        """Lock, if it was not used for long."""
        if not self.locked and abs(time.time() - self.used) > self.idle:
            self.lock()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, and there is one."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


class Guard:
    """The whole of it, around the pages."""

    def __init__(self, app: ASGIApp, desk: Desk, refused: Callable[[str, int], Response]) -> None:
        """`refused`: the page that says why, with its code."""
        self.app, self.desk, self.refused = app, desk, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            self.desk.look()
            answer = self._answered(Request(scope)) or self.app
            await answer(scope, _counting(receive), _sending(send))

    def _answered(self, request: Request) -> Response | None:
        """What is answered before any page is asked; None where the page may be."""
        desk, headers, path = self.desk, request.headers, request.scope["path"]
        name = f"bureau-{desk.port}"  # browsers do not tell ports apart
        if not self._from_here(request):
            return self.refused(FORBIDDEN, 403)
        if same(desk.key, headers.get(KEY, "")) and path == "/adresse":
            return PlainTextResponse(desk.address())
        if request.method == "GET" and path == "/" and same(desk.token, request.query_params.get(TOKEN, "")):
            desk.enter()
            answer = RedirectResponse("/", 303)
            answer.set_cookie(name, desk.cookie, httponly=True, samesite="strict")
            return answer
        if desk.locked or not same(desk.cookie, request.cookies.get(name, "")):
            return self.refused(LOCKED if desk.locked and desk.used else FORBIDDEN, 403)
        if int(headers.get("content-length") or 0) > LARGEST:
            return self.refused(TOO_LARGE, 413)
        by_itself = "x-suivi" in headers or request.scope["query_string"] == b"suivi=1" or path.startswith(STATIC)
        desk.used = desk.used if by_itself else time.time()  # what a page asks by itself is no use of it
        return None

    def _from_here(self, request: Request) -> bool:
        """Whether a request is for this desk by its own name, and from one of its own pages or from nowhere."""
        headers, sites = request.headers, request.headers.getlist("host")
        if len(sites) != 1 or sites[0] not in (f"127.0.0.1:{self.desk.port}", f"localhost:{self.desk.port}"):
            return False
        fetched, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
        if fetched not in ("", "same-origin", "none") or "sec-purpose" in headers or "purpose" in headers:
            return False
        # A form of a page without referrer says « null », as another site's may: then the browser has to vouch for it.
        own = origin == f"http://{sites[0]}" or (origin == "null" and fetched == "same-origin")
        return own or (not origin and (request.method in SAFE or fetched == "same-origin"))


def _sending(send: Send) -> Send:
    """The same, with the headers that every answer has."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.setdefault("content-security-policy", CSP)
        await send(message)

    return sent


def _counting(receive: Receive) -> Receive:
    """The same; raises HTTPException (413) once more has come than is read, whatever its length was said to be."""
    had = 0

    async def received() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if had > LARGEST:
            raise HTTPException(413, TOO_LARGE)
        return message

    return received
