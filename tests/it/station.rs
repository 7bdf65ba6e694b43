//! One operator's machine: a team file, a store, a token, and what is done there with dogwatch.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, Utc};
use dogwatch::domain::journal::Entry;
use dogwatch::store::{Opening, Store, Wanted};
use serde_json::Value;
use tempfile::TempDir;

use crate::github::{Fake, REPO};
use crate::pty::Launch;

/// The variable that the team file names for the token.
pub const TOKEN: &str = "DW_TOKEN";

/// A home of its own, with everything that one operator has in it.
pub struct Station {
    dir: TempDir,
    token: Option<String>,
}

/// What a command said, and how it ended.
#[derive(Debug, Clone)]
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// # Panics
    ///
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The results of a decision, one word for each: `done`, `refused`, ….
    pub fn outcomes(&self) -> Vec<String> {
        let results = self.json()["results"].clone();
        let results = results.as_array().unwrap();
        results.iter().map(|result| result["outcome"].as_str().unwrap().to_owned()).collect()
    }

    /// The reason of the first result; empty if it has none.
    pub fn reason(&self) -> String {
        self.json()["results"][0]["reason"].as_str().unwrap_or_default().to_owned()
    }
}

impl Station {
    /// Somebody who works on [`REPO`] of this fake.
    pub fn of(fake: &Fake, login: &str) -> Self {
        Self::at(&fake.url(), Some(&fake.token(login)))
    }

    /// Somebody whose team file names this address.
    pub fn at(api: &str, token: Option<&str>) -> Self {
        let station = Self { dir: TempDir::new().unwrap(), token: token.map(str::to_owned) };
        station.team(&team_file(api, "0.02s", "0.3s"));
        station
    }

    /// Writes the team file anew.
    pub fn team(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// Goes on with another token, or none.
    pub fn take_token(&mut self, token: Option<&str>) {
        self.token = token.map(str::to_owned);
    }

    pub fn config(&self) -> PathBuf {
        self.home().join("dogwatch.toml")
    }

    pub fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    pub fn home(&self) -> &Path {
        self.dir.path()
    }

    /// Where the personal file lies or would lie.
    pub fn personal_path(&self) -> PathBuf {
        let folder =
            if cfg!(target_os = "macos") { "Library/Application Support/dogwatch" } else { ".config/dogwatch" };
        self.home().join(folder).join("config.toml")
    }

    /// The program, and the words that it takes on this machine.
    pub fn words(&self, args: &[&str]) -> (&'static str, Vec<String>) {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let own = ["--config".to_owned(), path(self.config()), "--data-dir".to_owned(), path(self.data())];
        let words = own.into_iter().chain(["--trust".to_owned()]).chain(args.iter().map(ToString::to_string));
        (env!("CARGO_BIN_EXE_dogwatch"), words.collect())
    }

    fn command(&self, args: &[&str]) -> Command {
        let (program, words) = self.words(args);
        let mut command = Command::new(program);
        command.args(words).env_clear().current_dir(self.home());
        command.env("HOME", self.home()).env("PATH", std::env::var("PATH").unwrap_or_default());
        if let Some(token) = &self.token {
            command.env(TOKEN, token);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a command; its answer goes to a pipe, its talk to nobody.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Said {
        let output = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a command that reads these lines.
    pub fn pipe(&self, args: &[&str], lines: &str) -> Said {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// As [`Self::run`], with `--json`.
    pub fn ask(&self, args: &[&str]) -> Said {
        self.run(&[args, &["--json"]].concat())
    }

    /// The screen, ready to start.
    pub fn screen(&self, args: &[&str]) -> Launch {
        let (_, words) = self.words(args);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let launch = Launch::dogwatch(&words).home(self.home());
        match &self.token {
            Some(token) => launch.env(TOKEN, token),
            None => launch,
        }
    }

    /// Every decision on disk, in the operator's order, whoever is running.
    pub fn journal(&self) -> Vec<Entry> {
        let opening = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
        let opened = Store::open_with(&self.data(), DateTime::<Utc>::UNIX_EPOCH, &opening).unwrap();
        opened.store.journal(DateTime::<Utc>::UNIX_EPOCH).unwrap()
    }
}

/// A team that works on [`REPO`] at this address, with two severities.
pub fn team_file(api: &str, pace: &str, settle: &str) -> String {
    format!(
        r#"version = 1

[tracker]
kind = "github"
pace = "{pace}"
settle = "{settle}"

[[sources]]
id = "api"
kind = "github"
repo = "{REPO}"
api = "{api}"
token_env = "{TOKEN}"

[[severities]]
id = "SEV1"
meaning = "most users are hit"

[[severities]]
id = "SEV2"
meaning = "one tool is broken"
"#
    )
}
