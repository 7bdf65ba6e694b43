"""Measures how long somebody who is paged waits for the right runbook among 5,000 of them, as a whole process.

    cargo build --release --locked
    python3 benches/runbooks.py target/release/dogwatch FOLDER [PAGES]

Standard library only. Makes the pages in FOLDER first where they are missing. Prints a figure a line, beside its limit:
without an index, after ten pages have changed, and with nothing changed; beside it what `grep -ril` (and `rg -il`, where
there is one) takes to name every file with one of the words in it. The files are in the system's memory throughout.
"""
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAGES, CHANGED, ROUNDS = 5_000, 10, 30
COLD, CHANGED_LIMIT, WARM = 3_000, 60, 40
QUESTION = ["database", "connections", "exhausted", "after", "deploy"]
HEADINGS = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Roll back"]
DAY = 86_400


def show(name, value, limit="-"):
    print(f"{name:<58} {value:>10.1f}   limit {limit}", flush=True)


def word(dice):
    """Few words are common and many are rare, as in any language; those of the question are in a tenth to a half of the
    pages."""
    rank = int(dice.random() * dice.random() * 4_000)
    asked = {150 + at * 100: word for at, word in enumerate(QUESTION)}
    return asked.get(rank, f"w{rank % 97}x{rank}")


def page(number):
    """A page of about 4 kB, with a header, six headings, lists and code."""
    dice = random.Random(number)
    text = f"---\ntitle: {word(dice)} {word(dice)}\nowner: team-{number % 40}\n---\n\n"
    for heading in HEADINGS:
        text += f"## {heading} {word(dice)}\n\n"
        for item in range(1, 8):
            text += f"{item}. {' '.join(word(dice) for _ in range(12))}.\n"
        text += f"\n```sh\nkubectl -n {word(dice)} get pods\n```\n\n"
    return text


def write(path, text, age):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time() - age
    os.utime(path, (then, then))


def place(home, number):
    return home / "docs" / "runbooks" / f"area-{number % 50}" / f"page-{number}.md"


def make(home, pages):
    home.mkdir(parents=True, exist_ok=True)
    (home / "dogwatch.toml").write_text("version = 1\n")
    for number in range(pages):
        if not place(home, number).exists():
            write(place(home, number), page(number), DAY)


def wait(command):
    """Milliseconds on the wall until the command has ended."""
    began = time.perf_counter()
    ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = (time.perf_counter() - began) * 1_000
    if ended.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {ended.returncode}: {ended.stderr.decode()}")
    return took


def main():
    binary, home = sys.argv[1], Path(sys.argv[2]).resolve()
    pages = int(sys.argv[3]) if len(sys.argv) > 3 else PAGES
    make(home, pages)
    data = Path(tempfile.mkdtemp(prefix="dogwatch-"))
    command = [binary, "--config", home / "dogwatch.toml", "--data-dir", data, "runbook", "--path", *QUESTION]
    wait(command)
    cold = []
    for _ in range(3):
        shutil.rmtree(data)
        cold.append(wait(command))
    show("without an index, ms", statistics.median(cold), COLD)
    changed = []
    for round in range(1, ROUNDS + 1):
        for number in range(CHANGED):
            write(place(home, number), page(number + pages * round), DAY + round)
        changed.append(wait(command))
    show(f"after {CHANGED} pages have changed, ms", statistics.median(changed), CHANGED_LIMIT)
    warm = [wait(command) for _ in range(ROUNDS)]
    show("with nothing changed, ms", statistics.median(warm), WARM)
    show("with nothing changed, the slowest, ms", max(warm))
    show("only to start: --version, ms", statistics.median(wait([binary, "--version"]) for _ in range(ROUNDS)))
    size = sum(file.stat().st_size for file in data.iterdir()) / 1e6
    show("what the index takes, MB", size)
    for tool in [["grep", "-rilE"], ["rg", "-il"]]:
        if shutil.which(tool[0]):
            search = [*tool, "|".join(QUESTION), home / "docs"]
            show(f"{' '.join(tool)}, ms", statistics.median(wait(search) for _ in range(5)))
    shutil.rmtree(data)


main()
