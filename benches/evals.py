"""Measures what taking in result files costs: processor time, memory and the wait, on 10,000 logs of 100 samples each.

    cargo build --release --locked && cargo build --release --examples
    python3 benches/evals.py target/release/dogwatch target/release/examples FOLDER [LOGS SAMPLES]

Standard library only. Makes the logs in FOLDER first where they are missing: 1.4 GB and half a minute. Prints a figure a
line, beside its limit. `reading` is the readers alone, `evals` the whole command. Processor time is what to compare: it
moves little when the machine is shared, the wait does. Before a cold run the machine is asked to forget the files;
`read from disk` says how far it did.
"""
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOGS, SAMPLES = 10_000, 100
SECONDS, MEGABYTES = 10, 300


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


def main(binary, examples, folder, logs=LOGS, samples=SAMPLES):
    logs, samples = int(logs), int(samples)
    binary, examples, folder = str(Path(binary).resolve()), Path(examples).resolve(), str(Path(folder).resolve())
    subprocess.run([examples / "make_evals", folder, str(logs), str(samples)], check=True)
    with tempfile.TemporaryDirectory(prefix="dogwatch-evals-") as home:
        env = {"HOME": home, "XDG_CONFIG_HOME": home + "/c", "PATH": os.environ["PATH"]}
        measure("reading", [examples / "read_evals", folder], env, folder, logs * samples)
        measure("evals", [binary, "--data-dir", home + "/data", "evals", folder, "--json"], env, folder, logs * samples)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 6):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
