//! `dogwatch init`: repositories as teams have them, begun with; what people
//! wrote stays, and what they alone can say is left to them.

mod asked;
mod checked;
mod drawn;
mod hostile;
mod kept;
mod made;
mod owned;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dogwatch::config::{TeamFile, team_file};
use tempfile::TempDir;

/// A Friday at noon.
const NOON: &str = "2026-11-20T12:00:00Z";

/// Somebody's machine with a repository on it.
struct Ground {
    dir: TempDir,
}

/// What `dogwatch` said and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

/// Who commits: a name and an address.
type Who<'a> = (&'a str, &'a str);

const ANA: Who<'static> = ("Ana Lima", "1234+ana-lima@users.noreply.github.com");
const BEN: Who<'static> = ("Ben Okafor", "ben@example.com");
const CHI: Who<'static> = ("Chi", "chi@example.com");
const BOT: Who<'static> = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com");

impl Ground {
    /// A repository without a commit.
    fn empty() -> Self {
        let ground = Self::bare();
        ground.git(&["init", "-q", "-b", "main", "."], ANA, "2026-11-01");
        ground
    }

    /// A folder that is no repository.
    fn bare() -> Self {
        let ground = Self { dir: TempDir::new().unwrap() };
        std::fs::create_dir_all(ground.path("")).unwrap();
        ground
    }

    fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A path in the repository.
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("harbour").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn git(&self, words: &[&str], (name, address): Who<'_>, day: &str) {
        self.git_in(&self.path(""), words, (name, address), day);
    }

    fn git_in(&self, folder: &Path, words: &[&str], (name, address): Who<'_>, day: &str) {
        let date = format!("{day}T10:00:00Z");
        let mut git = Command::new("git");
        git.args(["-c", "commit.gpgSign=false", "-c", "protocol.file.allow=always"]).args(words).current_dir(folder);
        git.env("HOME", self.home()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.env("GIT_AUTHOR_NAME", name).env("GIT_AUTHOR_EMAIL", address).env("GIT_AUTHOR_DATE", &date);
        git.env("GIT_COMMITTER_NAME", "kim").env("GIT_COMMITTER_EMAIL", "kim@example.com");
        let ended = git.env("GIT_COMMITTER_DATE", &date).stdout(Stdio::null()).output().unwrap();
        assert!(ended.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }

    /// Commits these files, each with its text, by this author on this day.
    fn commit(&self, who: Who<'_>, day: &str, files: &[(&str, &str)]) {
        for (name, text) in files {
            self.write(name, text);
        }
        self.git(&["add", "-A"], who, day);
        self.git(&["commit", "-q", "-m", "a change"], who, day);
    }

    /// So many commits to one file.
    fn work(&self, who: Who<'_>, file: &str, times: usize) {
        for time in 0..times {
            self.commit(who, "2026-10-05", &[(file, &format!("{} {time}\n", who.0))]);
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
        command.args(["--now", NOON, "--data-dir"]).arg(self.home().join("data")).args(args);
        command.current_dir(self.path("")).env_clear().env("HOME", self.home()).env("TZ", "Europe/Lisbon");
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        said(self.command(args))
    }

    /// Begins, which has to end well.
    fn init(&self) -> Said {
        let said = self.run(&["init", "--yes"]);
        assert_eq!(said.code, 0, "{said:?}");
        said
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path("dogwatch.toml")).unwrap()
    }

    fn team(&self) -> TeamFile {
        parsed(&self.text())
    }

    /// Everything in the repository but what git keeps, by path.
    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut files, mut open) = (BTreeMap::new(), vec![self.path("")]);
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_symlink() {
                    files.insert(path.clone(), std::fs::read_link(path).unwrap().into_os_string().into_encoded_bytes());
                } else if path.is_dir() && path.file_name().unwrap() != ".git" {
                    open.push(path);
                } else if path.is_file() {
                    files.insert(path.clone(), std::fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// What must hold of every beginning: a dry run writes nothing and shows what is then written, the team file is
    /// one, a second run changes nothing, and the other commands run on it.
    fn begins_well(&self) -> Said {
        let before = self.tree();
        let dry = self.run(&["init", "--dry-run", "--full"]);
        assert_eq!(dry.code, 0, "{dry:?}");
        assert_eq!(self.tree(), before, "a dry run writes nothing");
        let begun = self.init();
        let after = self.tree();
        let (mut listed, mut shown) = (String::new(), String::new());
        for line in begun.out.lines().take_while(|line| !line.is_empty()) {
            let Some(path) = line.strip_prefix("wrote ") else {
                listed += &[line, "\n"].concat();
                continue;
            };
            let text = String::from_utf8(after[&self.path(path)].clone()).unwrap();
            listed += &["would write ", path, "\n"].concat();
            shown += &["\n==> ", path, " <==\n", &text, "\n"].concat();
        }
        assert!(dry.out.starts_with(&[listed.as_str(), &shown].concat()), "{}\n---\n{listed}{shown}", dry.out);
        let written = begun.out.lines().filter(|line| line.starts_with("wrote ")).count();
        assert_eq!(after.len(), before.len() + written, "only what is named is written");
        assert!(before.iter().all(|(path, bytes)| after[path] == *bytes), "what was there is as it was");
        let again = self.init();
        assert_eq!(self.tree(), after, "a second run changes nothing");
        assert!(again.out.ends_with("dogwatch.toml is there already; nothing was changed\n"), "{again:?}");
        self.lives();
        begun
    }

    fn lives(&self) {
        for words in [
            &["--offline", "queue"][..],
            &["oncall"],
            &["oncall", "--at", "2026-11-24T12:00:00"],
            &["calendar"],
            &["runbook", "--list"],
            &["shifts"],
            &["handoff"],
            &["--offline", "review"],
        ] {
            let said = self.run(words);
            let fine = said.code == 0 || (words == ["handoff"] && matches!(said.code, 1 | 2));
            assert!(fine, "{words:?}: {said:?}");
        }
        let listed = self.run(&["runbook", "--list"]);
        assert!(listed.out.contains("on-call-handoff.md"), "{listed:?}");
        for (kind, page) in
            [("mcp-tool-failure", "mcp-tool-failing.md"), ("eval-regression", "eval-regression-triage.md")]
        {
            let is_known = self.text().contains(&format!("[[kinds]]\nid = \"{kind}\""));
            if is_known {
                assert!(listed.out.contains(page), "{listed:?}");
                let found = self.run(&["runbook", "--path", kind]);
                assert!(found.out.contains(&format!("{page}:")), "the kind leads to its page: {found:?}");
            }
        }
    }
}

fn said(mut command: Command) -> Said {
    let ended = command.output().unwrap();
    Said {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8(ended.stdout).unwrap(),
        err: String::from_utf8(ended.stderr).unwrap(),
    }
}

fn parsed(text: &str) -> TeamFile {
    team_file(text, "dogwatch.toml").unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// The areas, as `id owner backup`.
fn areas(team: &TeamFile) -> Vec<String> {
    let word = |id: &Option<String>| id.clone().unwrap_or_else(|| "-".to_owned());
    team.areas.iter().map(|area| format!("{} {} {}", area.id, word(&area.owner), word(&area.backup))).collect()
}

fn people(team: &TeamFile) -> Vec<String> {
    let word = |login: &Option<String>| login.clone().unwrap_or_else(|| "-".to_owned());
    team.people.iter().map(|one| format!("{} {} {}", one.id, one.name, word(&one.github))).collect()
}
