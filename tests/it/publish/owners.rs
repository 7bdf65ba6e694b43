//! The areas as lines of CODEOWNERS, among people's own.

use dogwatch::config::{Area, Person, TeamFile};
use dogwatch::domain::publish::block::{BEGIN, END, Torn, begin, block_in, end};
use dogwatch::domain::publish::codeowners::lines;
use proptest::prelude::*;

use super::{Repo, TEAM, team};

/// A team whose one area has this path.
fn owning(path: &str) -> TeamFile {
    let person = Person { id: "ana".into(), name: "Ana".into(), github: Some("ana-gh".into()), ..Person::default() };
    let area = Area {
        id: "a".into(),
        title: "a".into(),
        paths: vec![path.into()],
        owner: Some("ana".into()),
        ..Area::default()
    };
    TeamFile { people: vec![person], areas: vec![area], ..TeamFile::default() }
}

#[test]
fn each_area_is_a_comment_and_a_line_for_each_pattern_in_the_order_of_the_file() {
    let wanted = "\
# MCP tools (tools)
schemas/tools/** @ana-at-harbour @ben_at_harbour
*.schema.json @ana-at-harbour @ben_at_harbour
# prompts
# chi is left out: the team file has no GitHub handle of them
prompts/ @ben_at_harbour
# Docs (docs)
# chi is left out: the team file has no GitHub handle of them
# no paths in the team file";
    assert_eq!(lines(&team(TEAM), "").join("\n"), wanted);
    let nobody = team("version = 1\n[[areas]]\nid = \"a\"\npaths = [\"x/\"]\n");
    assert_eq!(lines(&nobody, ""), ["# a", "# no owner in the team file", "# nobody to name for x/"]);
    assert_eq!(lines(&TeamFile::default(), ""), ["# the team file names no area"]);
    let mut app = owning("x/");
    app.people[0].github = Some("app[bot]".into());
    assert_eq!(lines(&app, "")[1], "# ana is left out: app[bot] cannot own code on GitHub");
}

#[test]
fn patterns_are_written_as_codeowners_takes_them_or_not_at_all() {
    let table = [
        ("docs/**", "docs/** @ana-gh"),
        ("a b/c", "a\\ b/c @ana-gh"),
        ("a\\ b/c", "a\\ b/c @ana-gh"),
        ("a\\*b", "a\\*b @ana-gh"),
        ("!docs/", "# not written: !docs/ (CODEOWNERS has no `!`)"),
        ("a[bc].md", "# not written: a[bc].md (CODEOWNERS has no `[ ]`)"),
        ("#a", "# not written: #a (CODEOWNERS takes a line that begins with # for a comment)"),
        ("\\#a", "# not written: \\#a (CODEOWNERS takes a line that begins with # for a comment)"),
        ("a #b", "# not written: a #b (CODEOWNERS takes # after a blank for a comment)"),
        ("a\\", "# not written: a\\ (the `\\` at its end would take the blank before the owner)"),
        ("/", "# not written: / (it matches nothing)"),
        ("a\n* @evil", "# not written: a * @evil (it has characters in it that cannot be seen)"),
        ("x @evil", "x\\ @evil @ana-gh"),
    ];
    for (path, wanted) in table {
        assert_eq!(lines(&owning(path), "").last().unwrap(), wanted, "{path:?}");
    }
    let mut hostile = owning("x");
    hostile.areas[0].title = "t\n* @evil\r\u{2028}* @evil".into();
    let all = lines(&hostile, "").join("\n");
    assert!(all.lines().all(|line| !line.starts_with('*')) && !all.contains('\r'), "{all:?}");
}

#[test]
fn patterns_begin_at_the_folder_of_the_team_file() {
    let table = [
        ("docs/**", "/ops/docs/** @ana-gh"),
        ("/docs", "/ops/docs @ana-gh"),
        ("*.md", "/ops/**/*.md @ana-gh"),
        ("docs/", "/ops/**/docs/ @ana-gh"),
        ("/", "# not written: / (it matches nothing)"),
    ];
    for (path, wanted) in table {
        assert_eq!(lines(&owning(path), "ops/").last().unwrap(), wanted, "{path:?}");
    }
    assert_eq!(lines(&owning("x/y"), "my ops/").last().unwrap(), "/my\\ ops/x/y @ana-gh");
    assert!(lines(&owning("x"), "a*/").last().unwrap().starts_with("# not written: x (the folder"));
}

#[test]
fn markers_that_do_not_match_are_for_people_to_mend() {
    let own = ["x @y".to_owned()];
    let table = [
        (format!("a\n{BEGIN}\nb\n"), Torn::NoEnd(2)),
        (format!("a\n{END}\nb\n"), Torn::NoBeginning(2)),
        (format!("{BEGIN}\n{END}\n\n{BEGIN}\n{END}\n"), Torn::Twice(4)),
        (format!("{BEGIN}\n{BEGIN}\n{END}\n"), Torn::Twice(2)),
        (format!("{BEGIN}\n{}\n", end("ops/")), Torn::NoBeginning(2)),
        (format!("{}\n{BEGIN}\n{END}\n", begin("ops/")), Torn::NoEnd(1)),
        (format!("{}\n", end("ops/")), Torn::NoBeginning(1)),
    ];
    for (old, wanted) in table {
        assert_eq!(block_in(&old, "", &own), Err(wanted), "{old:?}");
    }
}

fn theirs() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just("*.md @x".to_owned()), Just("# note".to_owned()), Just(String::new()), "[ -~é]{0,12}"];
    (prop::collection::vec(line, 0..6), any::<bool>(), any::<bool>()).prop_map(|(lines, is_dos, ends)| {
        let end = if is_dos { "\r\n" } else { "\n" };
        let text = lines.join(end);
        if ends && !text.is_empty() { format!("{text}{end}") } else { text }
    })
}

proptest! {
    #[test]
    fn every_byte_of_peoples_stays_and_twice_is_once(before in theirs(), after in theirs(), one in "[a-z]{0,8}") {
        let (own, other) = (vec![format!("{one} @x")], vec!["other @y".to_owned(), "# z".to_owned()]);
        let first = block_in(&before, "", &own).unwrap();
        prop_assert!(first.starts_with(&before));
        prop_assert_eq!(&block_in(&first, "", &own).unwrap(), &first);
        // Somebody writes below it.
        let both = format!("{first}{after}");
        if after.contains("\r\n") == first.contains("\r\n") || after.is_empty() {
            prop_assert_eq!(&block_in(&both, "", &own).unwrap(), &both);
        }
        let changed = block_in(&both, "", &other).unwrap();
        prop_assert!(changed.starts_with(&before) && changed.ends_with(&after));
        prop_assert!(changed.contains("other @y") && changed.matches(END).count() == 1);
        prop_assert_eq!(block_in(&changed, "", &other).unwrap(), changed);
    }
}

#[test]
fn the_block_is_written_once_and_peoples_lines_stay() {
    let repo = Repo::with(TEAM);
    let said = repo.publish(&["--codeowners", "--check"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("\n+prompts/ @ben_at_harbour\n"), "{said:?}");
    assert!(said.out.ends_with("`dogwatch publish --codeowners` mends it\n"), "{said:?}");
    assert!(!repo.path(".github").exists(), "a check writes nothing");
    let said = repo.publish(&["--codeowners"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    assert!(said.err.contains("wrote the areas into .github/CODEOWNERS"), "{said:?}");
    let block = repo.read(".github/CODEOWNERS");
    assert!(block.starts_with(BEGIN) && block.ends_with(&format!("{END}\n")), "{block}");
    let (above, below) = ("# ours\r\n*       @lead\r\n\r\n", "\r\n/ci/ @ops\r\n");
    repo.write(".github/CODEOWNERS", &format!("{above}{}{below}", block.replace('\n', "\r\n")));
    assert_eq!(repo.publish(&["--codeowners", "--check"]).code, 0);
    repo.write(
        "dogwatch.toml",
        &TEAM.replace("owner = \"ben\"\nbackup = \"chi\"", "owner = \"dev\"\nbackup = \"ben\""),
    );
    let said = repo.publish(&["--codeowners", "--check"]);
    assert!(said.code == 1 && said.out.contains("\n+prompts/ @dev-at-harbour @ben_at_harbour\n"), "{said:?}");
    assert_eq!(repo.publish(&["--codeowners"]).code, 0);
    let text = repo.read(".github/CODEOWNERS");
    assert!(text.starts_with(above) && text.ends_with(below), "{text:?}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    assert!(repo.publish(&["--codeowners"]).err.contains("says what the team file says"));
    assert_eq!(repo.read(".github/CODEOWNERS"), text);
    repo.write(".github/CODEOWNERS", &text.replace(END, "# gone"));
    let said = repo.publish(&["--codeowners"]);
    assert!(said.code == 2 && said.err.contains(".github/CODEOWNERS: line 4 begins dogwatch's lines"), "{said:?}");
}

#[test]
fn the_file_that_github_reads_is_the_one_that_is_written() {
    let repo = Repo::with("version = 1\n");
    repo.write("ops/dogwatch.toml", TEAM);
    repo.write("docs/CODEOWNERS", "* @lead");
    let words = ["--config", "ops/dogwatch.toml", "publish", "--codeowners"];
    assert_eq!(repo.run(&words).code, 0);
    let text = repo.read("docs/CODEOWNERS");
    assert!(
        text.starts_with("* @lead\n\n# dogwatch:codeowners/1 begins for ops: the areas of the team file; "),
        "{text}"
    );
    assert!(text.ends_with("\n# dogwatch:codeowners/1 ends for ops\n"), "{text}");
    assert!(text.contains("\n/ops/schemas/tools/** @ana-at-harbour @ben_at_harbour\n"), "{text}");
    repo.write("CODEOWNERS", "");
    assert_eq!(repo.run(&words).code, 0);
    assert!(repo.read("CODEOWNERS").starts_with(&begin("ops/")));
    assert_eq!(repo.read("docs/CODEOWNERS"), text);
    let said = repo.run(&[&words[..], &["--check", "--out", "docs/model.md"]].concat());
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.starts_with("CODEOWNERS says what the team file says\ndocs/model.md is not there; "), "{said:?}");
    assert!(
        said.out.contains("`dogwatch --config ops/dogwatch.toml publish --out docs/model.md` writes it"),
        "{said:?}"
    );
}

#[test]
fn each_team_file_has_lines_of_its_own_and_looks_at_no_others() {
    let repo = Repo::with(TEAM);
    assert_eq!(repo.publish(&["--codeowners"]).code, 0);
    let top = repo.read(".github/CODEOWNERS");
    for folder in ["ops", "ops/deep", "services/tools"] {
        repo.write(&format!("{folder}/dogwatch.toml"), TEAM);
        let file = format!("{folder}/dogwatch.toml");
        assert_eq!(repo.run(&["--config", &file, "publish", "--codeowners"]).code, 0);
    }
    let all = repo.read(".github/CODEOWNERS");
    assert!(all.starts_with(&top), "{all}");
    let check = |file: &str| repo.run(&["--config", file, "publish", "--codeowners", "--check"]);
    let files = ["dogwatch.toml", "ops/dogwatch.toml", "ops/deep/dogwatch.toml", "services/tools/dogwatch.toml"];
    for file in files {
        assert_eq!(check(file).code, 0, "{:?}", check(file));
    }
    repo.write("ops/dogwatch.toml", &TEAM.replace("paths = [\"prompts/\"]", "paths = [\"words/\"]"));
    for file in files {
        let said = check(file);
        assert_eq!(said.code, i32::from(file == "ops/dogwatch.toml"), "{file}: {said:?}");
    }
    assert_eq!(repo.run(&["--config", "ops/dogwatch.toml", "publish", "--codeowners"]).code, 0);
    let changed = repo.read(".github/CODEOWNERS");
    assert_eq!(changed, all.replacen("/ops/**/prompts/", "/ops/**/words/", 1));
}

#[test]
fn owners_without_a_login_are_told_with_what_mends_it() {
    let repo = Repo::with(TEAM);
    let wanted = "dogwatch: chi owns docs and is not in .github/CODEOWNERS: add `github = \"…\"` to the person chi\n";
    for words in [&["--codeowners"][..], &["--codeowners", "--check"]] {
        let said = repo.publish(words);
        assert_eq!((said.code, said.err.contains(wanted)), (0, true), "{said:?}");
    }
    repo.write("dogwatch.toml", &TEAM.replace("id = \"chi\"\n", "id = \"chi\"\ngithub = \"chi-at\"\n"));
    assert_eq!(repo.publish(&["--codeowners"]).err, "dogwatch: wrote the areas into .github/CODEOWNERS\n");
}

#[test]
fn a_line_of_a_team_that_ours_override_is_said() {
    let repo = Repo::with(TEAM);
    repo.write("CODEOWNERS", "* @acme/all\n/prompts @acme/writers\n/elsewhere/ @acme/writers\nprompts/ @lead\n");
    for words in [&["--codeowners", "--check"][..], &["--codeowners"], &["--codeowners", "--check"]] {
        let said = repo.publish(words);
        assert!(
            said.err.contains("CODEOWNERS: the block below overrides line 2: /prompts @acme/writers\n"),
            "{words:?}: {said:?}"
        );
        assert_eq!(said.err.matches("overrides").count(), 1, "{words:?}: {said:?}");
    }
}

#[test]
fn lines_after_ours_that_override_them_are_a_finding() {
    for (line, ours) in [
        ("* @lead", Some("schemas/tools/**")),
        ("/schemas/ @lead", Some("schemas/tools/**")),
        ("/schemas/tools/one.json @lead", Some("schemas/tools/**")),
        ("/deep/prompts/ @lead", Some("prompts/")),
        ("/prompts/", Some("prompts/")),
        ("# /prompts/ @lead", None),
        ("/ci/*.yml @lead", None),
        ("/ci/ @lead", None),
    ] {
        let repo = Repo::with(&TEAM.replace(", \"*.schema.json\"", ""));
        assert_eq!(repo.publish(&["--codeowners"]).code, 0);
        let block = repo.read(".github/CODEOWNERS");
        repo.write(".github/CODEOWNERS", &format!("{block}\n{line}\n"));
        let said = repo.publish(&["--codeowners", "--check"]);
        let at = block.lines().count() + 2;
        match ours {
            Some(ours) => {
                let told = format!(".github/CODEOWNERS: line {at} overrides {ours} of the block above: {line}\n");
                assert!(said.code == 1 && said.err.contains(&told), "{line}: {said:?}");
                assert!(said.out.contains("move them above dogwatch's lines"), "{line}: {said:?}");
                repo.write(".github/CODEOWNERS", &format!("{line}\n\n{block}"));
                assert_eq!(repo.publish(&["--codeowners", "--check"]).code, 0, "{line}");
            }
            None => assert_eq!(said.code, 0, "{line}: {said:?}"),
        }
    }
}

#[test]
fn a_file_of_the_repository_shows_what_is_overridden() {
    let repo = Repo::with(TEAM);
    std::fs::remove_dir(repo.path(".git")).unwrap();
    repo.git(&["init", "-q", "."]);
    assert_eq!(repo.publish(&["--codeowners"]).code, 0);
    let block = repo.read(".github/CODEOWNERS");
    repo.write(".github/CODEOWNERS", &format!("{block}\n*.txt @lead\n"));
    repo.write("docs/note.txt", "");
    repo.git(&["add", "."]);
    assert_eq!(repo.publish(&["--codeowners", "--check"]).code, 0, "of ours there is none");
    repo.write("deep/prompts/system.txt", "");
    repo.git(&["add", "."]);
    let said = repo.publish(&["--codeowners", "--check"]);
    assert!(said.code == 1 && said.err.contains("overrides prompts/ of the block above: *.txt @lead"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_repository_is_refused() {
    let elsewhere = tempfile::TempDir::new().unwrap();
    std::fs::write(elsewhere.path().join("CODEOWNERS"), "theirs\n").unwrap();
    for (link, name) in [("CODEOWNERS", ".github/CODEOWNERS"), ("", ".github"), ("nothing", "CODEOWNERS")] {
        let repo = Repo::with(TEAM);
        if name.contains('/') {
            std::fs::create_dir(repo.path(".github")).unwrap();
        }
        std::os::unix::fs::symlink(elsewhere.path().join(link), repo.path(name)).unwrap();
        let said = repo.publish(&["--codeowners"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}: {said:?}");
        let why = if link == "nothing" { "CODEOWNERS is a link" } else { "leads out of the repository" };
        assert!(said.err.contains(why), "{name}: {said:?}");
    }
    assert_eq!(std::fs::read_to_string(elsewhere.path().join("CODEOWNERS")).unwrap(), "theirs\n");
    assert!(!elsewhere.path().join("nothing").exists());
}
