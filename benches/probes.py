"""Measures what probing costs: processor time, memory and manners of the built program, on 1,000 MCP servers on loopback.

    cargo build --release --locked && cargo build --release --example fake_mcp
    python3 benches/probes.py target/release/dogwatch target/release/examples/fake_mcp

Standard library only. Prints a figure a line, beside its limit. The servers are a process of their own; only the
program's own time is counted. Figures are of this machine, now: compare them within one run.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ENDPOINTS = 1000
TOOLS = 10
# The rounds are watched for so long, after so long: the first round comes at once, the ones after that evenly.
WATCHED, SETTLED = 180.0, 60.0
# https://github.com/prometheus/blackbox_exporter, a stock HTTP prober: about 1,000 probes in a second of one core.
STOCK_MS = 1.0


class Fleet:
    """So many servers on loopback."""

    def __init__(self, program, endpoints, era):
        command = [program, "--endpoints", str(endpoints), "--tools", str(TOOLS), "--era", era]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addresses = []
        for line in self.child.stdout:
            if line.startswith("control "):
                self.control = line.split()[1]
                break
            self.addresses.append(line.strip())

    def figures(self):
        with urllib.request.urlopen(self.control + "/figures", timeout=30) as answer:
            return json.load(answer)

    def team(self, root, every="60s"):
        sources = "".join(
            f'[[sources]]\nid = "s{at}"\nkind = "mcp"\nurl = "{address}"\nevery = "{every}"\n'
            for at, address in enumerate(self.addresses)
        )
        path = root / "dogwatch.toml"
        path.write_text("version = 1\n" + sources)
        return path

    def end(self):
        self.child.terminate()
        self.child.wait()


def show(name, value, limit):
    print(f"{name:<58} {value:>10}   limit {limit}", flush=True)


def run(command, env):
    """Wall-clock and processor seconds of one command, and what it printed."""
    began = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, said


def cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def world(root, binary):
    root.mkdir()
    env = {"HOME": str(root), "XDG_CONFIG_HOME": str(root / "c"), "PATH": os.environ["PATH"]}
    return env, [binary, "--config", str(root / "dogwatch.toml"), "--data-dir", str(root / "data"), "--trust"]


def single(root, binary, program):
    """The same by hand: `probe` of all of them, less a `probe` of one."""
    for era in ["modern", "legacy"]:
        fleet = Fleet(program, ENDPOINTS, era)
        try:
            env, command = world(root / era, binary)
            fleet.team(root / era)
            # The first run keeps the baselines; the ones after that compare, as every later probe does.
            run([*command, "probe", "--json"], env)
            one = min(run([*command, "probe", "s0", "--json"], env)[1] for _ in range(5))
            runs = [run([*command, "probe", "--json"], env) for _ in range(5)]
            up = [endpoint["state"] for endpoint in json.loads(runs[0][2])["endpoints"]].count("up")
            show(f"{era}: endpoints up", up, ENDPOINTS)
            each = (min(used for _, used, _ in runs) - one) / (ENDPOINTS - 1) * 1000
            show(f"{era}: one L0-L2 probe, ms of processor time", f"{each:.2f}", "0.50")
            show(f"{era}: the same, of a stock HTTP prober's", f"{each / STOCK_MS:.2f}", "-")
            show(f"{era}: {ENDPOINTS} in one burst, seconds", f"{min(wall for wall, _, _ in runs):.2f}", "2")
            said = fleet.figures()
            show(f"{era}: requests a probe", f"{said['requests'] / (6 * ENDPOINTS + 5):.2f}", "-")
            if era == "legacy":
                show(f"sessions left of {said['opened']} probes", said["open"], 0)
        finally:
            fleet.end()


def rounds(root, binary, program):
    """The unattended watch, once its rounds are even."""
    fleet = Fleet(program, ENDPOINTS, "modern")
    try:
        env, command = world(root / "rounds", binary)
        fleet.team(root / "rounds")
        watch = subprocess.Popen([*command, "sync", "--every", "60s"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(SETTLED)
            asked, used, began = fleet.figures()["requests"], cpu(watch.pid), time.perf_counter()
            time.sleep(WATCHED)
            took = time.perf_counter() - began
            share = (cpu(watch.pid) - used) / took * 100
            show("rounds: requests a second", f"{(fleet.figures()['requests'] - asked) / took:.1f}", "-")
            show(f"rounds: {ENDPOINTS} endpoints, % of a core", f"{share:.2f}", "5")
            show("rounds: RSS, MB", f"{memory(watch.pid, 'VmRSS'):.1f}", "100")
            show("rounds: RSS at its highest, MB", f"{memory(watch.pid, 'VmHWM'):.1f}", "100")
        finally:
            watch.terminate()
            watch.wait()
    finally:
        fleet.end()


def main(binary, program):
    binary, program = str(Path(binary).resolve()), str(Path(program).resolve())
    with tempfile.TemporaryDirectory(prefix="dogwatch-probes-") as folder:
        single(Path(folder), binary, program)
        rounds(Path(folder), binary, program)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
