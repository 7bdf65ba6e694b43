//! A page that lies in a repository, held against the team file by anybody.

use super::{DAY, Repo, TEAM, published_from};

const PAGE: &str = "docs/operating-model.md";
const OUT: [&str; 2] = ["--out", PAGE];
const CHECK: [&str; 3] = ["--check", "--out", PAGE];

/// A repository with its page, which is up to date.
fn written() -> Repo {
    let repo = Repo::with(TEAM);
    repo.write("docs/README.md", "ours\n");
    let said = repo.publish(&OUT);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    assert!(said.err.contains("wrote docs/operating-model.md"), "{said:?}");
    repo
}

#[test]
fn the_page_is_printed_or_written_and_the_same_is_not_written_twice() {
    let repo = written();
    assert_eq!(repo.read(PAGE), published_from(TEAM, "../"), "its links lead to the runbooks");
    let printed = repo.publish(&[]);
    assert_eq!((printed.code, printed.out), (0, published_from(TEAM, "")), "{}", printed.err);
    assert!(repo.publish(&OUT).err.contains("docs/operating-model.md is up to date"));
    let checked = repo.publish(&CHECK);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{checked:?}");
    assert_eq!(checked.out, "docs/operating-model.md says what the team file says, as of 2026-11-30\n");
    // The next day the page is still as of its own, and a new one is not.
    assert_eq!(repo.publish_on("2026-12-04", &CHECK).out, checked.out);
    assert_eq!(repo.publish_on("2026-12-04", &OUT).code, 0);
    assert!(repo.publish_on("2026-12-04", &CHECK).out.contains("as of 2026-12-04"));
}

#[test]
fn an_edit_of_the_team_file_is_named_with_what_mends_it() {
    let repo = written();
    let edited = TEAM.replace(
        "question = \"Does this release ship?\"\nowner = \"release:owner\"",
        "question = \"Does this release ship?\"\nowner = \"chi\"",
    );
    repo.write("dogwatch.toml", &edited);
    let said = repo.publish_on("2026-12-02", &CHECK);
    assert_eq!((said.code, said.err.as_str()), (1, ""), "{said:?}");
    assert!(
        said.out.starts_with("docs/operating-model.md does not say what the team file says:\n--- docs/"),
        "{said:?}"
    );
    assert!(said.out.contains("\n-| Does this release ship? | the owner of the release |"), "{said:?}");
    assert!(said.out.contains("\n+| Does this release ship? | Chi (sample) |"), "{said:?}");
    assert!(said.out.ends_with("\n`dogwatch publish --out docs/operating-model.md` mends it\n"), "{said:?}");
    assert_eq!(repo.read(PAGE), published_from(TEAM, "../"), "nothing is written");
    assert_eq!(repo.publish_on("2026-12-02", &OUT).code, 0);
    assert_eq!(repo.publish_on("2026-12-02", &CHECK).code, 0);
    // A comment changes the file, and nothing that the page tells.
    repo.write("dogwatch.toml", &format!("# a word\n{edited}"));
    let said = repo.publish_on("2026-12-02", &CHECK);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert_eq!(said.out, "docs/operating-model.md says what the team file says, as of 2026-12-02\n");
    // With what it tells the day is held against the calendar as ever, and an edit of the page is found.
    assert_eq!(repo.publish_on("2027-02-02", &CHECK).code, 1);
    repo.write(PAGE, &repo.read(PAGE).replacen("## ", "## Our ", 1));
    assert_eq!(repo.publish_on("2026-12-02", &CHECK).code, 1);
}

#[test]
fn a_page_that_somebody_edited_is_told_and_much_of_it_is_counted() {
    let repo = written();
    let edited = repo.read(PAGE).replace('\n', "\u{1b}[2J\n");
    let edited = edited.replacen("-->\u{1b}[2J", "-->", 1);
    repo.write(PAGE, &edited);
    let said = repo.publish(&CHECK);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(!said.out.contains('\u{1b}'), "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 63, "{said:?}");
    assert!(lines[61].starts_with("… and ") && lines[61].ends_with(" more lines"), "{said:?}");
}

#[test]
fn a_page_whose_days_are_over_is_found() {
    let repo = written();
    assert_eq!(repo.publish_on("2027-01-11", &CHECK).code, 0);
    let early = repo.publish_on("2026-11-29", &CHECK);
    assert!(early.code == 1 && early.out.contains("is as of 2026-11-30, which is still ahead"), "{early:?}");
    let said = repo.publish_on("2027-01-12", &CHECK);
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.out,
        "the page's dates are over: docs/operating-model.md is as of 2026-11-30 and tells up to 2027-01-11; `dogwatch \
         publish --out docs/operating-model.md` writes it anew\n"
    );
}

#[test]
fn what_is_missing_and_what_people_wrote_are_told_apart() {
    let repo = Repo::with(TEAM);
    repo.write("docs/ours.md", "# Ours\n");
    let missing = repo.publish(&CHECK);
    assert_eq!(missing.code, 1, "{missing:?}");
    assert_eq!(
        missing.out,
        "docs/operating-model.md is not there; `dogwatch publish --out docs/operating-model.md` writes it\n"
    );
    for words in [&["--out", "docs/ours.md"][..], &["--check", "--out", "docs/ours.md"]] {
        let said = repo.publish(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
        assert!(said.err.contains("docs/ours.md was not written by `dogwatch publish`"), "{said:?}");
        assert!(said.err.contains("name another file, or move that one away"), "{said:?}");
    }
    assert_eq!(repo.read("docs/ours.md"), "# Ours\n");
    let table: [(&[&str], &str); 6] = [
        (&["--out", "dogwatch.toml"], "--out dogwatch.toml is the team file; name another"),
        (&["--out", "docs"], "is a folder; name a file in it"),
        (&["--out", "dogwatch.toml/page.md"], "dogwatch.toml/page.md"),
        (&["--check"], "--check needs --out FILE"),
        (&["--readonly", "--out", "page.md"], "--readonly changes nothing"),
        (&["--readonly", "--codeowners"], "--readonly changes nothing"),
    ];
    for (words, wanted) in table {
        let said = repo.publish(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
        assert!(said.err.contains(wanted), "{words:?}: {said:?}");
    }
    assert_eq!(repo.read("dogwatch.toml"), TEAM);
    assert!(!repo.path("page.md").exists() && !repo.path(".github").exists());
    assert_eq!(repo.publish(&["--readonly"]).code, 0, "what is only printed changes nothing");
    let newer = "# Theirs\n<!-- dogwatch:publish/2 as-of=2026-11-30 model=0123456789abcdef -->\n";
    repo.write(PAGE, newer);
    let said = repo.publish(&CHECK);
    assert!(said.code == 1 && said.out.contains("has the form 2 of the page, this dogwatch writes 1"), "{said:?}");
    std::fs::remove_file(repo.path("dogwatch.toml")).unwrap();
    let said = repo.publish(&[]);
    assert!(said.code == 2 && said.err.contains("there is no dogwatch.toml here or above"), "{said:?}");
}

#[test]
fn a_folder_that_is_not_there_is_made_and_a_check_makes_none() {
    let repo = Repo::with(TEAM);
    let file = "docs/team/model.md";
    assert_eq!(repo.publish(&["--check", "--out", file]).code, 1);
    assert!(!repo.path("docs").exists());
    let said = repo.publish(&["--out", file]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    assert_eq!(repo.read(file), published_from(TEAM, "../../"), "its links lead to the runbooks");
    assert_eq!(repo.publish(&["--check", "--out", file]).code, 0);
}

#[test]
fn the_machine_its_clock_and_its_language_leave_no_trace() {
    let mut repo = written();
    let here = repo.publish(&[]).out;
    repo.env = vec![("TZ", "Asia/Tokyo"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("COLUMNS", "40")];
    assert_eq!(repo.publish(&[]).out, here);
    assert_eq!(repo.publish(&CHECK).code, 0);
    // From a folder below, and with other line ends, as a clone on Windows has them.
    repo.write("dogwatch.toml", &TEAM.replace('\n', "\r\n"));
    repo.write(PAGE, &repo.read(PAGE).replace('\n', "\r\n"));
    let mut below =
        repo.command(&["--now", "2026-11-30T09:00:00Z", "publish", "--check", "--out", "operating-model.md"]);
    let ended = below.current_dir(repo.path("docs")).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    // Nothing is left on the machine.
    let names =
        std::fs::read_dir(repo.path(".")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(names, [".git", "docs", "dogwatch.toml"]);
}

#[test]
fn a_shallow_clone_without_anything_else_can_check() {
    let repo = Repo::with(TEAM);
    std::fs::remove_dir(repo.path(".git")).unwrap();
    repo.git(&["init", "-q", "."]);
    repo.write("docs/README.md", "ours\n");
    assert_eq!(repo.publish(&["--out", PAGE, "--codeowners"]).code, 0);
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "-m", "the model"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    let from = format!("file://{}", repo.path(".").canonicalize().unwrap().display());
    repo.git(&["clone", "-q", "--depth", "1", &from, "elsewhere/deep"]);
    let mut there =
        repo.command(&["--now", "2026-12-02T09:00:00Z", "publish", "--check", "--out", PAGE, "--codeowners"]);
    there.current_dir(repo.path("elsewhere/deep")).env_clear().env("HOME", repo.path("elsewhere"));
    let ended = there.output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(!repo.path("elsewhere/.local").exists(), "no store is made");
}

#[test]
fn a_redacted_page_names_nobody_and_is_checked_as_what_it_is() {
    let repo = Repo::with(&format!("{TEAM}[ui]\nredact = [\"harbour\"]\n"));
    let words = ["--redact", "--out", "page.md"];
    assert_eq!(repo.publish(&words).code, 0);
    let page = repo.read("page.md");
    for name in ["Ana", "ana-at", "Ben", "ben_at", "harbour", "Chi (", "`dev`"] {
        assert!(!page.contains(name), "{name} is in {page}");
    }
    assert!(page.contains("person 1") && page.lines().nth(4).unwrap().ends_with(" redacted -->"), "{page}");
    assert_eq!(repo.publish(&["--redact"]).out, page);
    // Whoever checks it need not know that it is one.
    assert_eq!(repo.publish(&["--check", "--out", "page.md"]).code, 0);
    repo.write("dogwatch.toml", &TEAM.replace("backup = \"chi\"", "backup = \"dev\""));
    let said = repo.publish(&["--redact", "--check", "--out", "page.md"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("`dogwatch publish --redact --out page.md` mends it"), "{said:?}");
    assert!(!said.out.contains("Dev (sample)"), "{said:?}");
    let both = repo.publish(&["--redact", "--codeowners"]);
    assert!(both.code == 2 && both.err.contains("--redact replaces them"), "{both:?}");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_repository_is_not_followed() {
    let repo = written();
    let elsewhere = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), repo.path("away")).unwrap();
    std::os::unix::fs::symlink(repo.path(PAGE), elsewhere.path().join("back.md")).unwrap();
    std::fs::write(elsewhere.path().join("page.md"), repo.read(PAGE)).unwrap();
    for words in [
        &["--out", "away/new.md"][..],
        &["--out", "away/deep/new.md"],
        &["--out", "away/page.md"],
        &["--check", "--out", "docs/../away/page.md"],
    ] {
        let said = repo.publish_on("2026-12-02", words);
        assert!(said.code == 2 && said.err.contains("a link that leads out of the repository"), "{words:?}: {said:?}");
    }
    assert!(!elsewhere.path().join("new.md").exists() && !elsewhere.path().join("deep").exists());
    assert_eq!(std::fs::read_to_string(elsewhere.path().join("page.md")).unwrap(), repo.read(PAGE));
    // What the operator names outside is their word.
    let outside = elsewhere.path().join("mine.md").display().to_string();
    assert_eq!(repo.publish(&["--out", &outside]).code, 0);
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), published_from(TEAM, ""));
    let protect = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(repo.path(PAGE), mode).unwrap();
    };
    protect(0o444);
    let said = repo.publish_on("2026-12-02", &OUT);
    assert!(said.code == 2 && said.err.contains("is write-protected"), "{said:?}");
    protect(0o644);
    assert_eq!(repo.publish_on(DAY, &CHECK).code, 0);
}

#[test]
fn a_pipe_that_nobody_reads_is_not_waited_for() {
    let repo = written();
    let made = std::process::Command::new("mkfifo").arg(repo.path("pipe.md")).status().unwrap();
    assert!(made.success());
    let said = repo.publish_on("2026-12-02", &["--out", "pipe.md"]);
    assert!(said.code == 2 && said.err.contains("is a pipe"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_into_what_is_gits_own_nor_through_a_link_into_another_file() {
    use std::os::unix::fs::symlink;
    let repo = written();
    let config = "[core]\n\tbare = false\n".to_owned();
    std::fs::create_dir_all(repo.path(".git/hooks")).unwrap();
    std::fs::write(repo.path(".git/config"), &config).unwrap();
    std::fs::create_dir_all(repo.path(".github")).unwrap();
    for (to, said_so) in [("../.git/config", "git's own folder"), ("../dogwatch.toml", "is a link")] {
        let owners = repo.path(".github/CODEOWNERS");
        let _first = std::fs::remove_file(&owners);
        symlink(to, &owners).unwrap();
        let before = repo.read("dogwatch.toml");
        let said = repo.publish_on("2026-12-02", &["--codeowners"]);
        assert!(said.code == 2 && said.err.contains(said_so), "{to}: {said:?}");
        assert_eq!((repo.read(".git/config"), repo.read("dogwatch.toml")), (config.clone(), before));
    }
    symlink(".git", repo.path("way")).unwrap();
    for out in ["way/hooks/post-commit", ".git/hooks/post-commit", ".GIT/hooks/post-commit"] {
        let said = repo.publish_on("2026-12-02", &["--out", out]);
        assert!(said.code == 2 && said.err.contains("git's own folder"), "{out}: {said:?}");
        assert!(!repo.path(".git/hooks/post-commit").exists());
    }
}
