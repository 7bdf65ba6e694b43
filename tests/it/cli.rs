//! The command line as scripts and people meet it: the real program, a home of
//! its own, what it answers and how it ends.

mod artifacts;
mod calendar;
mod check;
mod compare;
#[cfg(feature = "contract")]
mod contract;
mod decisions;
mod demo;
mod doctor;
mod escalate;
mod evals;
mod evals_said;
mod evidence;
mod github;
mod handoff;
mod oncall;
mod overdue;
mod overrides;
mod probe;
mod review;
mod runbook;
mod servers;
mod status;
mod usage;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A Friday at noon, for all who must not look at the clock.
const NOON: &str = "2026-11-20T12:00:00Z";

/// Somebody's machine: a home, a working directory in it, and no other environment.
struct Home {
    dir: TempDir,
    always: Vec<String>,
    env: Vec<(String, String)>,
}

/// What a command said and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        Self { dir: TempDir::new().unwrap(), always: Vec::new(), env: Vec::new() }
    }

    /// With the sample team, at noon, named by flags as `demo` says it.
    fn demo() -> Self {
        let mut home = Self::new();
        assert_eq!(home.run(&["demo", "--dir", "sample", "--now", NOON]).code, 0);
        home.always = ["--config", "sample/dogwatch.toml", "--data-dir", "sample/data", "--now", NOON]
            .map(str::to_owned)
            .to_vec();
        home
    }

    fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn write_personal(&self, text: &str) {
        self.write(".config/dogwatch/config.toml", text);
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(&self.always).args(args).current_dir(self.dir.path()).env_clear();
        let under = |part: &str| self.dir.path().join(part);
        command.env("HOME", self.dir.path()).env("USER", "kim").env("TMPDIR", self.dir.path());
        command.env("XDG_CONFIG_HOME", under(".config")).env("XDG_DATA_HOME", under(".local/share"));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        let ended = self.command(args).output().unwrap();
        Said {
            code: ended.status.code().unwrap_or(-1),
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// The same machine, with somebody of the team at it.
    fn of_person(self, id: &str) -> Self {
        self.write_personal(&format!("me = \"{id}\"\n"));
        self
    }

    /// The same machine at another time.
    fn at(mut self, time: &str) -> Self {
        for word in self.always.iter_mut().filter(|word| *word == NOON) {
            time.clone_into(word);
        }
        self
    }

    /// The answer as JSON, of a command that ends well.
    fn json(&self, args: &[&str]) -> Value {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        said.json()
    }

    /// The answer as JSON, of a command that ends so.
    fn json_of(&self, args: &[&str], code: i32) -> Value {
        let said = self.run(args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        said.json()
    }

    /// One incident of the queue, closed ones included.
    fn incident(&self, id: &str) -> Value {
        let queue = self.json(&["queue", "--all", "--json"]);
        let found = queue["incidents"].as_array().unwrap().iter().find(|incident| incident["id"] == id);
        found.unwrap_or_else(|| panic!("no {id} in {queue:#}")).clone()
    }
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// The outcomes of a decision, as `id outcome`.
    fn outcomes(&self) -> Vec<String> {
        let told = self.json();
        assert_eq!(told["schema"], "dogwatch.decision/1");
        let results = told["results"].as_array().unwrap().iter();
        results.map(|one| format!("{} {}", one["id"].as_str().unwrap(), one["outcome"].as_str().unwrap())).collect()
    }
}

/// The names of a JSON object's fields, sorted.
fn fields(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The modes of a file, as `ls` counts them.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
