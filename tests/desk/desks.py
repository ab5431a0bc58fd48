"""A desk that is really open: its own process, asked over a socket."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

STARTED = re.compile(r"http://127\.0\.0\.1:(\d+)/\?jeton=(\S+)")
SERVE = """
import sys
from pathlib import Path
from diagnostic.desk.server import run
sys.exit(run(Path(sys.argv[1]), 0, False, lambda line: print(line, flush=True), float(sys.argv[2])))
"""


@dataclass
class Answer:
    """What the desk answered."""

    code: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """As a person reads it: plain spaces, apostrophes and signs."""
        text = self.body.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&#8239;", " ")
        return text.replace("&nbsp;", " ").replace("&#39;", "’").replace("&amp;", "&")


@dataclass
class Open:
    """An open desk, and a browser of sorts that has its cookie. `environment`: of its process, beside what is here."""

    root: Path
    idle: float = 900.0
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] = field(init=False)
    port: int = 0
    token: str = ""
    cookie: str = ""

    def __post_init__(self) -> None:
        command = [sys.executable, "-c", SERVE, str(self.root), str(self.idle)]
        own = {**os.environ, **self.environment}
        self.process = subprocess.Popen(command, cwd=self.root, stdout=subprocess.PIPE, text=True, env=own)
        self.line = self.process.stdout.readline() if self.process.stdout else ""
        found = STARTED.search(self.line)
        assert found, self.line
        self.port, self.token = int(found[1]), found[2]

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request, with nothing but what is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def enter(self, initials: str = "AB") -> Open:
        """Use the address, and say who is there."""
        given = self.ask("GET", f"/?jeton={self.token}")
        assert given.code == 303, given.text
        self.cookie = given.headers["set-cookie"].partition(";")[0]
        assert self.post("/initiales", initials=initials).code == 303
        return self

    @property
    def own(self) -> dict[str, str]:
        """What a page of the desk sends of itself."""
        return {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str) -> Answer:
        return self.ask(
            "GET", urllib.parse.quote(path, safe="/?=&%"), {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        )

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/initiales").text)
        assert found
        return found[1]

    def post(self, path: str, **fields: str) -> Answer:
        body = urllib.parse.urlencode({"csrf": self.csrf, **fields}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", urllib.parse.quote(path), self.own | kind, body)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.process.stdout:
            self.process.stdout.close()
