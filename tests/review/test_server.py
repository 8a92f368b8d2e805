"""Who gets in, and what is answered."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from PIL import Image

from segaudit.model.errors import InputError
from segaudit.review.journal import Journal
from segaudit.review.server import Server, in_browser
from tests.support.reviewed import serving

JSON = {"Content-Type": "application/json"}
FIRST = {"number": 0, "verdict": "right", "who": "ann", "comment": " seen "}


class Client:
    """A program that asks the server."""

    def __init__(self, port: int) -> None:
        self.port, self.cookie = port, ""

    def ask(
        self, path: str, body: object = None, headers: dict[str, str] | None = None, method: str = ""
    ) -> tuple[int, Any, dict[str, str]]:
        """Return the status, the content and the headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        known = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method or ("GET" if body is None else "POST"), path, sent, known | (headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        plain = json.loads(content) if answer.headers.get_content_type() == "application/json" else content
        return answer.status, plain, dict(answer.headers)

    def enter(self, token: str) -> Client:
        """Spend the token."""
        status, _, headers = self.ask(f"/?token={token}")
        assert status == 200
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        return self

    def send(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        """Return the answer to what the page sends."""
        known = JSON | {"Origin": f"http://127.0.0.1:{self.port}"} | headers
        status, content, _ = self.ask(path, body, known)
        return status, content


@pytest.fixture
def client(server: Server) -> Client:
    """Return a client that is in."""
    return Client(server.server_port).enter(server.guard.token)


def test_the_token_works_once(server: Server) -> None:
    """The second one who has it gets nothing; the first one may come again."""
    first, second = Client(server.server_port), Client(server.server_port)
    assert [second.ask(path)[0] for path in ("/", "/findings", "/?token=x", "/?token=%ff", "/?token=")] == [403] * 5
    status, content, headers = first.ask(f"/?token={server.guard.token}")
    assert (status, b'url=/"' in content) == (200, True)
    assert headers["Set-Cookie"].split("; ")[1:] == ["HttpOnly", "SameSite=Strict", "Path=/"]
    again, refused, more = second.ask(f"/?token={server.guard.token}")
    assert (again, b"works once" in refused, "Set-Cookie" in more) == (403, True, False)
    first.cookie = headers["Set-Cookie"].partition(";")[0]
    assert first.ask(f"/?token={server.guard.token}")[0] == first.ask("/")[0] == 200


@pytest.mark.parametrize("path", ["/", "/review.js", "/findings", "/views/0", "/nothing"])
def test_nothing_without_the_cookie(client: Client, path: str) -> None:
    """Neither with none, nor with a wrong or a damaged one, nor when another page of this browser asks."""
    cookie, client.cookie = client.cookie, ""
    name = cookie.partition("=")[0]
    for wrong in ({}, {"Cookie": f"{name}=x"}, {"Cookie": f"{name}=ü"}, {"Cookie": "\x01;="}, {"Cookie": f"x{cookie}"}):
        assert client.ask(path, headers=wrong)[0] == 403
    client.cookie = cookie
    for site in ("cross-site", "same-site"):
        assert client.ask(path, headers={"Sec-Fetch-Site": site})[0] == 403
    assert client.ask(path)[0] == (404 if path == "/nothing" else 200)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "LOCALHOST.x"])
def test_other_names_are_refused(client: Client, server: Server, host: str) -> None:
    """A name that leads to this machine is no way in (DNS rebinding), with or without the token."""
    named = {"Host": host.format(port=client.port)}
    assert client.ask("/findings", headers=named)[0] == 403
    assert client.ask(f"/?token={server.guard.token}", headers=named)[0] == 403
    assert client.ask("/findings", headers={"Host": f"localhost:{client.port}"})[0] == 200


def test_only_the_page_writes(client: Client, folder: Path) -> None:
    """A form or script of another page, or of none, changes nothing."""
    for origin in ("http://evil.example", "null", "", f"https://127.0.0.1:{client.port}", "http://127.0.0.1:1"):
        assert client.send("/decisions", FIRST, Origin=origin)[0] == 403
    assert client.ask("/decisions", FIRST, JSON)[0] == 403
    assert client.send("/decisions", FIRST, **{"Content-Type": "text/plain"})[0] == 415
    assert client.ask("/decisions", method="PUT")[0] == 501
    client.cookie = ""
    assert client.send("/decisions", FIRST)[0] == 403
    assert not (folder / "report" / "decisions.jsonl").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/report.json",
        "/page/review.html",
        "/review.html",
        "/enter.html",
        "/dataset/s0000/ct.nii.gz",
        "//evil.example/",
        "/slices/{run}/0/axial/3/fitted/outlined/concerned/fitted/",
        "/slices/{run}/0/../3/fitted/outlined/concerned/fitted",
        "/slices/{run}/0/axial/9999/fitted/outlined/concerned/fitted",
        "/slices/{run}/0/axial/-1/fitted/outlined/concerned/fitted",
        "/slices/{run}/0/axial/%D9%A3/fitted/outlined/concerned/fitted",
        "/slices/other/0/axial/3/fitted/outlined/concerned/fitted",
        "/views/-1",
        "/views/x",
    ],
)
def test_no_path_but_those_of_the_page(client: Client, server: Server, path: str) -> None:
    """None is a file's."""
    assert client.ask(path.format(run=server.run))[0] == 404


def test_headers_of_every_answer(client: Client) -> None:
    """Pages, data, slices and refusals: nothing is loaded from elsewhere, guessed, framed or kept."""
    for path in ("/", "/findings", "/nothing", "/review.js"):
        headers = client.ask(path)[2]
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ")
        assert "unsafe" not in policy
        kept = [headers[name] for name in ("X-Content-Type-Options", "Referrer-Policy", "Cache-Control", "Server")]
        assert kept == ["nosniff", "no-referrer", "no-store", "segaudit "]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_decision_and_its_undo(client: Client, folder: Path) -> None:
    """It is in the file when the answer comes; an undo returns the finding and the comment."""
    status, answer = client.send("/decisions", FIRST)
    assert (status, answer["opinions"][:2]) == (200, ["right", "open"])
    [kept] = Journal(folder / "report" / "decisions.jsonl").decisions.all
    assert (kept.who, kept.verdict, kept.comment) == ("ann", "right", "seen")
    shown = client.ask("/views/0")[1]["decisions"]
    assert [(entry["who"], entry["verdict"], entry["comment"], entry["then"]) for entry in shown] == [
        ("ann", "right", "seen", "")
    ]
    status, answer = client.send("/undo", {"who": "bob"})
    assert (status, answer) == (409, {"error": "bob has no decision to take back"})
    status, answer = client.send("/undo", {"who": "ann"})
    assert (status, answer["number"], answer["comment"], answer["opinions"][0]) == (200, 0, "seen", "open")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"number": 999}, 409),
        ({"number": -1}, 400),
        ({"number": "0"}, 400),
        ({"verdict": "maybe"}, 400),
        ({"who": ""}, 400),
        ({"who": "  "}, 409),
        ({"who": "x" * 101}, 400),
        ({"comment": "x" * 2001}, 400),
        ({"comment": "x" * 70_000}, 413),
        ({"more": 1}, 400),
    ],
)
def test_what_is_no_decision(client: Client, folder: Path, change: dict[str, object], status: int) -> None:
    """It is refused with a sentence, and nothing is kept."""
    answered, answer = client.send("/decisions", FIRST | change)
    assert (answered, bool(answer["error"])) == (status, True)
    assert client.send("/decisions", b"\xff")[0] == client.send("/decisions", b"[]")[0] == 400
    assert not (folder / "report" / "decisions.jsonl").exists()


def test_a_disk_that_is_full(client: Client, folder: Path) -> None:
    """The page is informed, and the decision does not count."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    (folder / "report" / "decisions.jsonl").symlink_to("/dev/full")
    status, answer = client.send("/decisions", FIRST)
    assert (status, answer["error"].endswith("No space left on device")) == (500, True)
    assert set(client.ask("/findings")[1]["opinions"]) == {"open"}


def picture(
    client: Client, number: int, plane: str, at: int, rest: str = "fitted/outlined/concerned/fitted"
) -> Image.Image:
    """Return a slice."""
    run = client.ask("/findings")[1]["run"]
    status, content, headers = client.ask(f"/slices/{run}/{number}/{plane}/{at}/{rest}")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "image/webp", "private, max-age=3600")
    return Image.open(io.BytesIO(content))


def number_of(client: Client, check: str) -> int:
    """Return the number of the finding of a check."""
    return next(n for n, finding in enumerate(client.ask("/findings")[1]["findings"]) if finding["check"] == check)


def test_a_pair_is_shown_together(client: Client) -> None:
    """Both partners have a colour, and the slices begin in what they share; each choice changes the picture."""
    number = number_of(client, "masks-overlap-large")
    view = client.ask(f"/views/{number}")[1]
    assert {structure["name"] for structure in view["structures"]} == {"liver", "spleen"}
    planes = {plane["name"]: (plane["count"], plane["start"]) for plane in view["planes"]}
    assert {name: count for name, (count, _) in planes.items()} == {"axial": 16, "coronal": 20, "sagittal": 24}
    assert 16 - 1 - planes["axial"][1] in range(4, 10)  # counted from the head; the overlap is in k 4 to 9
    assert 24 - 1 - planes["sagittal"][1] in range(13, 16)
    at = planes["axial"][1]
    extents = ("fitted/outlined/concerned/fitted", "fitted/outlined/concerned/near")
    ways = (*extents, "bone/outlined/concerned/fitted", "fitted/plain/concerned/fitted")
    shown = [picture(client, number, "axial", at, way) for way in ways]
    shown += [picture(client, number, "axial", at - 1), picture(client, number, "coronal", planes["coronal"][1])]
    assert {image.size for image in shown} == {(540, 540)}
    assert len({image.tobytes() for image in shown}) == len(ways) + 2


def test_cases_that_are_damaged(client: Client, folder: Path) -> None:
    """Without a CT, with half a mask or without the case, a line says so, and the rest is shown."""
    number = number_of(client, "ct-missing")
    view = client.ask(f"/views/{number}")[1]
    assert (view["notes"], len(view["planes"])) == (["no CT"], 3)
    picture(client, number, "axial", view["planes"][0]["start"], "fitted/outlined/all/fitted")
    assert "liver" in client.ask(f"/views/{number_of(client, 'file-truncated')}")[1]["notes"][0]
    shutil.rmtree(folder / "dataset" / "s0000")
    with serving(folder / "dataset", folder / "report") as other:
        second = Client(other.server_port).enter(other.guard.token)
        view = second.ask(f"/views/{number_of(second, 'masks-overlap-large')}")[1]
    assert (view["planes"], view["notes"]) == ([], ["the dataset has no such case"])


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is not there")
def test_a_kill_loses_nothing(folder: Path) -> None:
    """What was answered is in the file when the command is killed the moment after."""
    command = [sys.executable, "-m", "segaudit", "review", "dataset", "-o", "report", "--no-browser", "--who", "ann"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = urlsplit(process.stdout.readline().split()[-1])
        client = Client(int(address.port or 0))
        client.enter(address.query.partition("=")[2])
        answers = [client.send("/decisions", FIRST | {"number": number})[0] for number in range(3)]
        process.kill()
    assert answers == [200, 200, 200]
    journal = Journal(folder / "report" / "decisions.jsonl")
    assert (len(journal.decisions.all), journal.note) == (3, "")


def test_a_port_in_use(server: Server) -> None:
    """The message names it, and what to do."""
    message = f"port {server.server_port} is in use on this machine: name another one with --port"
    with pytest.raises(InputError, match=message):
        Server(server.review, server.server_port)


def test_the_address_is_on_no_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is given a file that nobody else may read, and that is gone in the end."""
    seen: list[Path] = []

    def browse(address: str) -> bool:
        seen.append(Path(url2pathname(unquote(urlsplit(address).path))))
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    with in_browser("http://127.0.0.1:1/?token=a&b"):
        assert "url=http://127.0.0.1:1/?token=a&amp;b" in seen[0].read_text(encoding="utf-8")
        if os.name == "posix":
            assert stat.S_IMODE(seen[0].stat().st_mode) == 0o600
    assert not seen[0].exists()
