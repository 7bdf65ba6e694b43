//! Where pages are looked for, and where nothing can be written.

use super::{Home, head, team};

#[test]
fn without_a_team_file_a_folder_or_a_file_is_enough() {
    let home = Home::new();
    home.write("pages/disk.md", "# The disk is full\n\nNo space left.\n");
    home.write("more/net.md", "# The network is down\n");
    for words in [&["runbook", "disk"][..], &["runbook", "--list"], &["runbook"]] {
        let said = home.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}");
        assert!(said.err.contains("there is no dogwatch.toml here") && said.err.contains("--dir FOLDER"), "{said:?}");
    }
    let said = home.run(&["runbook", "space", "left", "--dir", "pages"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert_eq!(head(&said)[0], "pages/disk.md");
    assert_eq!(home.run(&["runbook", "--list", "--dir", "pages", "--dir", "more"]).lines().len(), 2);
    assert_eq!(head(&home.run(&["runbook", "more/net.md"]))[0], "more/net.md");
    let whole = home.path("pages").display().to_string();
    assert_eq!(home.run(&["runbook", "space", "--dir", &whole]).code, 0);
}

#[test]
fn a_named_folder_stands_in_for_the_teams_and_needs_no_trust() {
    let home = team();
    let other = Home::new();
    other.write("net.md", "# The network is down\n\nNo space on the wire.\n");
    let dir = other.dir.path().canonicalize().unwrap();
    let said = home.run(&["runbook", "--json", "space", "--dir", dir.to_str().unwrap()]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let told = said.json();
    assert_eq!(told["hits"].as_array().unwrap().len(), 1, "the team's pages are not looked at");
    assert_eq!(told["hits"][0]["path"], dir.join("net.md").to_str().unwrap());
    assert_eq!(head(&home.run(&["runbook", "space", "left"]))[0], "docs/runbooks/disk-full.md", "and are as they were");
    // The team file itself needs it.
    home.write(
        "dogwatch.toml",
        &format!("version = 1\n[runbooks]\ndirs = [\"docs/runbooks\", \"{}\"]\n", dir.display()),
    );
    let said = home.run(&["runbook", "wire"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("lies outside the repository; `dogwatch trust` allows it"), "{said:?}");
}

#[test]
fn over_a_bad_line_from_a_machine_that_keeps_nothing_it_answers_all_the_same() {
    let mut home = team();
    home.write("file", "a file where a folder would have to be made");
    home.always = ["--now", super::super::NOON].map(str::to_owned).to_vec();
    let inside = home.path("file/home").display().to_string();
    let cases: &[&[(&str, &str)]] = &[
        &[("TERM", "dumb"), ("HOME", &inside), ("XDG_DATA_HOME", &inside), ("XDG_CONFIG_HOME", &inside)],
        &[("TERM", "linux"), ("DOGWATCH_DATA_DIR", &inside), ("SSH_CONNECTION", "a b c d"), ("TMPDIR", &inside)],
        &[("TERM", ""), ("DOGWATCH_DATA_DIR", &inside), ("LANG", "C"), ("COLUMNS", "80")],
    ];
    for around in cases {
        let mut command = home.command(&["runbook", "no", "space", "left", "on", "device"]);
        let ended = command.envs(around.iter().copied()).output().unwrap();
        let (out, err) = (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
        assert_eq!((ended.status.code(), err.as_str()), (Some(0), ""), "{around:?}");
        assert!(out.starts_with("docs/runbooks/disk-full.md\nana · disk-full · fresh ("), "{out}");
        assert!(!out.contains('\x1b'), "{out}");
        assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
        let mut command = home.command(&["runbook", "frobnicated"]);
        assert_eq!(command.envs(around.iter().copied()).status().unwrap().code(), Some(1), "{around:?}");
    }
}

#[test]
fn readonly_leaves_the_disk_as_it_was() {
    let home = team();
    let before = everything(&home);
    for words in [
        &["runbook", "space", "left"][..],
        &["runbook", "--list"],
        &["runbook", "frobnicated"],
        &["runbook", "local#1"],
    ] {
        home.run(&[words, &["--readonly"]].concat());
    }
    assert_eq!(everything(&home), before);
    assert_eq!(head(&home.run(&["runbook", "space", "left", "--readonly"]))[0], "docs/runbooks/disk-full.md");
}

fn everything(home: &Home) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![home.dir.path().to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
            found.push(entry.path().display().to_string());
        }
    }
    found.sort();
    found
}

#[test]
fn the_pages_to_start_from_are_shown_without_any_team() {
    let home = Home::new();
    let said = home.run(&["runbook", "--starters"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.contains("mcp-tool-failing.md        An MCP tool fails\n"), "{said:?}");
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/starters");
    let files = std::fs::read_dir(&shipped).unwrap().count();
    assert_eq!(said.lines().len(), files, "each file that is shipped is listed");
    assert_eq!(home.json(&["runbook", "--starters", "--json"])["hits"].as_array().unwrap().len(), files);
    for name in ["mcp-tool-failing", "mcp-tool-failing.md"] {
        let page = home.run(&["runbook", "--starters", name]);
        assert_eq!((page.code, head(&page)[0]), (0, "mcp-tool-failing.md"), "{page:?}");
        let raw = home.run(&["runbook", "--starters", name, "--raw"]).out;
        assert_eq!(raw, std::fs::read_to_string(shipped.join("mcp-tool-failing.md")).unwrap());
    }
    let part = home.run(&["runbook", "--starters", "mcp-tool-failing", "--heading", "Verify", "--raw"]);
    assert!(part.out.starts_with("## Verify\n"), "{part:?}");
}
