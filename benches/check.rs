//! What a check costs, from the command to its answer, in a repository of
//! 20,000 tracked files and 5,000 commits. The aim is two seconds and 150 MB.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench that cannot set its scene should fail loudly, and it may start programs"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use divan::Bencher;
use tempfile::TempDir;

const COMMITS: usize = 5_000;
/// Files that each commit adds.
const FILES: usize = 4;
const FOLDERS: [&str; 5] = ["mcp/server", "prompts", "evals", "apps/chat", "other"];
const TEAM: &str = "version = 1\n[team]\ntimezone = \"Europe/London\"\n[[people]]\nid = \"ana\"\n[[people]]\nid = \
                    \"ben\"\n[[areas]]\nid = \"mcp\"\npaths = [\"mcp/**\"]\nowner = \"ana\"\nbackup = \
                    \"ben\"\n[[areas]]\nid = \"prompts\"\npaths = [\"prompts/**\", \"evals/**\", \
                    \"apps/**\"]\nowner = \"ben\"\nbackup = \"ana\"\n[[rotations]]\nid = \"ops\"\nstart = \
                    \"2026-01-05T10:00\"\nshift = \"7d\"\nmembers = [\"ana\", \"ben\"]\n[[escalations]]\nid = \
                    \"default\"\nsteps = [{ to = \"rotation:ops/primary\", wait = \"15m\" }, { to = \"everyone\" \
                    }]\n[[severities]]\nid = \"SEV1\"\nmeaning = \"down\"\nclock = \"24x7\"\nack = \
                    \"15m\"\nmitigate = \"4h\"\nescalation = \"default\"\n[[freezes]]\nid = \"autumn\"\nfrom = \
                    \"2026-10-01\"\nto = \"2026-10-20\"\ncovers = [\"area:mcp\"]\n";

fn main() {
    divan::main();
}

/// One stream for `git fast-import`: 5,000 commits of four files each, over nine months.
fn history() -> String {
    let mut stream = String::new();
    for commit in 0..COMMITS {
        let (who, at) = (["ana", "ben"][commit % 2], 1_772_323_200 + commit * 4_700);
        write!(stream, "commit refs/heads/main\ncommitter {who} <{who}@example.com> {at} +0000\n").unwrap();
        let title = format!("change {commit}");
        write!(stream, "data {}\n{title}\n", title.len()).unwrap();
        if commit == 0 {
            write!(stream, "M 644 inline dogwatch.toml\ndata {}\n{TEAM}\n", TEAM.len()).unwrap();
        }
        for file in commit * FILES..(commit + 1) * FILES {
            let text = file.to_string();
            let path = format!("{}/d{}/f{file}.py", FOLDERS[file % FOLDERS.len()], file % 97);
            write!(stream, "M 644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    stream
}

fn git(at: &Path, words: &[&str], said: &str) {
    let mut git = Command::new("git");
    git.args(words).current_dir(at).env("GIT_CONFIG_GLOBAL", "/dev/null").stdin(Stdio::piped());
    let mut git = git.spawn().unwrap();
    git.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success());
}

#[divan::bench(sample_count = 10)]
fn twenty_thousand_files_and_five_thousand_commits(bencher: Bencher<'_, '_>) {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    git(at, &["init", "-q", "-b", "main"], "");
    git(at, &["fast-import", "--quiet"], &history());
    git(at, &["checkout", "-q", "-f", "main"], "");
    bencher.bench_local(|| {
        let mut check = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        check.args(["--offline", "--now", "2026-11-30T12:00:00Z", "check", "--json"]).current_dir(at);
        check.env("HOME", at.join(".home")).env_remove("DOGWATCH_DATA_DIR");
        let said = check.output().unwrap();
        assert!(said.stdout.starts_with(b"{") && said.status.code() == Some(1), "{said:?}");
        said.stdout.len()
    });
}
