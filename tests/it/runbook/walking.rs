//! Which pages there are, whatever else lies in the folder.

use std::fs;
use std::path::Path;

use dogwatch::domain::text::Clean;
use dogwatch::sources::runbooks::{Bounds, Folder, LONGEST, Unread, Walked, read_page, walk};
use tempfile::TempDir;

use super::finding::Home;

fn globs() -> Vec<String> {
    vec!["*.md".into(), "*.md.erb".into()]
}

fn walked(at: &Path) -> Walked {
    walked_within(at, &Bounds::default())
}

fn walked_within(at: &Path, bounds: &Bounds) -> Walked {
    walk(&[Folder { shown: "docs".into(), at: at.to_owned() }], &globs(), bounds)
}

fn paths(walked: &Walked) -> Vec<&str> {
    walked.pages.iter().map(|page| page.stamp.path.as_str()).collect()
}

fn doubts(walked: &Walked) -> Vec<&str> {
    walked.doubts.iter().map(Clean::as_str).collect()
}

fn write(folder: &TempDir, path: &str, text: impl AsRef<[u8]>) {
    let at = folder.path().join(path);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, text).unwrap();
}

#[test]
fn pages_are_found_at_any_depth_in_order_and_hidden_ones_are_not() {
    let folder = TempDir::new().unwrap();
    for path in ["b.md", "a/z.md", "a/b/c/d.MD", "t.md.erb", "a.txt", ".git/x.md", "a/.x.md", "a/.hidden/y.md", "Z.md"]
    {
        write(&folder, path, "# A page");
    }
    let walked = walked(folder.path());
    assert_eq!(paths(&walked), ["docs/Z.md", "docs/a/b/c/d.MD", "docs/a/z.md", "docs/b.md", "docs/t.md.erb"]);
    assert_eq!(doubts(&walked), [""; 0]);
}

#[test]
fn a_pattern_with_a_slash_means_the_path_and_any_other_the_name() {
    let folder = TempDir::new().unwrap();
    for path in ["a/RUNBOOK.md", "b/c/RUNBOOK.md", "RUNBOOK.md", "c/readme.md"] {
        write(&folder, path, "x");
    }
    let docs = [Folder { shown: String::new(), at: folder.path().to_owned() }];
    let found = |glob: &str| walk(&docs, &[glob.to_owned()], &Bounds::default());
    assert_eq!(paths(&found("RUNBOOK.*")), ["RUNBOOK.md", "a/RUNBOOK.md", "b/c/RUNBOOK.md"]);
    assert_eq!(paths(&found("*/RUNBOOK.md")), ["a/RUNBOOK.md"]);
    assert_eq!(paths(&found("[")), [""; 0]);
}

#[test]
fn a_folder_that_is_gone_is_a_doubt() {
    let folder = TempDir::new().unwrap();
    let walked = walked(&folder.path().join("gone"));
    assert_eq!((paths(&walked), doubts(&walked)), (vec![], vec!["docs: there is no such folder"]));
}

#[test]
fn a_file_of_fifty_megabytes_is_named_and_left_out_unread() {
    let folder = TempDir::new().unwrap();
    write(&folder, "good.md", "# Good");
    write(&folder, "long.md", "");
    fs::File::options().write(true).open(folder.path().join("long.md")).unwrap().set_len(50 << 20).unwrap();
    let walked = walked(folder.path());
    assert_eq!(paths(&walked), ["docs/good.md"]);
    assert_eq!(doubts(&walked), ["docs/long.md: it is longer than 2 MB, and is left out"]);
    assert_eq!(read_page(&folder.path().join("long.md")), Err(Unread::Long));
}

#[test]
fn more_pages_than_are_looked_at_are_said_and_the_first_are_kept() {
    let folder = TempDir::new().unwrap();
    for at in 0..30 {
        write(&folder, &format!("{at:02}.md"), "x");
    }
    let walked = walked_within(folder.path(), &Bounds { pages: 20, ..Bounds::default() });
    assert_eq!(paths(&walked).len(), 20);
    assert_eq!(paths(&walked).last(), Some(&"docs/19.md"));
    assert_eq!(doubts(&walked), ["docs/20.md: it and what follows is left out: more than 20 runbooks"]);
    let walked = walked_within(folder.path(), &Bounds { names: 10, ..Bounds::default() });
    assert_eq!(doubts(&walked), ["docs: more than 10 files lie in it; the others are not looked at"]);
}

#[test]
fn a_folder_that_is_too_deep_is_said() {
    let folder = TempDir::new().unwrap();
    write(&folder, "a/b/c/d.md", "x");
    let walked = walked_within(folder.path(), &Bounds { depth: 2, ..Bounds::default() });
    assert_eq!((paths(&walked), doubts(&walked)), (vec![], vec!["docs/a/b/c: it lies too deep, and is not looked at"]));
}

#[cfg(unix)]
#[test]
fn links_that_leave_or_go_in_a_circle_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (folder, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(&folder, "real/page.md", "# Page");
    write(&outside, "secret.md", "# Secret");
    symlink(folder.path(), folder.path().join("real/loop")).unwrap();
    symlink("self.md", folder.path().join("self.md")).unwrap();
    symlink(outside.path().join("secret.md"), folder.path().join("secret.md")).unwrap();
    symlink(outside.path(), folder.path().join("elsewhere")).unwrap();
    symlink("nothing.md", folder.path().join("dangling.md")).unwrap();
    symlink("real/page.md", folder.path().join("twin.md")).unwrap();
    let walked = walked(folder.path());
    assert_eq!(paths(&walked), ["docs/real/page.md"]);
    assert_eq!(
        doubts(&walked),
        [
            "docs/dangling.md: it is a link that leads nowhere",
            "docs/elsewhere: it is a link that leads out of the folder, and is not followed",
            "docs/secret.md: it is a link that leads out of the folder, and is not followed",
            "docs/self.md: it is a link that leads nowhere",
        ]
    );
}

#[cfg(unix)]
#[test]
fn pages_that_are_links_into_a_hidden_folder_beside_them_are_read() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    write(&folder, "..2026_11_30/page.md", "# Mounted from a cluster");
    symlink("..2026_11_30", folder.path().join("..data")).unwrap();
    symlink("..data/page.md", folder.path().join("page.md")).unwrap();
    let walked = walked(folder.path());
    assert_eq!((paths(&walked), doubts(&walked)), (vec!["docs/page.md"], vec![]));
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_with_the_name_of_a_page_is_no_page() {
    let folder = TempDir::new().unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("pipe.md"), rustix::fs::Mode::RUSR).unwrap();
    fs::create_dir(folder.path().join("folder.md")).unwrap();
    assert_eq!(walked(folder.path()), Walked::default());
    assert_eq!(read_page(&folder.path().join("pipe.md")), Err(Unread::NoFile));
    assert_eq!(read_page(&folder.path().join("folder.md")), Err(Unread::NoFile));
}

#[cfg(unix)]
#[test]
fn a_name_with_escapes_or_broken_letters_is_cleaned_where_it_is_said() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().unwrap();
    let long = vec![b'x'; usize::try_from(LONGEST).unwrap() + 1];
    write(&folder, "red\u{1b}[31m.md", &long);
    fs::write(folder.path().join(OsStr::from_bytes(b"caf\xE9.md")), "# Caf\u{e9}").unwrap();
    let walked = walked(folder.path());
    assert_eq!(paths(&walked), ["docs/caf\u{FFFD}.md"]);
    assert_eq!(doubts(&walked), ["docs/red.md: it is longer than 2 MB, and is left out"]);
}

#[test]
fn text_is_utf8_else_latin1_and_anything_with_nul_is_no_text() {
    let folder = TempDir::new().unwrap();
    let table: [(&[u8], Result<&str, Unread>); 7] = [
        ("# Café".as_bytes(), Ok("# Café")),
        (b"# Caf\xE9 \x96 \x80 5", Ok("# Café – € 5")),
        (b"\xEF\xBB\xBF# Mark", Ok("# Mark")),
        (b"\x81", Ok("\u{81}")),
        (b"", Ok("")),
        (b"\x7FELF\x00\x01", Err(Unread::NoText)),
        (b"esc \x1b[31m", Ok("esc \u{1b}[31m")),
    ];
    for (bytes, text) in table {
        write(&folder, "page.md", bytes);
        assert_eq!(read_page(&folder.path().join("page.md")), text.map(str::to_owned));
    }
    assert_eq!(read_page(&folder.path().join("gone.md")), Err(Unread::Missing));
}

#[test]
fn what_lies_outside_the_repository_waits_for_trust() {
    use dogwatch::shell::place::Place;
    use dogwatch::shell::runbooks::{Library, Shelf};
    use dogwatch::shell::session::Trusted;
    let home = Home::new("[runbooks]\ndirs = [\"../shared\", \"docs\"]");
    home.write("../shared/disk-full.md", "# Disk full");
    home.write("docs/inside.md", "# Inside");
    let listed = |trusted: Trusted| {
        let place = Place { home: home.at(""), trusted };
        let (pages, doubts) = Library::open(Shelf { place, ..home.shelf() }).list();
        (pages.into_iter().map(|page| page.path).collect::<Vec<_>>(), doubts)
    };
    let (pages, doubts) = listed(Trusted::No);
    assert_eq!(pages, ["docs/inside.md"]);
    assert_eq!(doubts, ["../shared lies outside the repository; `dogwatch trust` allows it"]);
    let (pages, doubts) = listed(Trusted::Yes);
    let shared = fs::canonicalize(home.at("../shared")).unwrap().join("disk-full.md");
    assert_eq!(pages, [shared.to_str().unwrap(), "docs/inside.md"]);
    assert_eq!(doubts, [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_out_of_the_repository_is_not_read() {
    let home = Home::new("");
    home.write("../elsewhere/page.md", "# Elsewhere");
    fs::create_dir(home.at("docs")).unwrap();
    std::os::unix::fs::symlink(home.at("../elsewhere"), home.at("docs/runbooks")).unwrap();
    let (pages, doubts) = home.library().list();
    assert_eq!(pages.len(), 0);
    assert_eq!(doubts, ["docs/runbooks is a link that leads out of the repository"]);
}
