"""Measures what taking in result files costs: processor time, memory and the wait, on 10,000 logs of 100 samples each.

    cargo build --release --locked && cargo build --release --examples
    python3 benches/evals.py target/release/dogwatch target/release/examples FOLDER [LOGS SAMPLES]

Standard library only. Makes the logs in FOLDER first where they are missing: 1.4 GB and half a minute. Prints a figure a
line, beside its limit. `reading` is the readers alone, `evals` the whole command, `sync` the same with everything kept
and judged; then the screen on all of it, in a terminal of its own. Processor time is what to compare: it moves little
when the machine is shared, the wait does. Before a cold run the machine is asked to forget the files; `read from disk`
says how far it did.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import Screen, percentile

LOGS, SAMPLES = 10_000, 100
SECONDS, MEGABYTES = 10, 300
NEW_FILES, RESCANS = 7, 9


def show(name, value, limit="-"):
    print(f"{name:<58} {value:>10}   limit {limit}", flush=True)


def run(command, env):
    """Seconds on the wall, and what the system counted, of one command whose answer goes nowhere."""
    began = time.perf_counter()
    child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    # 1 is the answer that something was found.
    if child.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return took, used


def forget(folder):
    """Asks the system to drop what it remembers of these files; needs no rights."""
    for entry in os.scandir(folder):
        if not entry.is_file():
            continue
        file = os.open(entry.path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def measure(name, command, env, folder, samples):
    for how in ["cold", "again"]:
        if how == "cold":
            forget(folder)
        took, used = run(command, env)
        which = f"{name}, {how}"
        spent = used.ru_utime + used.ru_stime
        show(f"{which}: seconds", f"{took:.2f}", SECONDS)
        show(f"{which}: seconds of processor", f"{spent:.2f}")
        show(f"{which}: µs of processor a sample", f"{spent / samples * 1e6:.2f}")
        show(f"{which}: RSS at its highest, MB", f"{used.ru_maxrss / 1024:.0f}", MEGABYTES)
        show(f"{which}: read from disk, MB", f"{used.ru_inblock / 2048:.0f}")


def word(number):
    """A name of which no letter stands where it stands in another: a terminal is sent only what changes."""
    return "".join(chr(97 + (number * 3 + at) % 26) for at in range(8))


def dead_run(number):
    """A run that died: an incident as soon as it is seen."""
    suite = word(number)
    lines = [
        {"type": "run", "schema": "dogwatch.eval.v1", "run_id": suite, "suite": suite, "started_at": "2026-11-20T02:00:00Z"},
        *({"type": "trial", "case_id": f"case-{case}", "trial": 0, "status": "error"} for case in range(40)),
        {"type": "end", "status": "error"},
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def watch(binary, env, folder, home):
    """The whole program: a first sync, further ones that find nothing, and the screen while files come in."""
    incoming = Path(folder) / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir()
    team = Path(home) / "dogwatch.toml"
    team.write_text(f'version = 1\n[[sources]]\nid = "nightly"\nkind = "evals"\npaths = [{json.dumps(folder)}]\n')
    data = Path(home) / "watched"
    command = [binary, "--config", str(team), "--data-dir", str(data), "--trust"]
    forget(folder)
    took, used = run([*command, "sync"], env)
    show("sync, cold: seconds", f"{took:.2f}", SECONDS)
    show("sync, cold: RSS at its highest, MB", f"{used.ru_maxrss / 1024:.0f}", MEGABYTES)
    rescans = [run([*command, "sync"], env)[0] * 1000 for _ in range(RESCANS)]
    show("sync that finds nothing new, median ms", f"{statistics.median(rescans):.0f}", 150)

    env = {**env, "TERM": "xterm-256color"}
    screen = Screen(command, env)
    screen.until(b"filter", 60)
    screen.quiet(6)
    seen = []
    for number in range(NEW_FILES):
        draft = Path(home) / "draft"
        draft.write_text(dead_run(number))
        began = time.perf_counter()
        draft.rename(incoming / f"{number}.jsonl")
        screen.until(word(number).encode(), 30)
        seen.append((time.perf_counter() - began) * 1000)
        screen.quiet(1)
    show("a new file on the screen, median ms", f"{statistics.median(seen):.0f}", 300)
    show("a new file on the screen, worst ms", f"{max(seen):.0f}", 300)
    show("screen on 10,000 runs: RSS at its highest, MB", f"{screen.memory('VmHWM'):.0f}", MEGABYTES)
    screen.end()

    shutil.rmtree(data)
    forget(folder)
    screen = Screen(command, env)
    screen.until(b"filter", 60)
    began, keys = time.perf_counter(), []
    while time.perf_counter() - began < 8:
        keys.append(screen.key("L"))
        time.sleep(0.02)
    keys = [key for key in keys if key is not None]
    show("key to frame while all is read, p50 ms", f"{percentile(keys, 0.5):.2f}", 16)
    show("key to frame while all is read, p99 ms", f"{percentile(keys, 0.99):.2f}", 16)
    show("key to frame while all is read, worst ms", f"{max(keys):.2f}", 16)
    screen.end()


def main(binary, examples, folder, logs=LOGS, samples=SAMPLES):
    logs, samples = int(logs), int(samples)
    binary, examples, folder = str(Path(binary).resolve()), Path(examples).resolve(), str(Path(folder).resolve())
    subprocess.run([examples / "make_evals", folder, str(logs), str(samples)], check=True)
    with tempfile.TemporaryDirectory(prefix="dogwatch-evals-") as home:
        env = {"HOME": home, "XDG_CONFIG_HOME": home + "/c", "PATH": os.environ["PATH"]}
        measure("reading", [examples / "read_evals", folder], env, folder, logs * samples)
        watch(binary, env, folder, home)
        measure("evals", [binary, "--data-dir", home + "/data", "evals", folder, "--json"], env, folder, logs * samples)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 6):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
