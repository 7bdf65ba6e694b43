//! What the page says, whole; and what it does not say.

use super::{DAY, TEAM, day, published, published_from, team};
use dogwatch::domain::publish::{Marker, Names, last_day};

#[test]
fn the_page_of_a_small_team_tells_who_what_and_when() {
    insta::assert_snapshot!("small_team", published(TEAM));
}

#[test]
fn a_team_that_says_nothing_has_every_heading_and_none_below_it() {
    let page = published("version = 1\n");
    let parts: Vec<&str> = page.split("\n## ").skip(1).collect();
    let heading = |part: &str| part.lines().next().unwrap().to_owned();
    let all: Vec<String> = published(TEAM).split("\n## ").skip(1).map(heading).collect();
    assert_eq!(parts.iter().map(|part| heading(part)).collect::<Vec<_>>(), all);
    for part in parts {
        let has_more = part.starts_with("Limits") || part.lines().any(|line| line == "none");
        assert!(has_more, "{part}");
    }
    insta::assert_snapshot!("empty_team", page);
}

#[test]
fn why_somebody_is_away_and_the_address_of_a_calendar_are_not_told() {
    let page = published(TEAM);
    for private in ["operation", "hospital", "wedding", "long past", "2026-06", "Jun 2026", "private-0123456789abcdef"]
    {
        assert!(TEAM.contains(private) || private == "Jun 2026", "the test looks for {private}");
        assert!(!page.contains(private), "{private} is told");
    }
}

#[test]
fn the_first_lines_are_the_title_the_word_of_warning_and_the_marker() {
    let page = published(TEAM);
    let lines: Vec<&str> = page.lines().take(5).collect();
    assert_eq!(lines[0], "# Operating model of harbour");
    assert!(lines[2].contains("`dogwatch publish`") && lines[2].contains("not to be edited"), "{}", lines[2]);
    let marker = Marker::new(TEAM, day(DAY), Names::Told);
    assert_eq!(lines[4], marker.line());
    assert_eq!(lines[4].len(), "<!-- dogwatch:publish/1 as-of=2026-11-30 model=0123456789abcdef -->".len());
    assert_eq!(Marker::of(&page), Some(marker));
    assert_eq!(Marker::of(&page.replace('\n', "\r\n")), Marker::of(&page));
    // A clone with other line ends has the same model.
    assert_eq!(Marker::new(&TEAM.replace('\n', "\r\n"), day(DAY), Names::Told), Marker::of(&page).unwrap());
    assert_eq!(last_day(&team(TEAM), day(DAY)), day("2027-01-11"));
}

#[test]
fn what_only_looks_like_a_marker_is_none() {
    let line = Marker::new(TEAM, day(DAY), Names::Replaced).line();
    assert!(line.ends_with(" redacted -->"), "{line}");
    assert_eq!(Marker::of(&line).unwrap().names, Names::Replaced);
    let deep = format!("{}{line}\n", "text\n".repeat(10));
    let table = [
        deep.as_str(),
        "see <!-- dogwatch:publish/1 as-of=2026-11-30 model=0123456789abcdef -->",
        "<!-- dogwatch:publish/1 as-of=2026-11-31 model=0123456789abcdef -->",
        "<!-- dogwatch:publish/1 as-of=2026-11-30 model=0123456789abcdeg -->",
        "<!-- dogwatch:publish/1 as-of=2026-11-30 model=01234567 -->",
        "<!-- dogwatch:publish/x as-of=2026-11-30 model=0123456789abcdef -->",
        "<!-- dogwatch:publish/1 as-of=2026-11-30 model=0123456789abcdef more -->",
        "<!-- dogwatch:publish/1 as-of=2026-11-30 -->",
        "",
    ];
    for text in table {
        assert_eq!(Marker::of(text), None, "{text:?}");
    }
}

#[test]
fn links_lead_from_the_page_to_the_runbook() {
    let file = |dirs: &str, runbook: &str| {
        format!("version = 1\n[[kinds]]\nid = \"k\"\nrunbook = {runbook:?}\n[runbooks]\ndirs = [{dirs}]\n")
    };
    let table = [
        ("\"docs/runbooks\"", "a.md", "", "[`a.md`](docs/runbooks/a.md)"),
        ("\"docs/runbooks/\"", "a.md#do-it", "../", "[`a.md#do-it`](../docs/runbooks/a.md#do-it)"),
        ("\"docs/runbooks\"", "docs/runbooks/a.md", "", "[`docs/runbooks/a.md`](docs/runbooks/a.md)"),
        ("\".\"", "a.md", "", "[`a.md`](a.md)"),
        ("\"r\"", "a b (c).md", "", "[`a b (c).md`](r/a%20b%20%28c%29.md)"),
        ("\"r\"", "javascript:x", "", "[`javascript:x`](r/javascript%3Ax)"),
        ("\"r\"", "é.md", "", "[`é.md`](r/%C3%A9.md)"),
        // Nobody can say from the team file alone where these lie.
        ("\"r\", \"s\"", "a.md", "", " `a.md` |"),
        ("\"r\", \"s\"", "s/a.md", "", "[`s/a.md`](s/a.md)"),
        ("\"r\"", "{suite}.md", "", " `{suite}.md` |"),
        ("\"r\"", "../a.md", "", " `../a.md` |"),
        ("\"/r\"", "a.md", "", " `a.md` |"),
    ];
    for (dirs, runbook, way, wanted) in table {
        let page = published_from(&file(dirs, runbook), way);
        let row = page.lines().find(|line| line.starts_with("| `k` |")).unwrap();
        assert!(row.contains(wanted), "{dirs} {runbook}: {row}");
    }
}
