//! The library as the command line and the screen ask it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use dogwatch::config::{TeamFile, team_file};
use dogwatch::domain::runbook::found::{Found, Listed};
use dogwatch::shell::place::Place;
use dogwatch::shell::runbooks::{Library, PageError, Shelf};
use dogwatch::shell::session::Trusted;
use dogwatch::sources::runbooks::Bounds;
use dogwatch::store::Wanted;
use tempfile::TempDir;

/// A repository with a team file, and a folder for the store beside it.
pub struct Home {
    folder: TempDir,
    team: TeamFile,
}

impl Home {
    /// A team whose file says this, below its version.
    pub fn new(team: &str) -> Self {
        let team = team_file(&format!("version = 1\n{team}"), "dogwatch.toml").unwrap();
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("repo")).unwrap();
        Self { folder, team }
    }

    /// A place in the repository.
    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("repo").join(path)
    }

    /// Where the store lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a page, and its folders.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let at = self.at(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, text).unwrap();
    }

    pub fn shelf(&self) -> Shelf {
        Shelf {
            place: Place { home: self.at(""), trusted: Trusted::No },
            folder: Some(self.data()),
            wanted: Wanted::ReadWrite,
            team: self.team.clone(),
            learned: BTreeMap::new(),
            bounds: Bounds::default(),
        }
    }

    /// A library as a command opens it, with the index of this folder.
    pub fn library(&self) -> Library {
        Library::open(self.shelf())
    }

    /// One that keeps nothing.
    pub fn in_memory(&self) -> Library {
        Library::open(Shelf { folder: None, ..self.shelf() })
    }
}

/// The file names that were found, without their ends.
pub fn stems(found: &Found) -> Vec<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap().trim_end_matches(".md").to_owned();
    found.hits.iter().map(|hit| name(&hit.page.path)).collect()
}
const TEAM: &str = r#"
[[people]]
id = "ana"
[[people]]
id = "ben"
[[areas]]
id = "docs"
paths = ["docs/"]
owner = "ana"
[[areas]]
id = "mcp"
paths = ["docs/runbooks/mcp-*.md"]
owner = "ben"
[[kinds]]
id = "tool-failing"
title = "A tool of ours fails"
runbook = "mcp-tool.md#check-first"
[[kinds]]
id = "tool-own"
runbook = "tools/{tool}.md#{step}"
[[kinds]]
id = "lost"
runbook = "gone.md"
[[kinds]]
id = "away"
runbook = "../secret.md"
[[kinds]]
id = "bare"
"#;

fn home() -> Home {
    let home = Home::new(TEAM);
    home.write("docs/runbooks/mcp-tool.md", "# Tools fail\n\nCalls end in errors.\n\n## Check first\n\nProbe it.\n");
    home.write(
        "docs/runbooks/disk-full.md",
        "---\ntitle: No room on the disk\nowner: storage\nalerts: [NodeFilesystemFull]\nsymptoms:\n  - cannot save anything\n---\n\n# Disk\n\n## Impact\n\nNothing can be written.\n",
    );
    home.write("docs/runbooks/tools/search.md", "# Search\n\nAbout the tool that searches.\n");
    home.write("docs/secret.md", "# Secret\n");
    home
}

fn first(found: &Found) -> &str {
    found.hits.first().map_or("", |hit| hit.page.path.as_str())
}

#[test]
fn a_hit_says_where_it_lies_whose_it_is_and_which_section_fits() {
    let found = home().library().find("errors when tools are called, how to probe", 5);
    let hit = &found.hits[0];
    assert_eq!(hit.page.path, "docs/runbooks/mcp-tool.md");
    assert_eq!(hit.page.title, "Tools fail");
    assert_eq!(hit.page.owner.as_ref().unwrap(), "ben");
    assert_eq!(hit.page.kinds, ["tool-failing"]);
    assert!(hit.score.unwrap() > 0.0);
    let hit = &home().library().find("probe", 5).hits[0];
    assert_eq!((hit.heading.as_ref().unwrap().as_str(), hit.line), ("Check first", 5));
}

#[test]
fn an_exact_name_wins_over_any_score() {
    let home = home();
    home.write(
        "docs/runbooks/noise.md",
        "# Noise\n\nNodeFilesystemFull tool-failing disk-full no room on the disk\n".repeat(20),
    );
    let table = [
        ("NodeFilesystemFull", "docs/runbooks/disk-full.md"),
        ("nodefilesystemfull", "docs/runbooks/disk-full.md"),
        ("disk-full", "docs/runbooks/disk-full.md"),
        ("Disk Full", "docs/runbooks/disk-full.md"),
        ("NO ROOM ON THE DISK", "docs/runbooks/disk-full.md"),
        ("tool-failing", "docs/runbooks/mcp-tool.md"),
        ("tools fail", "docs/runbooks/mcp-tool.md"),
    ];
    for (name, path) in table {
        assert_eq!(first(&home.library().find(name, 5)), path, "{name}");
    }
}

#[test]
fn the_name_of_a_kind_leads_to_the_heading_that_the_kind_names() {
    let found = home().library().find("tool-failing", 5);
    let hit = &found.hits[0];
    assert_eq!((hit.heading.as_ref().unwrap().as_str(), hit.line), ("Check first", 5));
}

#[test]
fn syntax_of_the_index_is_only_text() {
    let home = home();
    let mut library = home.library();
    for question in [
        "\"disk",
        "disk\"",
        "*",
        "disk*",
        "NEAR(disk room)",
        "disk AND",
        "OR",
        "NOT disk",
        "(disk",
        "disk)",
        "-disk",
        "title:disk",
        "{title}: disk",
        "^disk",
        "disk + room",
        "'; DROP TABLE pages; --",
        "🔥",
        "🔥 disk",
        "\u{0}disk",
        "\u{1b}[31mdisk",
        "%",
        "_",
        "\\",
    ] {
        let found = library.find(question, 5);
        assert_eq!(found.doubts, [""; 0], "{question}");
        if question.contains("disk") {
            assert_eq!(first(&found), "docs/runbooks/disk-full.md", "{question}");
        }
    }
    let long = (0..10_000).map(|at| format!("nothing{at}")).collect::<Vec<_>>().join(" ");
    assert_eq!(library.find(&long, 5).hits.len(), 0);
    assert_eq!(first(&library.find(&format!("disk {long}"), 5)), "docs/runbooks/disk-full.md");
}

#[test]
fn where_nothing_fits_the_nearest_titles_are_told() {
    let home = home();
    let found = home.library().find("dsik", 5);
    assert_eq!(found.hits.len(), 0);
    let near: Vec<&str> = found.nearest.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(near.len(), 3);
    assert_eq!(near[0], "docs/runbooks/disk-full.md");
    assert_eq!(home.library().find("", 5).hits.len(), 0);
    assert!(home.library().find("disk", 5).nearest.is_empty());
}

#[test]
fn pages_that_fit_equally_well_come_in_the_order_of_their_paths() {
    let home = Home::new("");
    for name in ["c", "a", "d", "b"] {
        home.write(&format!("docs/runbooks/{name}/same.md"), "# Same\n\nThe same words.\n");
    }
    let paths = |found: &Found| found.hits.iter().map(|hit| hit.page.path.clone()).collect::<Vec<_>>();
    let expected = ["a", "b", "c"].map(|name| format!("docs/runbooks/{name}/same.md"));
    assert_eq!(paths(&home.library().find("same", 3)), expected);
    assert_eq!(paths(&home.library().find("words", 3)), expected);
}

#[test]
fn the_list_has_every_page_and_says_what_is_none() {
    let home = home();
    home.write("docs/runbooks/picture.md", b"\x89PNG\x00\x00");
    home.write("docs/runbooks/latin.md", b"# Caf\xE9\n");
    home.write("docs/runbooks/broken.md", "---\ntitle: [oops\n---\n\n# Still a page\n");
    home.write("docs/runbooks/empty.md", "");
    home.write("docs/runbooks/escape.md", "# Red \u{1b}[31malert\u{202e}\n");
    let (pages, doubts) = home.library().list();
    let listed: Vec<(&str, &str)> = pages.iter().map(|page| (page.path.as_str(), page.title.as_str())).collect();
    assert_eq!(
        listed,
        [
            ("docs/runbooks/broken.md", "Still a page"),
            ("docs/runbooks/disk-full.md", "No room on the disk"),
            ("docs/runbooks/empty.md", "empty"),
            ("docs/runbooks/escape.md", "Red alert⟨U+202E⟩"),
            ("docs/runbooks/latin.md", "Café"),
            ("docs/runbooks/mcp-tool.md", "Tools fail"),
            ("docs/runbooks/tools/search.md", "Search"),
        ]
    );
    let owners: Vec<&str> = pages.iter().map(|page| page.owner.as_ref().unwrap().as_str()).collect();
    assert_eq!(owners, ["ana", "storage", "ana", "ana", "ana", "ben", "ana"]);
    assert_eq!(pages[6].kinds, ["tool-own"]);
    assert_eq!(doubts, ["docs/runbooks/picture.md: it is no text, and is left out"]);
    assert_eq!(home.library().list(), (pages, doubts), "also when nothing is read again");
}

#[test]
fn a_kind_leads_to_its_page_and_heading_and_never_out_of_the_folders() {
    let home = home();
    let library = home.library();
    let filled =
        |tool: &str| BTreeMap::from([("tool".to_owned(), tool.to_owned()), ("step".to_owned(), "verify".to_owned())]);
    let aim = |kind: &str, tool: &str| {
        library.of_kind(kind, &filled(tool)).map(|aim| (aim.path, aim.anchor.unwrap_or_default()))
    };
    let to = |path: &str, anchor: &str| Some((path.to_owned(), anchor.to_owned()));
    assert_eq!(aim("tool-failing", ""), to("docs/runbooks/mcp-tool.md", "check-first"));
    assert_eq!(aim("tool-own", "search"), to("docs/runbooks/tools/search.md", "verify"));
    for tool in ["", "other", "..", "../mcp-tool", "x/../search", "/etc/passwd", "C:x"] {
        assert_eq!(aim("tool-own", tool), None, "{tool}");
    }
    assert_eq!(library.of_kind("tool-own", &BTreeMap::new()), None);
    for kind in ["lost", "away", "bare", "unknown"] {
        assert_eq!(aim(kind, "search"), None, "{kind}");
    }
}

#[cfg(unix)]
#[test]
fn a_kind_does_not_lead_through_a_link_out_of_the_folders() {
    let home = Home::new("[[kinds]]\nid = \"k\"\nrunbook = \"link.md\"");
    home.write("docs/secret.md", "# Secret\n");
    fs::create_dir_all(home.at("docs/runbooks")).unwrap();
    std::os::unix::fs::symlink("../secret.md", home.at("docs/runbooks/link.md")).unwrap();
    assert_eq!(home.library().of_kind("k", &BTreeMap::new()), None);
}

#[test]
fn a_page_is_opened_from_the_repository_and_from_no_other_place() {
    let home = home();
    home.write("../outside.md", "# Outside\n");
    let library = home.library();
    let page = library.page("docs/runbooks/disk-full.md").unwrap();
    assert_eq!(page.at, home.at("docs/runbooks/disk-full.md"));
    let expected: Listed = home.library().list().0.remove(0);
    assert_eq!(page.about, expected);
    assert!(page.document.source.contains("Nothing can be written."));
    assert_eq!(library.page("docs/secret.md").unwrap().about.title, "Secret");
    assert!(matches!(library.page("../outside.md"), Err(PageError::Outside(_))));
    assert!(matches!(library.page("/etc/passwd"), Err(PageError::Outside(_) | PageError::Unread { .. })));
    assert!(matches!(library.page("docs/runbooks/nothing.md"), Err(PageError::Unread { .. })));
    assert!(matches!(library.page("docs/runbooks"), Err(PageError::Unread { .. })));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(home.at("../outside.md"), home.at("link.md")).unwrap();
        assert!(matches!(library.page("link.md"), Err(PageError::Outside(_))));
    }
}

#[test]
fn a_file_that_the_person_named_is_opened_wherever_it_lies() {
    let home = home();
    home.write("../outside.md", "# Outside\n");
    let library = home.library();
    let outside = library.file(&home.at("../outside.md")).unwrap();
    assert_eq!(outside.about.path, fs::canonicalize(home.at("../outside.md")).unwrap().to_str().unwrap());
    assert_eq!((outside.about.owner, outside.about.kinds), (None, vec![]));
    let inside = library.file(&home.at("docs/runbooks/mcp-tool.md")).unwrap();
    assert_eq!(inside.about.path, "docs/runbooks/mcp-tool.md");
    assert_eq!(inside.about.kinds, ["tool-failing"]);
    let around = library.file(&home.at("docs/../docs/runbooks/mcp-tool.md")).unwrap();
    assert_eq!(around.about.path, "docs/runbooks/mcp-tool.md");
}
