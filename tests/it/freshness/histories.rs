//! What real repositories tell of their runbooks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, Utc};
use dogwatch::config::Runbooks;
use dogwatch::domain::id::OpId;
use dogwatch::domain::runbook::freshness::Edited;
use dogwatch::domain::runbook::run::{Did, Line, Run, Use, Went};
use dogwatch::domain::text::Clean;
use dogwatch::shell::freshness::{Asked, Histories, Judge, uses};
use tempfile::TempDir;

/// Somebody's folder; a repository once `git` was told so.
struct Team {
    dir: TempDir,
    places: Vec<&'static str>,
    patience: Duration,
}

impl Team {
    fn without_git() -> Self {
        Self { dir: TempDir::new().unwrap(), places: vec!["docs/runbooks"], patience: Duration::from_mins(1) }
    }

    fn new() -> Self {
        let team = Self::without_git();
        team.git(&["init", "-q", "-b", "main", "."], "2026-01-01");
        team
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn git(&self, words: &[&str], day: &str) {
        git_in(self.dir.path(), words, day);
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// All that lies here, committed on this day.
    fn commit(&self, day: &str) {
        self.git(&["add", "-A"], day);
        self.git(&["commit", "-q", "--allow-empty", "-m", "a change"], day);
    }

    fn commit_as(&self, name: &str, text: &str, day: &str) {
        self.write(name, text);
        self.commit(day);
    }

    async fn asked(&self) -> Histories {
        let places: Vec<PathBuf> = self.places.iter().map(|place| self.path(place)).collect();
        let asked = Asked {
            places: &places,
            rules: &Runbooks::default(),
            keep_in: Some(&self.path("data")),
            patience: self.patience,
            now: at("2026-11-20"),
        };
        Histories::gather(&asked).await
    }

    /// What these say of a page, as `2026-01-01`, `file`, `never`, `unknown`.
    fn told(&self, histories: &Histories, name: &str) -> String {
        let file = self.path(name);
        let time = file.exists().then(|| at("2026-11-19"));
        word(histories.edited(&file, time))
    }

    /// When the page was last edited.
    async fn edited(&self, name: &str) -> String {
        self.told(&self.asked().await, name)
    }
}

fn git_in(folder: &Path, words: &[&str], day: &str) {
    let date = format!("{day}T10:00:00Z");
    let mut git = Command::new("git");
    git.args(["-c", "user.name=kim", "-c", "user.email=kim@example.com", "-c", "commit.gpgSign=false"]);
    git.args(words).current_dir(folder).env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1");
    git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
    let ended = git.stdout(Stdio::null()).output().unwrap();
    assert!(ended.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T10:00:00Z").parse().unwrap()
}

fn word(edited: Edited) -> String {
    match edited {
        Edited::At(at) => at.format("%Y-%m-%d").to_string(),
        Edited::File(_) => "file".to_owned(),
        Edited::Never => "never".to_owned(),
        Edited::Unknown => "unknown".to_owned(),
    }
}

const PAGE: &str = "docs/runbooks/a.md";
const TEXT: &str =
    "---\ntitle: A page\nlast_reviewed_on: 2026-01-01\n---\n# A page\n\nDrain it.\nWait.\nPut it back.\n";

#[tokio::test]
async fn a_commit_that_changes_only_the_date_is_no_edit() {
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    for day in ["2026-04-01", "2026-07-01", "2026-10-01"] {
        team.commit_as(PAGE, &TEXT.replace("2026-01-01", day), day);
    }
    assert_eq!(team.edited(PAGE).await, "2026-01-01");
    team.commit_as(PAGE, &TEXT.replace("Drain it.", "  Drain  it.\n"), "2026-11-01");
    assert_eq!(team.edited(PAGE).await, "2026-01-01", "blanks alone");
    team.commit_as(PAGE, &TEXT.replace("Drain it.", "Cordon it."), "2026-11-02");
    assert_eq!(team.edited(PAGE).await, "2026-11-02");
}

#[tokio::test]
async fn a_commit_over_more_than_twenty_pages_edits_none_of_them() {
    let team = Team::new();
    let name = |number: u32| format!("docs/runbooks/page-{number}.md");
    for number in 0..21 {
        team.write(&name(number), &format!("page {number}"));
    }
    team.commit("2026-01-01");
    assert_eq!(team.edited(&name(3)).await, "never", "they came in all at once");
    for number in 0..20 {
        team.write(&name(number), &format!("the page {number}"));
    }
    team.write("src/main.rs", "what is no page does not count");
    team.commit("2026-02-01");
    assert_eq!(team.edited(&name(3)).await, "2026-02-01", "twenty are a day's work");
    for number in 0..21 {
        team.write(&name(number), &format!("our page {number}"));
    }
    team.commit("2026-03-01");
    let histories = team.asked().await;
    assert_eq!(team.told(&histories, &name(3)), "2026-02-01");
    assert_eq!(team.told(&histories, &name(20)), "never");
    assert!(histories.doubts.is_empty(), "{:?}", histories.doubts);
}

#[tokio::test]
async fn a_page_is_followed_through_its_renames() {
    let team = Team::new();
    team.commit_as("wiki/old.md", TEXT, "2026-01-01");
    team.commit_as("wiki/old.md", &TEXT.replace("Wait", "Wait an hour"), "2026-02-01");
    // Into the folder of pages, without a change.
    std::fs::create_dir_all(team.path("docs/runbooks")).unwrap();
    team.git(&["mv", "wiki/old.md", "docs/runbooks/b.md"], "2026-03-01");
    team.commit("2026-03-01");
    assert_eq!(team.edited("docs/runbooks/b.md").await, "2026-02-01", "a move is no edit");
    // Once more, with a new date.
    team.git(&["mv", "docs/runbooks/b.md", PAGE], "2026-04-01");
    team.commit_as(PAGE, &TEXT.replace("Wait", "Wait an hour").replace("2026-01-01", "2026-04-01"), "2026-04-01");
    assert_eq!(team.edited(PAGE).await, "2026-02-01");
    assert_eq!(team.edited("docs/runbooks/b.md").await, "unknown", "it is no more, and there is no file");
    // And now with a change.
    team.git(&["mv", PAGE, "docs/runbooks/c.md"], "2026-05-01");
    team.commit_as("docs/runbooks/c.md", &TEXT.replace("Drain it.", "Cordon it."), "2026-05-01");
    assert_eq!(team.edited("docs/runbooks/c.md").await, "2026-05-01");
    // Asked from nothing it is the same as step by step.
    std::fs::remove_dir_all(team.path("data")).unwrap();
    assert_eq!(team.edited("docs/runbooks/c.md").await, "2026-05-01");
}

#[tokio::test]
async fn a_new_page_under_an_old_name_has_only_its_own_history() {
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    team.git(&["mv", PAGE, "docs/runbooks/b.md"], "2026-02-01");
    team.commit("2026-02-01");
    team.commit_as(PAGE, "Something else altogether.", "2026-03-01");
    team.commit_as("docs/runbooks/b.md", &TEXT.replace("2026-01-01", "2026-04-01"), "2026-04-01");
    for _ in ["step by step", "and from nothing"] {
        let histories = team.asked().await;
        assert_eq!(team.told(&histories, PAGE), "2026-03-01");
        assert_eq!(team.told(&histories, "docs/runbooks/b.md"), "2026-01-01");
        std::fs::remove_dir_all(team.path("data")).unwrap();
    }
    std::fs::remove_file(team.path(PAGE)).unwrap();
    team.commit("2026-05-01");
    team.write(PAGE, "Not committed.");
    assert_eq!(team.edited(PAGE).await, "file", "what was deleted has no history");
}

#[tokio::test]
async fn an_edit_on_one_branch_and_a_rename_on_another_come_together() {
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    team.git(&["checkout", "-q", "-b", "side"], "2026-01-01");
    team.commit_as(PAGE, &TEXT.replace("Wait.", "Wait an hour."), "2026-03-01");
    team.git(&["checkout", "-q", "main"], "2026-01-01");
    team.git(&["mv", PAGE, "docs/runbooks/b.md"], "2026-02-01");
    team.commit("2026-02-01");
    team.git(&["merge", "-q", "-m", "both", "side"], "2026-04-01");
    assert_eq!(team.edited("docs/runbooks/b.md").await, "2026-03-01");
}

#[tokio::test]
async fn what_has_no_history_has_the_time_of_its_file() {
    let team = Team::without_git();
    team.write(PAGE, TEXT);
    let histories = team.asked().await;
    assert_eq!(team.told(&histories, PAGE), "file");
    assert!(histories.doubts.is_empty(), "no repository is no doubt: {:?}", histories.doubts);
    let team = Team::new();
    team.write(PAGE, TEXT);
    assert_eq!(team.edited(PAGE).await, "file", "a repository without a commit");
    team.git(&["commit", "-q", "--allow-empty", "-m", "nothing"], "2026-01-01");
    assert_eq!(team.edited(PAGE).await, "file", "a file that nobody has committed");
    team.commit("2026-02-01");
    team.write(PAGE, "What is not committed yet is no edit.");
    assert_eq!(team.edited(PAGE).await, "2026-02-01");
    assert_eq!(team.edited("docs/runbooks/none.md").await, "unknown", "neither a history nor a file");
}

#[tokio::test]
async fn a_shallow_clone_says_that_it_cannot_know() {
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    team.commit_as("docs/runbooks/b.md", "old", "2026-02-01");
    team.commit_as("docs/runbooks/c.md", "old", "2026-02-02");
    team.commit_as("docs/runbooks/b.md", "new", "2026-03-01");
    let from = format!("file://{}", team.dir.path().display());
    let clone = Team::without_git();
    clone.git(&["clone", "-q", "--depth=2", &from, "clone"], "2026-03-02");
    let clone = Team { places: vec!["clone/docs/runbooks"], ..clone };
    let histories = clone.asked().await;
    let told = |name: &str| clone.told(&histories, &format!("clone/{name}"));
    assert_eq!(told(PAGE), "unknown", "the first commit that it has is not where it began");
    assert_eq!(told("docs/runbooks/c.md"), "unknown");
    assert_eq!(told("docs/runbooks/b.md"), "2026-03-01", "what it has it knows");
    assert!(histories.doubts[0].as_str().contains("shallow"), "{:?}", histories.doubts);
    // And again from what was kept.
    assert!(clone.asked().await.doubts[0].as_str().contains("shallow"));
    git_in(&clone.path("clone"), &["fetch", "-q", "--unshallow"], "2026-03-03");
    assert_eq!(clone.edited(&format!("clone/{PAGE}")).await, "2026-01-01");
}

#[tokio::test]
async fn a_folder_within_a_repository_and_several_folders_are_found() {
    let mut team = Team::new();
    team.commit_as("services/api/docs/runbooks/a.md", TEXT, "2026-01-01");
    team.commit_as("ops/pages/b.md", "b", "2026-02-01");
    team.commit_as("ops/pages/notes.txt", "no page", "2026-03-01");
    team.commit_as("ops/pages/.hidden/c.md", "no page", "2026-03-01");
    team.places = vec!["services/api/docs/runbooks", "ops/pages", "ops/pages/notes.txt", "nowhere"];
    let histories = team.asked().await;
    let told = |name: &str| team.told(&histories, name);
    assert_eq!(told("services/api/docs/runbooks/a.md"), "2026-01-01");
    assert_eq!(told("ops/pages/b.md"), "2026-02-01");
    assert_eq!(told("ops/pages/notes.txt"), "2026-03-01", "a page by its own name");
    assert!(histories.doubts.is_empty(), "{:?}", histories.doubts);
    // What is kept of the folders does not depend on the page that is named beside them.
    let kept = |team: &Team| std::fs::read_dir(team.path("data/copies")).unwrap().count();
    assert_eq!(kept(&team), 2);
    team.places.remove(2);
    team.asked().await;
    assert_eq!(kept(&team), 2);
}

#[tokio::test]
async fn a_name_may_hold_anything() {
    let team = Team::new();
    let names = ["a b.md", "ä.md", "-x.md", "tab\there.md", "line\nbreak.md", ":(top).md", "*.md"];
    for (name, day) in names.iter().zip(1..) {
        team.commit_as(&format!("docs/runbooks/{name}"), TEXT, &format!("2026-01-0{day}"));
    }
    for _ in ["asked", "kept"] {
        for (name, day) in names.iter().zip(1..) {
            assert_eq!(team.edited(&format!("docs/runbooks/{name}")).await, format!("2026-01-0{day}"), "{name:?}");
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_repository_would_have_run_is_never_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    team.commit_as(PAGE, &TEXT.replace("Drain", "Cordon"), "2026-02-01");
    let trap = team.path("trap");
    team.write("trap", &format!("#!/bin/sh\ntouch {}\ncat \"$1\"\n", team.path("sprung").display()));
    std::fs::set_permissions(&trap, std::fs::Permissions::from_mode(0o755)).unwrap();
    team.write(".gitattributes", "*.md diff=evil filter=evil\n");
    let trap = trap.to_str().unwrap();
    let keys = "diff.external diff.evil.command diff.evil.textconv filter.evil.smudge filter.evil.clean core.fsmonitor \
                core.pager core.sshCommand gpg.program log.showSignature diff.orderFile";
    for key in keys.split_whitespace() {
        team.git(&["config", key, if key == "log.showSignature" { "true" } else { trap }], "2026-02-01");
    }
    for (key, value) in
        [("diff.renames", "false"), ("log.follow", "true"), ("log.showRoot", "false"), ("color.ui", "always")]
    {
        team.git(&["config", key, value], "2026-02-01");
    }
    assert_eq!(team.edited(PAGE).await, "2026-02-01");
    assert!(!team.path("sprung").exists());
    // A work tree that is said to lie elsewhere has nothing to say here.
    team.git(&["config", "core.worktree", "/"], "2026-02-01");
    assert_eq!(team.edited(PAGE).await, "unknown");
    team.git(&["--work-tree=.", "config", "core.worktree", team.path("data").to_str().unwrap()], "2026-02-01");
    assert_eq!(team.edited(PAGE).await, "file");
}

#[tokio::test]
async fn what_was_kept_serves_until_there_is_a_new_commit() {
    let mut team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    assert_eq!(team.edited(PAGE).await, "2026-01-01");
    let kept = std::fs::read_dir(team.path("data/copies")).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&kept).unwrap();
    let then = at("2026-01-01").timestamp().to_string();
    assert!(text.contains(&then), "{text}");
    std::fs::write(&kept, text.replace(&then, &at("2026-01-05").timestamp().to_string())).unwrap();
    assert_eq!(team.edited(PAGE).await, "2026-01-05", "it is what was kept that is told");
    // Without the time to look at new commits, what was known before is told, with a doubt.
    team.commit_as(PAGE, "new", "2026-02-01");
    team.patience = Duration::ZERO;
    let histories = team.asked().await;
    assert_eq!(team.told(&histories, PAGE), "2026-01-05");
    assert!(histories.doubts[0].as_str().contains("took too long"), "{:?}", histories.doubts);
    team.patience = Duration::from_mins(1);
    assert_eq!(team.edited(PAGE).await, "2026-02-01");
    // Nonsense is nothing, and a history that was written anew is read anew.
    std::fs::write(&kept, "nonsense").unwrap();
    assert_eq!(team.edited(PAGE).await, "2026-02-01");
    team.git(&["reset", "-q", "--hard", "HEAD~1"], "2026-02-01");
    assert_eq!(team.edited(PAGE).await, "2026-01-01");
    // Where nothing can be kept it is told all the same.
    std::fs::remove_dir_all(team.path("data")).unwrap();
    std::fs::write(team.path("data"), "a file").unwrap();
    assert_eq!(team.edited(PAGE).await, "2026-01-01");
}

#[tokio::test]
async fn without_the_time_to_look_nothing_is_taken_for_fresh() {
    let mut team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-01-01");
    team.patience = Duration::ZERO;
    let histories = team.asked().await;
    assert_eq!(team.told(&histories, PAGE), "unknown");
    assert_eq!(histories.doubts.len(), 1, "{:?}", histories.doubts);
}

#[tokio::test]
async fn uses_and_edits_are_judged_together() {
    let team = Team::new();
    team.commit_as(PAGE, TEXT, "2026-11-01");
    team.commit_as("docs/runbooks/b.md", "b", "2026-01-01");
    team.commit_as("docs/runbooks/c.md", "c", "2026-01-01");
    let line = |page: &str, day: &str, went| Line {
        of: Use {
            run: OpId::new(format!("{page} {day}")),
            page: page.to_owned(),
            title: Clean::default(),
            incident: None,
            steps: 0,
        },
        at: at(day),
        by: Clean::line("ana"),
        did: Did::Ended { went, why: Clean::default() },
    };
    let runs = Run::all([
        line(PAGE, "2026-11-10", Went::Failed),
        line("docs/runbooks/b.md", "2026-11-18", Went::Worked),
        line("docs/runbooks/c.md", "2026-11-19", Went::NotThisOne),
    ]);
    let judge = Judge { histories: team.asked().await, uses: Some(uses(&runs)), now: at("2026-11-20") };
    let fresh = |name: &str| judge.freshness(name, (&team.path(name), None), &Runbooks::default()).words(judge.now);
    assert_eq!(fresh(PAGE), "stale (did not work 10 d ago)");
    assert_eq!(fresh("docs/runbooks/b.md"), "fresh (worked 2 d ago)");
    assert_eq!(fresh("docs/runbooks/c.md"), "stale (edited 323 d ago)");
}
