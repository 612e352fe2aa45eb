"""A PostgreSQL server for tests: made from the machine's own programs, gone with the run.

The servers come from `$CAFLEET_TEST_PGBIN`, from PATH, or from where Debian puts them. They
refuse to run as root, so that they are started as the user `postgres` there, or `nobody`.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from cafleet_core.panes.tmux import servers
from tests.terminal import eventually

MISSING = "no PostgreSQL here: apt-get install postgresql"

_QUICK = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
"""


def programs() -> Path | None:
    """The folder with the server's programs, the newest where there are several."""
    named = os.environ.get("CAFLEET_TEST_PGBIN")
    if named:
        return Path(named)
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: float(path.parts[-3]))
    return newest[-1].parent if newest else None


class Server:
    """A running server in a folder of its own; its databases are reached by a unix socket."""

    def __init__(self, bin_folder: Path, *, durable: bool = False) -> None:
        """One that is `durable` has written what it has confirmed, and survives `kill`."""
        self.bin_folder = bin_folder
        self.folder = Path(tempfile.mkdtemp(prefix="cafleet-pg-"))
        self._schemas = itertools.count(1)
        if os.geteuid() == 0:
            owner = _unprivileged()
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = self.folder / "data"
        self._run("initdb", "-A", "trust", "--locale=C.UTF-8", "--no-sync", "-D", data)
        with (data / "postgresql.conf").open("a") as conf:
            conf.write(_QUICK.format(folder=self.folder))
            if durable:
                conf.write("synchronous_commit = on\n")
        self.start()

    def start(self) -> None:
        """Start it; what an earlier end has left open is made good first."""
        log = self.folder / "log"
        self._run("pg_ctl", "-w", "-D", self.folder / "data", "-l", log, "start")

    def kill(self) -> None:
        """Kill its first process, as the kernel does that has no memory left, and the others."""
        pid_file = self.folder / "data" / "postmaster.pid"
        pids = [int(pid_file.read_text().split()[0])]
        children = Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text()
        pids += map(int, children.split())
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        eventually(lambda: all(map(servers.ended, pids)))
        # a killed one that nobody waits for is a zombie, which its next start takes for alive
        for lock in (pid_file, self.socket.with_name(f"{self.socket.name}.lock")):
            lock.unlink()

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / ".s.PGSQL.5432"

    def stop(self) -> None:
        """End the server at once, and remove all that it has kept."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_schema(self) -> str:
        """The URL of an empty registry: a schema of its own."""
        name = f"test_{os.getpid()}_{next(self._schemas)}"
        self.sql(f"CREATE SCHEMA {name}")
        options = quote(f"-csearch_path={name}")
        return f"{self.url}&options={options}"

    @property
    def owner(self) -> str:
        """The role that may do everything there."""
        return _unprivileged().pw_name if os.geteuid() == 0 else _user()

    @property
    def url(self) -> str:
        """The URL of the server's own database."""
        return f"postgresql://{self.owner}@/postgres?host={self.folder}"

    def seen_by(self, role: str, url: str) -> str:
        """The URL of a registry here for another role."""
        return url.replace(f"//{self.owner}@", f"//{role}@")

    def through(self, port: int, url: str) -> str:
        """The URL of a registry here as it is reached by a port of loopback."""
        return url.replace(
            f"@/postgres?host={self.folder}&", f"@127.0.0.1:{port}/postgres?"
        )

    def sql(self, statement: str) -> None:
        """Run a statement as the server's owner."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.bin_folder / program, *arguments]
        if os.geteuid() == 0:
            owner = _unprivileged().pw_name
            command = [
                *("setpriv", f"--reuid={owner}", f"--regid={owner}", "--init-groups"),
                *command,
            ]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
