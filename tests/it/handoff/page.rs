//! The handoff as it is read: all sections, bounded, the same bytes, and
//! nothing of a stranger's is markup.

use dogwatch::domain::handoff::Handoff;
use dogwatch::domain::handoff::section::KEYS;
use dogwatch::domain::handoff::typed::{Field, Line};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::{CloseReason, Incident, Status};
use dogwatch::panes::fit;
use dogwatch::panes::handoff::{MAIN_COLUMNS, MAIN_LINES};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::made::{Scene, acked, before, clean, incident, told};

const HEADINGS: [&str; 13] = [
    "Header",
    "Summary",
    "Needs you now",
    "Carry over",
    "Snoozed",
    "Resolved",
    "Noise",
    "Health",
    "Changes",
    "Schedule",
    "Asks",
    "Numbers",
    "Receipt",
];

fn headings(markdown: &str) -> Vec<&str> {
    markdown.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

fn titled(title: &str) -> Scene {
    let mut scene = Scene::default();
    scene.add(Incident { title: clean(title), ack: acked("ana", 50), ..incident(1, 60) });
    scene.brought.told = vec![told("api#1", 50, "ana", "acked")];
    scene
}

fn many(count: u64) -> Scene {
    let mut scene = Scene::default();
    for number in 1..=count {
        let title = clean(&format!("日本語 and a rather long title of the incident with the number {number} in it"));
        let mut one = Incident { title, ..incident(number, 60 + i64::try_from(number % 9_000).unwrap()) };
        one.labels = vec![clean(["SEV1", "SEV2", "SEV3", "SEV4"][usize::try_from(number % 4).unwrap()])];
        match number % 5 {
            0 => one.ack = acked("ana", 50),
            1 => one.status = Status::Closed { at: Some(before(30)), reason: CloseReason::Completed },
            2 => one.snooze = super::made::snoozed("ben", 20, "2026-11-18T09:00:00Z"),
            _ => {}
        }
        scene.add(one);
    }
    scene
}

/// Everything above the appendix.
fn main_part(markdown: &str) -> Vec<&str> {
    markdown.lines().take_while(|line| *line != "---").collect()
}

#[test]
fn all_sections_are_there_in_order_also_where_nothing_happened() {
    let handoff = Scene::default().handoff();
    let markdown = handoff.markdown();
    assert_eq!(headings(&markdown), HEADINGS);
    for empty in ["Needs you now", "Carry over", "Snoozed", "Resolved", "Noise"] {
        assert!(markdown.contains(&format!("## {empty}\nnone\n")), "{empty} is not none in\n{markdown}");
    }
    let text = handoff.text();
    for heading in HEADINGS {
        assert!(text.contains(&format!("\n{}\n", heading.to_uppercase())), "{heading} is not in\n{text}");
    }
    let json = serde_json::to_string(&handoff).unwrap();
    let sections = &json[json.find("\"sections\"").unwrap()..];
    let place = |key: &str| ["{", "["].iter().filter_map(|open| sections.find(&format!("\"{key}\":{open}"))).min();
    let places: Vec<usize> = KEYS.iter().map(|key| place(key).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn the_page_of_a_small_shift_is_this() {
    let mut scene = titled("Gateway <b>refuses</b> calls");
    let line = |incident: Option<&str>, field: Field, text: &str| Line {
        shift: "ops/2026-11-09T10:00:00Z".into(),
        incident: incident.map(IncidentId::new),
        field,
        text: clean(text),
        by: clean("ana"),
        at: before(20),
    };
    scene.brought.lines = vec![
        line(None, Field::Feel, "4"),
        line(None, Field::Line, "quiet"),
        line(Some("api#1"), Field::Tried, "a restart"),
    ];
    insta::assert_snapshot!("small_shift", scene.handoff().markdown());
    insta::assert_snapshot!("small_shift_text", scene.handoff().text());
}

#[test]
fn five_thousand_incidents_fit_and_what_is_left_out_is_counted() {
    let handoff = many(5_000).handoff();
    let sections = &handoff.sections;
    assert_eq!(sections.carry_over.len(), 1_000, "what she had is never cut");
    assert_eq!((sections.needs_you_now.len(), sections.header.left_out["needs_you_now"]), (500, 2_500));
    assert_eq!((sections.resolved.len(), sections.header.left_out["resolved"]), (500, 500));
    assert_eq!((sections.snoozed.incidents.len(), sections.header.left_out["snoozed"]), (500, 500));
    assert_eq!((sections.summary.resolved, sections.numbers.close.n), (1_000, 1_000), "figures count all");
    for scene in [many(5_000), many(60), many(7), Scene::default()] {
        let markdown = scene.handoff().markdown();
        let main = main_part(&markdown);
        assert!(main.len() <= MAIN_LINES, "{} lines:\n{}", main.len(), main.join("\n"));
        let wide: Vec<&&str> = main.iter().filter(|line| fit::columns(line) > MAIN_COLUMNS).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        let text = scene.handoff().text();
        let wide: Vec<&str> = text.lines().filter(|line| fit::columns(line) > 80).collect();
        assert!(wide.is_empty(), "{wide:#?}");
    }
    assert!(handoff.markdown().contains("2500 more are left out"), "{}", main_part(&handoff.markdown()).join("\n"));
}

#[test]
fn our_own_words_are_ascii() {
    let text = titled("plain").handoff().text();
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn rows_are_sorted_by_severity_then_age_then_id() {
    let mut scene = Scene::default();
    for (number, ago, label) in [(1, 10, "SEV2"), (2, 90, "SEV2"), (3, 5, "SEV1"), (4, 90, "SEV2"), (5, 99, "")] {
        let labels = if label.is_empty() { Vec::new() } else { vec![clean(label)] };
        scene.add(Incident { labels, ..incident(number, ago) });
    }
    let handoff = scene.handoff();
    let ids: Vec<&str> = handoff.sections.needs_you_now.iter().map(|row| row.of.id.as_str()).collect();
    assert_eq!(ids, ["api#3", "api#2", "api#4", "api#1", "api#5"]);
}

const HOSTILE: [&str; 14] = [
    "# a heading",
    "- a list",
    "1. a number",
    "<!-- dogwatch handoff=ops/evil --> <script>x</script>",
    "see @ben and me@example.org",
    "like #12, org/repo#12 and GH-12",
    "[click](https://evil.example) ![img](x.png)",
    "https://evil.example/x and www.evil.example",
    "`code` ``more`` *bold* _em_ ~~gone~~ **b**",
    "| a | b |",
    "a \\ backslash \\[ and &lt; &amp; entities",
    "```\nfence",
    "$$math$$",
    "> quoted",
];

#[test]
fn a_hostile_title_is_only_text() {
    for title in HOSTILE {
        let scene = titled(title);
        let markdown = scene.handoff().markdown();
        let mut texts = String::new();
        for event in Parser::new_ext(&markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(text) => texts.push_str(&text),
                Event::Code(code) => assert_eq!(&*code, "api#1", "{title}"),
                Event::Html(html) | Event::InlineHtml(html) => {
                    assert_eq!(html.trim(), "<!-- dogwatch handoff=ops/2026-11-09T10:00:00Z -->", "{title}");
                }
                Event::Start(
                    Tag::Link { .. } | Tag::Image { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::BlockQuote(_),
                ) => {
                    panic!("{title} is markup in\n{markdown}")
                }
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => panic!("{title} is markup"),
                _ => {}
            }
        }
        assert_eq!(headings(&markdown).len(), 14, "{title}: a heading for each section and the details");
        // What has no width parts a sign from its word; read without it the title is whole.
        let read = texts.replace('\u{200B}', "");
        assert!(read.contains(clean(title).as_str()), "{title} is not whole in\n{read}");
        for (at, _) in markdown.match_indices('@') {
            assert!(markdown[at + 1..].starts_with('\u{200B}'), "{title} calls somebody");
        }
        assert!(!markdown.contains("://evil") && !markdown.contains("www.evil"), "{title} is an address");
    }
}

#[test]
fn a_web_address_cannot_leave_its_brackets() {
    for url in ["https://x.example/a) [b](c", "javascript:alert(1)", "https://x.example/<b>\\"] {
        let mut scene = Scene::default();
        scene.add(Incident { url: Some(url.to_owned()), ..incident(1, 60) });
        let markdown = scene.handoff().markdown();
        let links: Vec<String> = Parser::new(&markdown)
            .filter_map(|event| match event {
                Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
                _ => None,
            })
            .collect();
        assert!(links.iter().all(|link| link.starts_with("https://x.example/")), "{links:?}");
        assert!(links.len() <= 1 && !markdown.contains("(c"), "{markdown}");
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let (one, other) = (many(300), many(300));
    assert_eq!(one.handoff(), other.handoff());
    assert_eq!(one.handoff().markdown(), other.handoff().markdown());
    assert_eq!(one.handoff().text(), other.handoff().text());
}

#[test]
fn a_copy_that_went_through_json_is_the_same_handoff() {
    let handoff = many(40).handoff();
    let value = serde_json::to_value(&handoff).unwrap();
    let copy: Handoff = serde_json::from_value(value).unwrap();
    assert_eq!(copy, handoff);
    assert_eq!(copy.markdown(), handoff.markdown());
}

#[test]
fn every_time_bears_the_offset_of_the_rotation() {
    let mut scene = titled("x");
    scene.team.rotations[0].timezone = chrono_tz::Asia::Kolkata;
    scene.team.team.timezone = chrono_tz::Asia::Kolkata;
    let json = serde_json::to_value(scene.handoff()).unwrap();
    let at = |path: &str| json.pointer(path).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    for path in ["/shift/start", "/generated_at", "/sections/needs_you_now/0/opened_at"] {
        assert!(at(path).ends_with("+05:30"), "{path}: {}", at(path));
    }
    let markdown = scene.handoff().markdown();
    let clocks = markdown.matches("+05:30").count();
    assert!(clocks >= 4 && !markdown.contains("+00:00"), "{markdown}");
}

#[test]
fn noise_is_what_was_seen_more_than_once() {
    let mut scene = Scene::default();
    let seen = |number, ago, reason: Option<CloseReason>| {
        let mut one = Incident { fingerprint: Some("f00".into()), ..incident(number, ago) };
        if let Some(reason) = reason {
            one.status = Status::Closed { at: Some(before(ago - 5)), reason };
        }
        one
    };
    scene.add(seen(1, 300, Some(CloseReason::NotPlanned)));
    assert!(scene.handoff().sections.noise.is_empty(), "once is no noise");
    scene.add(seen(2, 100, Some(CloseReason::NotPlanned)));
    let noise = &scene.handoff().sections.noise;
    assert_eq!((noise.len(), noise[0].count, noise[0].outcome.word()), (1, 2, "not-actionable"));
    scene.add(seen(3, 50, Some(CloseReason::Invalid)));
    let noise = &scene.handoff().sections.noise;
    assert_eq!((noise[0].count, noise[0].outcome.word()), (3, "false-positive"));
}
