"""Requests and their answers: a fixed set of paths, none of which names a file."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from segaudit.model.errors import InputError, os_error_text
from segaudit.reports.page.bundle import style
from segaudit.review.cases import BY_NAME, FIELDS, WINDOWS
from segaudit.review.guard import HEADERS
from segaudit.review.review import Choice, Person

if TYPE_CHECKING:
    from segaudit.review.server import Server

MOST_BYTES = 65_536
"""The longest body of a request to write."""

SLICE = re.compile(
    rf"/slices/(?P<run>\w+)/(?P<number>\d{{1,7}})/(?P<plane>{'|'.join(BY_NAME)})/(?P<index>\d{{1,6}})/"
    rf"(?P<window>{'|'.join(WINDOWS)})/(?P<outlines>outlined|plain)/(?P<masks>concerned|all)/"
    rf"(?P<field>{'|'.join(FIELDS)})",
    re.ASCII,
)
VIEW = re.compile(r"/views/(?P<number>\d{1,7})", re.ASCII)

HOUR = "private, max-age=3600"
"""How long a browser may keep a slice, whose address is that of one run of the server."""


class Refused(Exception):  # noqa: N818 (an answer, no error of the program)
    """A request is answered with a status and a sentence."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "segaudit", ""
    timeout = 60
    """Seconds after which a silent connection is closed."""

    def do_GET(self) -> None:
        """Answer with the page, its data or a slice."""
        self._answer(self._got)

    def do_POST(self) -> None:
        """Keep a decision, or take one back."""
        self._answer(self._posted)

    def log_message(self, *_: Any) -> None:  # noqa: ANN401 (as the base class has it)
        """Keep quiet: addresses hold the token."""

    def _answer(self, respond: Callable[[], None]) -> None:
        try:
            self._must_be_asked_by_name()
            respond()
        except Refused as refused:
            self._fail(refused.status, str(refused))
        except InputError as error:
            self._fail(HTTPStatus.CONFLICT, str(error))
        except OSError as error:
            if not isinstance(error, ConnectionError):
                self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, os_error_text(error))
        except Exception as error:  # noqa: BLE001 (one finding that cannot be shown must not end the review)
            self._fail(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")

    def _got(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/" and (tokens := parse_qs(address.query).get("token")):
            self._enter(tokens[0])
            return
        self._must_hold_session()
        path, review = address.path, self.server.review
        if path in PARTS:
            self._send(part(path), PARTS[path])
        elif path == "/findings":
            self._send_json(review.shown() | {"run": self.server.run})
        elif match := VIEW.fullmatch(path):
            self._send_json(review.view(int(match["number"])))
        elif (match := SLICE.fullmatch(path)) and match["run"] == self.server.run:
            self._send_slice(match)
        else:
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")

    def _send_slice(self, match: re.Match[str]) -> None:
        picture = self.server.review.slice(
            int(match["number"]),
            match["plane"],
            int(match["index"]),
            window=match["window"],
            outlines=match["outlines"] == "outlined",
            everything=match["masks"] == "all",
            field=match["field"],
        )
        if picture is None:
            raise Refused(HTTPStatus.NOT_FOUND, "there is no such slice")
        self._send(picture, "image/webp", kept=HOUR)

    def _posted(self) -> None:
        body = self._body()
        self._must_hold_session()
        if self.server.guard.forged(self.headers):
            raise Refused(HTTPStatus.FORBIDDEN, "only the page of this server may write decisions")
        if self.headers.get("Content-Type", "") != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected JSON")
        try:
            if self.path == "/decisions":
                self._send_json(self.server.review.decide(msgspec.json.decode(body, type=Choice)))
            elif self.path == "/undo":
                self._send_json(self.server.review.undo(msgspec.json.decode(body, type=Person)))
            else:
                raise Refused(HTTPStatus.NOT_FOUND, "there is nothing at this address")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"not a decision: {error}") from error

    def _body(self) -> bytes:
        """Read what is sent.

        Raises:
            Refused: it is too long, or does not say how long it is.
        """
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"\d{1,9}", length, re.ASCII) or int(length) > MOST_BYTES:
            self.close_connection = True
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"expected at most {MOST_BYTES:,} bytes")
        return self.rfile.read(int(length))

    def _must_be_asked_by_name(self) -> None:
        if reason := self.server.guard.stranger(self.headers):
            self.close_connection = True
            raise Refused(HTTPStatus.FORBIDDEN, reason)

    def _must_hold_session(self) -> None:
        if not self.server.guard.holds(self.headers):
            raise Refused(
                HTTPStatus.FORBIDDEN,
                "this browser was not let in: the address with the token works once. To go on here, end the command "
                "in its terminal with Ctrl-C and start it again; no decision is lost",
            )

    def _enter(self, token: str) -> None:
        """Give the session to whoever has the token, by a page that leads on: it makes the next request our own."""
        if not self.server.guard.spend(token):
            self._must_hold_session()  # somebody who is in opens the address again
            self._send(part("/enter.html"), "text/html")
            return
        self._send(part("/enter.html"), "text/html", cookie=self.server.guard.cookie)

    def _fail(self, status: HTTPStatus, reason: str) -> None:
        if self.path.startswith(("/findings", "/views/", "/decisions", "/undo")):
            self._send_json({"error": reason}, status)
        else:
            page = f'<!doctype html><html lang="en"><title>segaudit review</title><p>{html.escape(reason)}.</p></html>'
            self._send(page.encode(), "text/html", status)

    def _send_json(self, content: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(msgspec.json.encode(content), "application/json", status)

    def _send(
        self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, *, kept: str = "no-store", cookie: str = ""
    ) -> None:
        self.send_response(status)
        charset = "" if kind.startswith("image/") else "; charset=utf-8"
        more = {"Content-Type": kind + charset, "Content-Length": str(len(content)), "Cache-Control": kept}
        for name, value in (HEADERS | more | ({"Set-Cookie": cookie} if cookie else {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


PARTS = {
    "/": "text/html",
    "/review.js": "text/javascript",
    "/review.css": "text/css",
    "/icon.svg": "image/svg+xml",
}
"""The constant parts of the page, and what they are."""


@cache
def part(path: str) -> bytes:
    """Return a constant part of the page."""
    name = path.strip("/") or "review.html"
    content = files(__package__).joinpath("page", name).read_text(encoding="utf-8")
    return (style(["tokens"]) + content if name.endswith(".css") else content).encode()
