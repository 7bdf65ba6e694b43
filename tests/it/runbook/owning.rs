//! Whose a page is: the patterns of CODEOWNERS.

use dogwatch::config::Area;
use dogwatch::domain::runbook::owned::{area_of, matches};

#[test]
fn patterns_mean_what_they_mean_in_codeowners() {
    let table = [
        ("*", "a.md", true),
        ("*", "a/b/c.md", true),
        ("*.md", "a/b/c.md", true),
        ("*.md", "a/b/c.rs", false),
        ("/*", "a.md", true),
        ("/*", "a/b.md", false),
        ("docs/*", "docs/a.md", true),
        ("docs/*", "docs/a/b.md", false),
        ("docs/*", "x/docs/a.md", false),
        ("docs/", "docs/a/b.md", true),
        ("docs/", "x/docs/b.md", true),
        ("docs/", "docs", false),
        ("/docs/", "docs/a/b.md", true),
        ("/docs/", "x/docs/a.md", false),
        ("/docs", "docs/a/b.md", true),
        ("docs", "x/docs/a.md", true),
        ("docs/runbooks", "docs/runbooks/a/b.md", true),
        ("docs/runbooks/**", "docs/runbooks/a/b.md", true),
        ("docs/runbooks/**", "docs/runbooks", false),
        ("**/runbooks", "a/b/runbooks/c.md", true),
        ("**/runbooks/*.md", "runbooks/c.md", true),
        ("a/**/z.md", "a/z.md", true),
        ("a/**/z.md", "a/b/c/z.md", true),
        ("a/**/z.md", "a/b/c/y.md", false),
        ("mcp-*.md", "docs/mcp-tools.md", true),
        ("mcp-?.md", "docs/mcp-é.md", true),
        ("mcp-?.md", "docs/mcp-ab.md", false),
        ("DOCS/", "docs/a.md", false),
        ("a\\*b.md", "a*b.md", true),
        ("a\\*b.md", "axb.md", false),
        ("", "a.md", false),
        ("/", "a.md", false),
    ];
    for (pattern, path, fits) in table {
        assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
    }
}

#[test]
fn a_pattern_made_to_be_slow_is_answered_at_once() {
    let pattern = format!("{}z", "**/a*a*a*a*/".repeat(30));
    let path = "aaaaaaaaaaaaaaaaaaaaaa/".repeat(60) + "b";
    assert!(!matches(&pattern, &path));
}

#[test]
fn of_several_areas_the_last_that_matches_owns_the_page() {
    let area = |id: &str, path: &str| Area { id: id.into(), paths: vec![path.into()], ..Area::default() };
    let areas = [area("all", "*"), area("docs", "docs/"), area("mcp", "docs/runbooks/mcp-*.md")];
    let owner = |path: &str| area_of(&areas, path).map(|area| area.id.as_str());
    assert_eq!(owner("docs/runbooks/mcp-tool.md"), Some("mcp"));
    assert_eq!(owner("docs/runbooks/disk.md"), Some("docs"));
    assert_eq!(owner("README.md"), Some("all"));
    assert_eq!(area_of(&areas[1..], "README.md"), None);
}
