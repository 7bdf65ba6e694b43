//! Promise 5: nothing from outside reaches the terminal raw.

use dogwatch::domain::text::{BLOCK_BYTES, BLOCK_LINES, Clean, LINE_CHARS, Link, MARKS_PER_LETTER};
use proptest::prelude::*;
use unicode_width::UnicodeWidthChar;

/// Raw text and the one line that is shown for it.
const LINES: &[(&str, &str)] = &[
    ("plain", "plain"),
    ("  two\n\nlines\there ", "two lines here"),
    ("a\r\nb\rc\u{2028}d\u{2029}e", "a b c d e"),
    ("\x1b[2Jgone", "gone"),
    ("\x1b[31;1mred\x1b[0m", "red"),
    ("\u{9b}2Jeight bit", "eight bit"),
    ("x\x1b]52;c;aGk=\x07y", "xy"),
    ("x\x1b]0;title\x1b\\y", "xy"),
    ("x\u{9d}8;;http://e\u{9c}y", "xy"),
    ("x\x1bPq#0\x1b\\y\x1b_apc\x1b\\z", "xyz"),
    ("x\x1b(By\x1bcz", "xyz"),
    ("open\x1b]52;c;forever", "open⟨U+001B⟩]52;c;forever"),
    ("open\x1b[12", "open⟨U+001B⟩[12"),
    ("end\x1b", "end⟨U+001B⟩"),
    ("\x1b\x1b[2J[2J", "⟨U+001B⟩[2J"),
    ("nul\0bel\x07del\x7fnel\u{85}", "nul⟨U+0000⟩bel⟨U+0007⟩del⟨U+007F⟩nel⟨U+0085⟩"),
    ("user\u{202e}txt.exe", "user⟨U+202E⟩txt.exe"),
    ("\u{061c}\u{200e}\u{200f}\u{2066}\u{2069}", "⟨U+061C⟩⟨U+200E⟩⟨U+200F⟩⟨U+2066⟩⟨U+2069⟩"),
    ("a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g", "abcdefg"),
    ("hi\u{e0048}\u{e0049}\u{fff9}x\u{fffb}\u{e0100}", "hix"),
    ("⚠\u{fe0f} 1\u{fe0f}\u{20e3}", "⚠ 1\u{20e3}"),
    ("👩\u{200d}🚒 ❤\u{fe0f}\u{200d}🔥", "👩\u{200d}🚒 ❤\u{200d}🔥"),
    ("👩\u{200d} alone \u{200d}🚒", "👩 alone 🚒"),
    ("e\u{301}a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}b", "e\u{301}a\u{301}\u{302}\u{303}\u{304}b"),
    ("\u{301}first", "◌\u{301}first"),
    ("שלום 日本語 한국어", "שלום 日本語 한국어"),
    ("\u{200b}\u{feff}", ""),
];

#[test]
fn each_kind_of_hostile_text_has_one_harmless_line() {
    for (raw, shown) in LINES {
        assert_eq!(Clean::line(raw).as_str(), *shown, "for {raw:?}");
    }
}

#[test]
fn a_block_keeps_its_lines_and_expands_tabs_to_columns() {
    let block = Clean::block("a\tb\r\n\tc\r日\td\n\n  \u{301}x\n\u{301}y\n\n");
    assert_eq!(block.as_str(), "a   b\n    c\n日  d\n\n  \u{301}x\n◌\u{301}y");
}

#[test]
fn an_escape_string_never_swallows_the_next_line() {
    assert_eq!(Clean::block("a\x1b]0;t\nb\x07").as_str(), "a⟨U+001B⟩]0;t\nb⟨U+0007⟩");
}

#[test]
fn an_endless_escape_string_is_shown_rather_than_hidden() {
    let raw = format!("a\x1b]52;c;{}\x07b", "A".repeat(10_000));
    assert!(Clean::block(&raw).as_str().starts_with("a⟨U+001B⟩]52;c;AAAA"));
}

#[test]
fn a_long_line_ends_in_an_ellipsis() {
    let line = Clean::line(&"日".repeat(LINE_CHARS + 1));
    assert_eq!(line.as_str().chars().count(), LINE_CHARS);
    assert!(line.as_str().ends_with("日…"));
    let full = "日".repeat(LINE_CHARS);
    assert_eq!(Clean::line(&full), full.as_str());
}

#[test]
fn a_huge_body_says_that_it_was_cut_and_how_long_it_was() {
    let block = Clean::block(&"日".repeat(10_000_000));
    assert!(block.as_str().len() <= BLOCK_BYTES);
    assert!(block.as_str().ends_with("\n[… cut here: this text has 30000000 bytes]"));
}

#[test]
fn a_body_of_too_many_lines_keeps_the_first_ones() {
    let full = vec!["x"; BLOCK_LINES].join("\n");
    assert_eq!(Clean::block(&format!("{full}\n")), full.as_str());
    let cut = Clean::block(&format!("{full}\nx"));
    assert_eq!(cut.as_str().lines().count(), BLOCK_LINES);
    assert!(cut.as_str().ends_with("\nx\n[… cut here: this text has 4001 bytes]"));
}

#[test]
fn text_read_back_from_disk_is_cleaned_again() {
    let read: Clean = serde_json::from_str(r#""a\u001b[2J\u202eb\nc""#).unwrap();
    assert_eq!(read.as_str(), "a⟨U+202E⟩b\nc");
    assert_eq!(serde_json::to_string(&read).unwrap(), r#""a⟨U+202E⟩b\nc""#);
}

/// Addresses, and the host they are shown with; empty when they are refused.
const LINKS: &[(&str, &str)] = &[
    ("https://github.com/acme/api/issues/1", "github.com"),
    ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
    ("https://GitHub.com:443/", "github.com"),
    ("https://аpple.com/", "xn--pple-43d.com"),
    ("https://github.com@evil.example/", ""),
    ("https://u:p@evil.example/", ""),
    ("javascript:alert(1)", ""),
    ("file:///etc/passwd", ""),
    ("ssh://git@github.com/x", ""),
    ("data:text/html,x", ""),
    ("github.com/acme", ""),
    ("", ""),
];

#[test]
fn only_web_addresses_are_links_and_the_host_is_shown() {
    for (text, host) in LINKS {
        let link = Link::parse(text);
        assert_eq!(link.as_ref().map_or("", Link::host), *host, "for {text}");
    }
}

#[test]
fn a_link_is_plain_ascii_without_controls() {
    let link = Link::parse("https://example.com/a b\u{202e}\t\n?q=\u{1b}[2J#日").unwrap();
    assert_eq!(link.as_str(), "https://example.com/a%20b%E2%80%AE?q=%1B[2J#%E6%97%A5");
    assert_eq!(Link::parse(&format!("https://example.com/{}", "a".repeat(5_000))), None);
}

/// Text made mostly of what attackers use.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        (0u32..0x100).prop_filter_map("scalar", char::from_u32).prop_map(String::from),
        (0x2000u32..0x2070).prop_filter_map("scalar", char::from_u32).prop_map(String::from),
        (0x300u32..0x320).prop_filter_map("scalar", char::from_u32).prop_map(String::from),
        (0xE0000u32..0xE0200).prop_filter_map("scalar", char::from_u32).prop_map(String::from),
        prop::sample::select(vec![
            "\x1b[",
            "\x1b]",
            "\x1bP",
            "\x1b\\",
            "\x07",
            "\u{9c}",
            "\u{200d}",
            "👩",
            "🚒",
            "日",
            " ",
            "\t",
            "\r\n",
            "\n",
            "x",
            "⟨U+202E⟩",
            "\u{1160}",
            "\u{11a8}",
            "…",
            "◌",
        ])
        .prop_map(String::from),
    ];
    (prop::collection::vec(piece, 0..60), 1..15_usize).prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{3164}')
        || matches!(c, '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

fn most_marks(text: &str) -> usize {
    let mut most = 0;
    let mut run = 0;
    for c in text.chars().filter(|c| *c != '\u{200d}') {
        run = if c.width() == Some(0) { run + 1 } else { 0 };
        most = most.max(run);
    }
    most
}

proptest! {
    #[test]
    fn no_control_or_invisible_character_survives_on_a_line(raw in hostile()) {
        let line = Clean::line(&raw);
        prop_assert!(!line.as_str().chars().any(is_forbidden), "{line:?}");
        prop_assert!(line.as_str().chars().count() <= LINE_CHARS);
        prop_assert!(most_marks(line.as_str()) <= MARKS_PER_LETTER);
        prop_assert_eq!(Clean::line(line.as_str()), line);
    }

    #[test]
    fn no_control_or_invisible_character_survives_in_a_block(raw in hostile()) {
        let block = Clean::block(&raw);
        prop_assert!(!block.as_str().chars().any(|c| c != '\n' && is_forbidden(c)), "{block:?}");
        prop_assert!(block.as_str().len() <= BLOCK_BYTES);
        prop_assert!(block.as_str().lines().count() <= BLOCK_LINES);
        prop_assert!(most_marks(block.as_str()) <= MARKS_PER_LETTER);
        prop_assert_eq!(Clean::block(block.as_str()), block.clone());
        prop_assert_eq!(block.to_line(), Clean::line(block.as_str()));
    }

    #[test]
    fn a_joiner_stands_only_inside_an_emoji(raw in hostile()) {
        let line = Clean::line(&raw);
        let chars: Vec<char> = line.as_str().chars().collect();
        for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '\u{200d}') {
            prop_assert!(at > 0 && chars[at - 1].width() != Some(0));
            prop_assert!(chars.get(at + 1).is_some_and(|c| c.width() != Some(0)));
        }
    }
}
