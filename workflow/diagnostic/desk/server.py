"""Starting the desk: here and nowhere else, once a project, and where no other machine has a copy of the vault."""

import contextlib
import http.client
import json
import os
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from diagnostic.core.errors import Typeset
from diagnostic.core.locks import NOW, Busy, turn
from diagnostic.desk.guard import HERE, IDLE, KEY, PLACE, Desk
from diagnostic.privacy.vault import FOLDER_MODE, VAULT, write_closed

HOST = "127.0.0.1"  # no option changes it
SYNCED = (
    "OneDrive,Dropbox,Google Drive,GoogleDrive,Mon Drive,My Drive,iCloud,Mobile Documents,CloudStorage,Nextcloud,ownCloud,pCloud,"
    "SynologyDrive,kDrive,MEGA,Box Sync"
).split(",")
MARKS = (".dropbox", ".dropbox.cache", "desktop.ini.gdrive", ".nextcloudsync.log")
IN_A_CLOUD = (
    "Ce dossier est dans « {name} », qui en envoie une copie sur Internet : le bureau ne s’y ouvre pas, car le coffre est dans ce "
    "dossier. Le déplacer ailleurs sur cette machine, puis relancer."
)
TAKEN = "Le port {port} est déjà pris par un autre programme ; en donner un autre avec --port, ou aucun."
ELSEWHERE = "Un bureau est ouvert sur ce projet, sans répondre ; le fermer (« Fermer et verrouiller »), puis relancer."
OPEN = "Bureau ouvert : {address}"
AGAIN = "Le bureau est déjà ouvert sur ce projet ; le voici : {address}"
# Nothing is written of who asks what, and nothing told of what answers.
QUIET: dict[str, Any] = {"log_config": None, "log_level": "critical", "access_log": False, "server_header": False}
QUIET |= {"date_header": False, "proxy_headers": False, "ws": "none"}
WAIT = 3.0  # seconds that a desk which is open already has to answer


class DeskError(Typeset):
    """The desk cannot open; the message is in French."""


def run(root: Path, port: int, browser: bool, say: Callable[[str], None], idle: float = IDLE) -> int:
    """Serve the desk of a project until it is closed; `port` 0 takes a free one; `say` is given the one line. Where one is open
    already, its new address is told instead. Raises DeskError."""
    if name := synchronised(root):
        raise DeskError(IN_A_CLOUD.format(name=name))
    if address := _already(root):
        _shown(address, browser, say, AGAIN)
        return 0
    (root / VAULT).mkdir(FOLDER_MODE, exist_ok=True)
    try:
        with turn(root / VAULT, NOW):
            return _served(root, port, browser, say, idle)
    except Busy:
        raise DeskError(ELSEWHERE) from None


def synchronised(root: Path) -> str:
    """The part of the folder's path, or of what it is a link to, that a service keeps a copy of elsewhere; empty where there is none.
    That is told by the names that these services give to their folders, and by their own marks."""
    kept = [os.environ.get(name, "") for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
    for place in sorted({root.absolute(), root.resolve()}):
        for folder in (place, *place.parents):
            named = any(folder.name.casefold().startswith(name.casefold()) for name in SYNCED)
            if named or str(folder) in filter(None, kept) or any((folder / mark).exists() for mark in MARKS):
                return folder.name
    return ""


def _already(root: Path) -> str:
    """The new address of a desk that is open on this project, which it gives to whoever may read the vault; empty where none is."""
    try:
        told = json.loads((root / VAULT / PLACE / HERE).read_bytes())
        asked = http.client.HTTPConnection(HOST, int(told["port"]), timeout=WAIT)
        asked.request("GET", "/adresse", headers={KEY: str(told["key"])})
        answer = asked.getresponse()
        text = answer.read().decode()
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return ""
    return text if answer.status == 200 and text.startswith(f"http://{HOST}:") else ""


def _served(root: Path, port: int, browser: bool, say: Callable[[str], None], idle: float) -> int:
    import uvicorn

    from diagnostic.desk.app import assembled

    listening = _listening(port)
    desk = Desk(root, listening.getsockname()[1], idle)
    desk.lock()  # what a desk that was killed had opened
    served = assembled(desk, lambda: setattr(server, "should_exit", True))
    server = uvicorn.Server(uvicorn.Config(served, timeout_graceful_shutdown=2, **QUIET))
    here = json.dumps({"port": desk.port, "key": desk.key}).encode()
    desk.place.mkdir(mode=FOLDER_MODE, exist_ok=True)
    write_closed(here, desk.place / HERE)
    try:
        _shown(desk.address(), browser, say, OPEN)
        with contextlib.suppress(KeyboardInterrupt):  # the server has ended for it
            server.run([listening])
    finally:
        listening.close()
        with contextlib.suppress(OSError):
            if (desk.place / HERE).read_bytes() == here:  # and not of another that has taken its place
                (desk.place / HERE).unlink()
    return 0


def _listening(port: int) -> socket.socket:
    """A socket of this machine alone. Raises DeskError where another program has the port."""
    try:
        return socket.create_server((HOST, port), backlog=64)
    except OSError:
        raise DeskError(TAKEN.format(port=port)) from None


def _shown(address: str, browser: bool, say: Callable[[str], None], line: str) -> None:
    say(line.format(address=address))
    if browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
