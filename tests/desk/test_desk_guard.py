"""Who reaches the desk: every way in that is none, asked of a desk that is really open, over a socket."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from desks import Open

from diagnostic.commands.program import main
from diagnostic.desk.app import routes
from diagnostic.desk.guard import CSP, Desk
from diagnostic.desk.server import SYNCED, DeskError, synchronised

STUDY = "47-2026"
Opening = Callable[..., Open]
EVERY = sorted({(method, route.path) for route in routes() for method in route.methods or () if method != "HEAD"})
EVERY += [
    ("GET", "/static/bureau.css"),
    ("GET", "/adresse"),
    ("GET", "/vivant"),
    ("GET", "/rien"),
    ("GET", "/initiales"),
]
EVERY += [("POST", "/initiales"), ("POST", "/fermer"), ("PUT", "/"), ("DELETE", "/"), ("TRACE", "/")]


def filled(path: str) -> str:
    known = path.replace("{study}", STUDY).replace("{place}", "report").replace("{name:path}", "rapport.html")
    return re.sub(r"\{\w+(:\w+)?\}", "1", known)


def changing(desk: Open, **headers: str) -> int:
    """The code that a change gets whose form is right, with these headers in place of a page's own."""
    own = {name: value for name, value in (desk.own | {"Sec-Fetch-Site": ""}).items() if value}
    given = {**own, **headers, "Content-Type": "application/x-www-form-urlencoded"}
    given = {name: value for name, value in given.items() if value}
    return desk.ask("POST", "/initiales", given, f"csrf={desk.csrf}&initials=AB".encode()).code


def test_without_the_cookie_every_path_is_refused(shared: Open) -> None:
    for method, path in EVERY:
        assert shared.ask(method, filled(path)).code == 403, (method, path)
        assert shared.ask(method, filled(path), {"Cookie": f"bureau-{shared.port}=x; bureau=1"}).code == 403, (
            method,
            path,
        )


def test_for_a_foreign_host_every_path_is_refused(shared: Open) -> None:
    """A name that was made to lead here carries the cookie of nobody; even with it, nothing answers."""
    for host in (
        "evil.example",
        f"evil.example:{shared.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{shared.port}",
    ):
        for method, path in EVERY if host == "evil.example" else EVERY[:3]:
            assert shared.ask(method, filled(path), shared.own | {"Host": host}).code == 403, (host, method, path)
    assert shared.ask("GET", "/", {"Cookie": shared.cookie, "Host": f"localhost:{shared.port}"}).code == 200


def test_two_hosts_are_none(shared: Open) -> None:
    lines = [
        "GET / HTTP/1.1",
        f"Host: 127.0.0.1:{shared.port}",
        "Host: evil.example",
        f"Cookie: {shared.cookie}",
        "",
        "",
    ]
    with socket.create_connection(("127.0.0.1", shared.port)) as raw:
        raw.sendall("\r\n".join(lines).encode())
        assert raw.recv(100).split()[1] in (b"400", b"403")


def test_another_site_cannot_ask_nor_change(shared: Open) -> None:
    assert changing(shared) == 303
    for origin in (
        "http://evil.example",
        "https://127.0.0.1",
        f"https://127.0.0.1:{shared.port}",
        "http://127.0.0.1:1",
        "null",
    ):
        assert changing(shared, Origin=origin) == 403, origin
    assert (
        changing(shared, Origin="null", **{"Sec-Fetch-Site": "same-origin"}) == 303
    )  # a form of a page without referrer
    assert changing(shared, Origin="") == 403
    for site in ("cross-site", "same-site"):
        assert changing(shared, **{"Sec-Fetch-Site": site}) == 403
        assert shared.ask("GET", "/", {"Cookie": shared.cookie, "Sec-Fetch-Site": site}).code == 403


def test_a_change_has_the_token_of_its_page(shared: Open) -> None:
    kind = shared.own | {"Content-Type": "application/x-www-form-urlencoded"}
    posted = [filled(path) for method, path in EVERY if method == "POST"]
    assert len(posted) > 10
    for path in posted:
        for body in (b"", b"csrf=", b"csrf=x", b"initials=ZZ"):
            assert shared.ask("POST", path, kind, body).code == 403, (path, body)
    assert "Initiales : AB" in shared.get("/").text
    boundary = (
        b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n\r\n'
        + shared.csrf.encode()
        + b"\r\n--x--\r\n"
    )
    assert (
        shared.ask(
            "POST", "/initiales", shared.own | {"Content-Type": "multipart/form-data; boundary=x"}, boundary
        ).code
        == 403
    )


def test_every_answer_is_kept_by_nobody_and_reaches_nothing_else(shared: Open) -> None:
    answers = [shared.get(path) for path in ("/", f"/etude/{STUDY}/ou", "/static/bureau.css", "/rien")]
    answers += [shared.ask("GET", "/"), shared.post("/initiales", initials="1")]
    assert [answer.code for answer in answers] == [200, 200, 200, 404, 403, 422]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["x-content-type-options"] == "nosniff" and "server" not in answer.headers
    assert not re.search(r"(?:https?:)?//|url\(", CSP)
    for answer in answers:
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)


def test_names_that_lead_elsewhere_are_no_documents(shared: Open) -> None:
    (report := shared.root / f"results/{STUDY}/report").mkdir(parents=True, exist_ok=True)
    (report / "rapport.html").write_text("<p>ici</p>", "utf-8")
    (report / ".cache").write_text("non", "utf-8")
    where = f"/etude/{STUDY}/calculer/document"
    assert shared.get(f"{where}/report/rapport.html").body == b"<p>ici</p>"
    key = f"../../../vault/{STUDY}/key"
    for path in (
        *(
            f"{where}/report/{key}",
            f"{where}/report/{key.replace('/', '%2f')}",
            f"{where}/report/..%2f..%2f..%2fpyproject.toml",
        ),
        *(
            f"{where}/report//etc/passwd",
            f"{where}/../vault/{STUDY}/key",
            f"{where}/..%2fvault/{STUDY}%2fkey",
            f"{where}/report/.cache",
        ),
        *(f"{where}/report/%2e%2e/manifest.json", f"{where}/collect/cells.parquet", f"{where}/report/rapport.html%00"),
        *(
            "/static/../guard.py",
            "/static/%2e%2e/guard.py",
            "/static/..%2fguard.py",
            "/etude/../../etc/ou",
            "/etude/..%2f..%2fvault/ou",
        ),
        *("/etude/48-2026/ou", "/etude/%00/ou"),
    ):
        answer = shared.ask("GET", path, {"Cookie": shared.cookie})
        assert answer.code == 404 and b"Traceback" not in answer.body, path


def test_what_is_larger_than_any_file_is_refused_before_it_is_kept(shared: Open, tmp_path: Path) -> None:
    """60 MB, said to be, or sent without saying; nothing is written, in the vault or beside."""
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert shared.ask("POST", "/etudes", shared.own | kind | {"Content-Length": str(60 * 1024 * 1024)}).code == 413
    before = sorted(shared.root.rglob("*"))
    connection = http.client.HTTPConnection("127.0.0.1", shared.port, timeout=60)
    head = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{shared.csrf}\r\n--x\r\n'
    head += 'Content-Disposition: form-data; name="f"; filename="a.xlsx"\r\n\r\n'
    parts = [head.encode(), *[b"0" * (1024 * 1024)] * 60, b"\r\n--x--\r\n"]
    try:
        connection.request("POST", "/etudes", iter(parts), shared.own | kind, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stopped listening before the end
    connection.close()
    assert sorted(shared.root.rglob("*")) == before
    assert shared.get("/").code == 200


def test_nothing_listens_but_here(shared: Open) -> None:
    heard = [
        one.laddr for one in psutil.Process(shared.process.pid).net_connections() if one.status == psutil.CONN_LISTEN
    ]
    assert [(one.ip, one.port) for one in heard] == [("127.0.0.1", shared.port)]
    for option in ("--host", "--adresse", "--bind"):
        assert main(["bureau", option, "0.0.0.0"]) == 2


# -- Locking --------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_without_use_it_locks_and_takes_away_what_was_opened(root: Path, opening: Opening) -> None:
    desk = opening(root, idle=1.5).enter()
    copy = root / "vault/.bureau/ouverts/47-2026/rapport.docx"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"x")
    for _ in range(8):  # what a page asks by itself is no use
        desk.ask("GET", "/vivant", {"Cookie": desk.cookie, "X-Suivi": "1"})
        time.sleep(0.3)
    for path in ("/", f"/etude/{STUDY}/ou", "/static/bureau.js"):
        answer = desk.get(path)
        assert answer.code == 403 and "verrouillé" in answer.text and STUDY not in answer.text
    assert not copy.exists() and not (root / "vault/.bureau/ouverts").exists()
    assert desk.ask("GET", f"/?jeton={desk.token}").code == 403


def test_a_desk_from_its_address_to_its_end(
    root: Path, opening: Opening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token is good once, and never for a page fetched ahead; a second desk of the project is the first, whose address is given
    anew to whoever has the account, and the session before ends; closed, nothing listens and nothing is left."""
    desk = opening(root)
    path = f"/?jeton={desk.token}"
    assert desk.ask("GET", path, {"Sec-Purpose": "prefetch"}).code == 403
    assert desk.ask("GET", path, {"Sec-Fetch-Site": "cross-site"}).code == 403
    assert desk.ask("GET", f"/etude/{STUDY}/ou?jeton={desk.token}").code == 403
    assert desk.ask("GET", f"/?jeton={desk.token[:-1]}").code == 403
    given = desk.ask("GET", path)
    cookie = given.headers["set-cookie"]
    assert given.code == 303 and given.headers["location"] == "/" and given.body == b""
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().split("; "))
    assert desk.ask("GET", path).code == 403  # whoever has read the address since
    before = cookie.partition(";")[0]
    assert desk.ask("GET", "/initiales", {"Cookie": before}).code == 200
    assert desk.ask("GET", "/", {"Cookie": before}).headers["location"] == "/initiales"

    monkeypatch.chdir(root)
    assert main(["bureau", "--sans-navigateur"]) == 0
    told = capsys.readouterr().out.strip()
    assert "déjà ouvert" in told and f"127.0.0.1:{desk.port}/" in told and told.count("\n") == 0
    assert (root / "vault/.bureau/ici.json").stat().st_mode & 0o777 == 0o600
    desk.token = told.rpartition("=")[2]
    desk.enter("CD")
    assert desk.ask("GET", "/", {"Cookie": before}).code == 403
    assert "Initiales : CD" in desk.get("/").text

    assert "rien n’écoute plus" in desk.post("/fermer").text
    assert desk.process.wait(10) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", desk.port), timeout=5)
    assert list((root / "vault/.bureau").iterdir()) == []


def test_after_fifteen_minutes_by_the_clock_the_session_is_over(tmp_path: Path) -> None:
    desk = Desk(tmp_path, 1)
    desk.enter()
    desk.seen["47-2026"] = {"rapport.html"}
    for minutes, locked in ((14.9, False), (15.1, True)):
        desk.used = time.time() - minutes * 60
        desk.look()
        assert desk.locked is locked and bool(desk.cookie) is not locked and bool(desk.seen) is not locked


@pytest.mark.slow
def test_killed_it_opens_again(root: Path, opening: Opening) -> None:
    desk = opening(root).enter()
    (root / "vault/.bureau/ouverts").mkdir()
    desk.kill()
    again = opening(root).enter()
    assert "Bureau ouvert" in again.line and not (root / "vault/.bureau/ouverts").exists()
    assert again.get("/").code == 200


# -- What is told before it opens -----------------------------------------------------------------------------------
def test_a_port_that_is_taken_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["bureau", "--sans-navigateur", "--port", str(port)]) == 1
    assert f"Le port {port} est déjà pris" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["OneDrive", "OneDrive - Préfecture", "Dropbox", "Mon Drive", "iCloud Drive (archive)"]
)
def test_a_folder_that_is_copied_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    inside = tmp_path / name / "diagnostic"
    inside.mkdir(parents=True)
    assert synchronised(inside) == name
    link = tmp_path / "lien"
    link.symlink_to(inside, target_is_directory=True)
    assert synchronised(link) == name
    assert synchronised(tmp_path) == "" and len(SYNCED) > 10


def test_a_mark_of_a_service_or_its_own_word_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / ".dropbox.cache").mkdir(parents=True)
    (tmp_path / "a/projet").mkdir()
    assert synchronised(tmp_path / "a/projet") == "a"
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "b"))
    (tmp_path / "b/projet").mkdir(parents=True)
    assert synchronised(tmp_path / "b/projet") == "b"


def test_the_command_refuses_there_and_opens_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = tmp_path / "Dropbox" / "projet"
    moved.parent.mkdir()
    shutil.move(root, moved)
    monkeypatch.chdir(moved)
    assert main(["bureau", "--sans-navigateur"]) == 1
    assert "Dropbox" in capsys.readouterr().err and not (moved / "vault/.bureau").exists()
    assert issubclass(DeskError, Exception)


@pytest.mark.slow
def test_other_commands_load_nothing_of_it() -> None:
    code = (
        "import sys; from diagnostic.commands.program import main; main(['--aide']); import diagnostic.running.apart;"
    )
    code += "print(sorted({name.partition('.')[0] for name in sys.modules} & {'starlette', 'uvicorn', 'anyio', 'python_multipart', 'multipart'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_vault_that_does_not_open_is_told(root: Path, opening: Opening) -> None:
    """Encrypted, and whoever is there has not the key."""
    (root / f"vault/{STUDY}/key").rename(root / f"vault/{STUDY}/key.age")
    desk = opening(root).enter()
    for path in ("ou", "vie", "calculer"):
        answer = desk.get(f"/etude/{STUDY}/{path}")
        assert answer.code in (200, 422) and "Traceback" not in answer.text, path
    assert "il est chiffré" in desk.get(f"/etude/{STUDY}/ou").text
