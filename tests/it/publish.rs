//! The operating model as a page, whether it still holds, and its areas as
//! CODEOWNERS.

mod checks;
mod hostile;
mod owners;
mod page;
mod rules;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use chrono::NaiveDate;
use dogwatch::config::{TeamFile, team_file};
use dogwatch::domain::publish::{Marker, Names, text};
use dogwatch::domain::veil::Veil;
use tempfile::TempDir;

/// A small team with something of everything; sample data, all of it invented.
const TEAM: &str = include_str!("publish/team.toml");
/// The day of its page.
const DAY: &str = "2026-11-30";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn team(text: &str) -> TeamFile {
    team_file(text, "dogwatch.toml").unwrap()
}

/// The page of a team file that lies beside it.
fn published(file: &str) -> String {
    published_from(file, "")
}

/// The same of a page that lies elsewhere.
fn published_from(file: &str, way: &str) -> String {
    let marker = Marker::new(file, day(DAY), Names::Told);
    text(&team(file), &marker, (way, &Veil::of_secrets()))
}

/// A repository on somebody's machine, with nothing else of theirs.
struct Repo {
    dir: TempDir,
    env: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Repo {
    /// With this team file, and a `.git` so that it is known as one.
    fn with(team: &str) -> Self {
        let repo = Self { dir: TempDir::new().unwrap(), env: Vec::new() };
        std::fs::create_dir(repo.path(".git")).unwrap();
        repo.write("dogwatch.toml", team);
        repo
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(args).current_dir(self.dir.path()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.dir.path()).env("USER", "kim").envs(self.env.iter().copied());
        command
    }

    /// `dogwatch publish` with these words, on the day of the page.
    fn publish(&self, args: &[&str]) -> Said {
        self.publish_on(DAY, args)
    }

    fn publish_on(&self, day: &str, args: &[&str]) -> Said {
        let now = format!("{day}T09:00:00Z");
        self.run(&[&["--now", &now, "publish"], args].concat())
    }

    fn run(&self, args: &[&str]) -> Said {
        let ended = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: ended.status.code().unwrap_or(-1), out: text(ended.stdout), err: text(ended.stderr) }
    }

    fn git(&self, words: &[&str]) {
        let date = "2026-11-01T10:00:00Z";
        let mut git = Command::new("git");
        git.args(["-c", "user.name=kim", "-c", "user.email=kim@example.com", "-c", "commit.gpgSign=false"]);
        git.args(words).current_dir(self.dir.path()).env("HOME", self.dir.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
        let ended = git.stdout(Stdio::null()).output().unwrap();
        assert!(ended.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}
