//! What the team wrote is words on the page, whatever it looks like.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use dogwatch::domain::publish::{self, Marker, Names};
use dogwatch::domain::text::is_hidden;
use dogwatch::domain::veil::Veil;

use super::{DAY, TEAM, day, published, team};

/// What would leave its place, if it could.
const EVIL: &str =
    "a | b || `x|` <img src=x onerror=alert(1)> --> ![i](//evil) [l](javascript:x) &lt; **b** # _e_ ~~s~~ $m$ \\\\";

/// A team file of which every word that people may choose is evil.
fn evil() -> String {
    let quoted = format!("{EVIL:?}");
    let keys = ["title", "name", "question", "meaning", "why", "when", "version", "replacement", "tool"];
    let lines = TEAM.lines().map(|line| {
        let key = line.split(" = ").next().unwrap().trim();
        let is_text = keys.contains(&key) && line.starts_with(&format!("{key} = \""));
        if is_text { format!("{key} = {quoted}") } else { line.to_owned() }
    });
    let text: String = lines.map(|line| line + "\n").collect();
    text.replace("title = \"_urgent_\"", &format!("title = {quoted}"))
        .replace("paths = [\"prompts/\"]", "paths = [\"a|b`c\", \"<b>\"]")
        .replace("\"tool failing.md\"", "\"x](y) `|<b>.md#a|b)\"")
}

#[test]
fn no_word_of_the_team_is_mark_up_and_every_row_has_its_cells() {
    let page = published(&evil());
    assert!(page.contains("onerror"), "the words are there");
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    options |= Options::ENABLE_FOOTNOTES;
    let (mut cells, mut heads, mut tables, mut links) = (0, Vec::new(), 0, Vec::new());
    let mut html = Vec::new();
    for event in Parser::new_ext(&page, options) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => html.push(text.to_string()),
            Event::InlineMath(text) | Event::DisplayMath(text) => panic!("{text} is math"),
            Event::Start(Tag::Table(columns)) => {
                tables += 1;
                heads.push(columns.len());
            }
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => assert_eq!(Some(&cells), heads.last()),
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
            Event::Start(tag @ (Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::Strikethrough)) => {
                panic!("{tag:?} is on the page")
            }
            _ => {}
        }
    }
    assert_eq!(tables, page.lines().filter(|line| line.starts_with("|---|")).count());
    assert!(tables > 12);
    assert_eq!(html.concat().trim(), page.lines().nth(4).unwrap(), "only the marker is HTML");
    assert!(links.iter().all(|link| link.starts_with("docs/") && !link.contains(':')), "{links:?}");
    // A row that ran over would have more bars than its head.
    let bars = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let mut wanted = 0;
    for line in page.lines() {
        match (line.starts_with('|'), line.starts_with("|---|")) {
            (false, _) => wanted = 0,
            (true, true) => {}
            (true, false) if wanted == 0 => wanted = bars(line),
            (true, false) => assert_eq!(bars(line), wanted, "{line}"),
        }
    }
}

/// The page of the sample team whose gravest severity means this; a file that says it would be refused.
fn meaning(text: &str) -> String {
    let mut team = team(TEAM);
    text.clone_into(&mut team.severities[0].meaning);
    publish::text(&team, &Marker::new(TEAM, day(DAY), Names::Told), ("", &Veil::of_secrets()))
}

#[test]
fn nothing_on_the_page_moves_a_cursor_or_hides() {
    let page = meaning("x\u{1b}[2J\u{202e}\u{200b}y\n| z");
    assert!(page.chars().all(|c| c == '\n' || !is_hidden(c)), "{page:?}");
    assert!(page.lines().any(|line| line.starts_with("| `SEV1` | x") && line.contains("y \\| z |")), "{page}");
}

#[test]
fn a_secret_in_the_team_file_does_not_get_onto_the_page() {
    let page = meaning("see token: ghp_0123456789abcdefABCDEF0123456789abcd");
    assert!(!page.contains("ghp_") && page.contains("secret"), "{page}");
}
