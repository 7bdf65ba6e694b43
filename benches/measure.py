"""Measures the built program as an operator meets it: in a terminal, on 10,000 cached issues, with a GitHub that hangs.

    cargo build --release --locked && cargo build --example fake_github
    python3 benches/measure.py target/release/dogwatch target/debug/examples/fake_github

Standard library only; everything runs on loopback. Prints a figure a line, beside its limit. Wall-clock figures are of
this machine, now: compare them within one run.
"""
import fcntl
import json
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
import urllib.request
from pathlib import Path

ISSUES = 10_000
STARTS = 25
KEYS = 400
IDLE_SECONDS = 30.0
SIZE = (45, 160)


class Screen:
    """The program in a pseudo-terminal; every byte that it writes is kept."""

    def __init__(self, command, env):
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
            os.execve(command[0], command, env)
        os.set_blocking(self.fd, False)

    def read(self, seconds):
        """What comes first within this time; empty if nothing does."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            return os.read(self.fd, 1 << 20)
        except (BlockingIOError, OSError):
            return b""

    def quiet(self, seconds=0.15):
        """Reads until nothing has come for so long."""
        got = b""
        while True:
            part = self.read(seconds)
            if not part:
                return got
            got += part

    def until(self, word, seconds=20.0):
        """Milliseconds from the start of the program to this word."""
        got, end = b"", time.perf_counter() + seconds
        while word not in got:
            got += self.read(0.5)
            if time.perf_counter() > end:
                raise SystemExit(f"no {word!r} within {seconds} s; last: {got[-400:]!r}")
        return (time.perf_counter() - self.began) * 1000

    def key(self, text):
        """Milliseconds from a key to the first byte of the frame that it makes."""
        began = time.perf_counter()
        os.write(self.fd, text.encode())
        got = self.read(2.0)
        took = (time.perf_counter() - began) * 1000
        self.quiet(0.01)
        return took if got else None

    def cpu(self):
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
        return 0.0

    def end(self):
        try:
            os.write(self.fd, b"q")
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def fake(program):
    child = subprocess.Popen([program, "--issues", str(ISSUES)], stdout=subprocess.PIPE, text=True)
    said = {}
    for line in child.stdout:
        name, value = line.split()
        said.setdefault(name, value)
        if name == "control":
            return child, said
    raise SystemExit("the fake GitHub did not start")


def control(said, path):
    with urllib.request.urlopen(said["control"] + path, timeout=30) as answer:
        return answer.read().decode()


def show(name, value, limit):
    print(f"{name:<46} {value:>12}   limit {limit}", flush=True)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main(binary, program):
    binary = str(Path(binary).resolve())
    folder = tempfile.TemporaryDirectory(prefix="dogwatch-measure-")
    root = Path(folder.name)
    child, said = fake(str(Path(program).resolve()))
    try:
        team = root / "dogwatch.toml"
        team.write_text(
            'version = 1\n[[sources]]\nid = "api"\nkind = "github"\nrepo = "acme/dataface"\n'
            f'api = "{said["github"]}"\ntoken_env = "DW_TOKEN"\nevery = "2s"\n'
        )
        env = {"HOME": str(root), "XDG_CONFIG_HOME": str(root / "c"), "XDG_DATA_HOME": str(root / "d"), "PATH": os.environ["PATH"],
               "TERM": "xterm-256color", "DW_TOKEN": said["token"]}
        command = [binary, "--config", str(root / "dogwatch.toml"), "--data-dir", str(root / "data"), "--trust"]

        began = time.perf_counter()
        subprocess.run([*command, "sync"], env=env, check=True, stdout=subprocess.DEVNULL)
        first = time.perf_counter() - began
        lists = [line for line in control(said, "/requests").splitlines() if "GET" in line and "/issues?" in line]
        show("first sync, seconds", f"{first:.1f}", "-")
        show("first sync, list requests", len(lists), "101")
        cached = json.loads(subprocess.run([*command, "queue", "--json"], env=env, check=True, capture_output=True).stdout)
        show("issues cached", len(cached["incidents"]), ISSUES)

        lines = []
        for _ in range(STARTS):
            began = time.perf_counter()
            subprocess.run([*command, "status", "--format", "plain"], env=env, check=True, stdout=subprocess.DEVNULL)
            lines.append((time.perf_counter() - began) * 1000)
        show("a line for a prompt, median ms", f"{statistics.median(lines):.1f}", "20")
        show("a line for a prompt, worst ms", f"{max(lines):.1f}", "-")

        control(said, "/hang")
        starts = []
        for _ in range(STARTS):
            screen = Screen(command, env)
            starts.append(screen.until(b"api#"))
            screen.quiet()
            screen.end()
        show("start to usable queue, network hung, median ms", f"{statistics.median(starts):.1f}", "50")
        show("start to usable queue, network hung, worst ms", f"{max(starts):.1f}", "50")

        screen = Screen(command, env)
        screen.until(b"api#")
        screen.quiet(0.5)
        moves = [took for at in range(KEYS) if (took := screen.key("j" if at % 3 else "k")) is not None]
        show("key to frame, moving, p50 ms", f"{statistics.median(moves):.2f}", "16")
        show("key to frame, moving, p99 ms", f"{percentile(moves, 0.99):.2f}", "16")
        screen.key("/")
        typed = []
        for at in range(KEYS // 8):
            typed += [screen.key(letter) for letter in "eval"] + [screen.key("\x7f") for _ in range(4)]
        typed = [took for took in typed if took is not None]
        show("key to frame, filter, p50 ms", f"{statistics.median(typed):.2f}", "16")
        show("key to frame, filter, p99 ms", f"{percentile(typed, 0.99):.2f}", "16")
        screen.key("\x1b")
        screen.quiet(0.5)
        acks = [took for _ in range(20) if (took := screen.key("j")) is not None]
        show("key to frame after filter, worst ms", f"{max(acks):.2f}", "16")
        screen.end()

        control(said, "/release")
        control(said, "/heal")
        screen = Screen(command, env)
        screen.until(b"api#")
        screen.quiet(3.0)
        # Between two steps of the minute; the pollers go on every two seconds meanwhile.
        while time.time() % 60 > 60 - IDLE_SECONDS - 8:
            time.sleep(0.5)
        screen.quiet(1.0)
        asked = len(control(said, "/requests").splitlines())
        wrote = b""
        while len(control(said, "/requests").splitlines()) < asked + 4:
            wrote += screen.read(0.2)
        show("two refreshes that change nothing, bytes", len(wrote), "0")
        before, began = screen.cpu(), time.perf_counter()
        idle = b""
        while (left := began + IDLE_SECONDS - time.perf_counter()) > 0:
            idle += screen.read(left)
        share = (screen.cpu() - before) / (time.perf_counter() - began) * 100
        show("idle, bytes a second", f"{len(idle) / IDLE_SECONDS:.2f}", "0")
        show("idle but for a poll every 2 s, % of a core", f"{share:.2f}", "-")
        show("RSS, MB", f"{screen.memory('VmRSS'):.1f}", "80")
        show("RSS at its highest, MB", f"{screen.memory('VmHWM'):.1f}", "80")
        screen.end()

        team.write_text(team.read_text().replace('every = "2s"\n', ""))
        screen = Screen(command, env)
        screen.until(b"api#")
        screen.quiet(3.0)
        before, began = screen.cpu(), time.perf_counter()
        while (left := began + IDLE_SECONDS - time.perf_counter()) > 0:
            screen.read(left)
        share = (screen.cpu() - before) / (time.perf_counter() - began) * 100
        show("idle with the usual poll a minute, % of a core", f"{share:.2f}", "0.5")
        screen.end()
        show("binary, MB", f"{Path(binary).stat().st_size / 1e6:.1f}", "25")
    finally:
        child.kill()
        child.wait()
        folder.cleanup()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
