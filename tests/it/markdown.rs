//! Bodies of issues and runbooks, as the operator reads them at any width.

use dogwatch::domain::text::Clean;
use dogwatch::panes::markdown::render;
use dogwatch::theme::Theme;
use proptest::prelude::*;
use ratatui::style::Modifier;
use ratatui::text::Line;

fn lines(text: &str, width: u16) -> Vec<Line<'static>> {
    render(&Clean::block(text), width, &Theme::default())
}

/// The screen's text, line by line, without trailing blanks.
fn shown(text: &str, width: u16) -> Vec<String> {
    lines(text, width).iter().map(|line| line.to_string().trim_end().to_owned()).collect()
}

#[test]
fn a_body_reads_like_the_page_it_came_from() {
    let body = "# Pager *storm*\n\nThe API answers **502** since 10:00.\nSee `gateway.log`.\n\n\
                - one\n- two\n  - nested\n- [x] done\n- [ ] open\n\n9. nine\n10. ten\n\n> quoted\n> more\n\n---\n\
                last <!-- dogwatch op=01J --> line\n";
    let expected = [
        "# Pager storm",
        "",
        "The API answers 502 since 10:00.",
        "See `gateway.log`.",
        "",
        "• one",
        "• two",
        "  • nested",
        "• [x] done",
        "• [ ] open",
        "",
        "9. nine",
        "10. ten",
        "",
        "▎ quoted",
        "▎ more",
        "",
        "────────────────────────────────────────",
        "",
        "last  line",
    ];
    assert_eq!(shown(body, 40), expected);
}

#[test]
fn wrapped_lines_keep_the_margin_of_their_block() {
    assert_eq!(
        shown("> - one two three four\n>\n>   second paragraph", 12),
        ["▎ • one two", "▎   three", "▎   four", "▎", "▎   second", "▎   paragrap", "▎   h"]
    );
    assert_eq!(shown("10. alpha beta", 10), ["10. alpha", "    beta"]);
}

#[test]
fn wide_characters_take_two_columns_and_may_break_between() {
    assert_eq!(shown("日本語の表示、幅", 6), ["日本語", "の表", "示、幅"]);
    assert_eq!(shown("ab日本 cd", 5), ["ab日", "本 cd"]);
    assert_eq!(shown("日", 1), ["…"]);
}

#[test]
fn code_is_cut_with_a_mark_and_never_wrapped() {
    let body = "```sh\nkubectl get pods --all\n\n\tid\n```\n\nafter";
    assert_eq!(shown(body, 16), ["  sh", "  kubectl get p›", "", "      id", "", "after"]);
    assert_eq!(shown("    indented code", 8), ["  inden›"]);
}

#[test]
fn a_link_shows_where_it_leads() {
    assert_eq!(shown("[home](https://a.example/x)", 60), ["home (https://a.example/x)"]);
    assert_eq!(shown("<https://a.example/x>", 60), ["https://a.example/x"]);
    assert_eq!(
        shown("[https://good.example](https://evil.example/)", 60),
        ["https://good.example (https://evil.example/)"]
    );
    assert_eq!(shown("[run](javascript:alert(1))", 60), ["run (javascript:alert(1))"]);
    assert_eq!(shown("![a graph](https://a.example/g.png)", 60), ["image: a graph (https://a.example/g.png)"]);
    assert_eq!(shown("[](https://a.example/)", 60), ["(https://a.example/)"]);
}

#[test]
fn only_a_web_address_looks_like_a_link() {
    let underlined = |text: &str| {
        let spans = lines(text, 60).remove(0).spans;
        spans.iter().any(|span| span.style.add_modifier.contains(Modifier::UNDERLINED))
    };
    assert!(underlined("[a](https://a.example/)"));
    assert!(!underlined("[a](file:///etc/passwd)"));
    assert!(!underlined("[a](https://github.com@evil.example/)"));
}

#[test]
fn a_table_keeps_its_columns_and_wraps_its_cells() {
    let body = "| server | state |\n|---|--:|\n| alpha | up |\n| 日本 | down since ten |\n";
    assert_eq!(
        shown(body, 40),
        ["server │          state", "───────┼───────────────", "alpha  │             up", "日本   │ down since ten"]
    );
    assert_eq!(
        shown(body, 16),
        [
            "server │   state",
            "───────┼────────",
            "alpha  │      up",
            "日本   │    down",
            "       │   since",
            "       │     ten"
        ]
    );
}

#[test]
fn a_table_that_cannot_fit_becomes_a_list_of_its_cells() {
    let body = "| a | b | c |\n|---|---|---|\n| one | two | |\n| four | | six |\n";
    assert_eq!(shown(body, 9), ["a: one", "b: two", "", "a: four", "c: six"]);
}

#[test]
fn html_is_text_and_only_our_own_marks_are_hidden() {
    let body = "<!-- dogwatch op=01J snooze-until=x -->\nAcked by hand.\n\n<details>\nlog\n</details>\n\n\
                <!-- please fill in -->\n\nline<br>break";
    assert_eq!(
        shown(body, 40),
        ["Acked by hand.", "", "<details>", "log", "</details>", "", "<!-- please fill in -->", "", "line", "break"]
    );
    assert_eq!(shown("<!-- dogwatch op=01J -->", 40), Vec::<String>::new());
}

#[test]
fn an_entity_cannot_spell_what_was_cleaned_out() {
    let body = "a&#x202E;b&#27;[2Jc&#x200B;d [x](https://a.example/&#x202E;) `e`\n\n```\n&#27;\n```";
    assert_eq!(shown(body, 80), ["a⟨U+202E⟩b⟨U+001B⟩[2Jcd x (https://a.example/%E2%80%AE) `e`", "", "  &#27;"]);
}

#[test]
fn an_alert_says_what_it_is() {
    assert_eq!(shown("> [!WARNING]\n> hot", 20), ["▎ Warning", "▎ hot"]);
}

#[test]
fn an_empty_body_has_no_lines() {
    assert_eq!(lines("", 20), []);
    assert_eq!(lines("\n\n", 20), []);
}

/// Text that is mostly Markdown.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "# ",
            "> ",
            "- ",
            "1. ",
            "  ",
            "\n",
            "\n\n",
            "```\n",
            "`",
            "*",
            "**",
            "~~",
            "| a | b |\n|-|-:|\n",
            "|",
            "[t](https://a.example/",
            ")",
            "![",
            "<!--",
            "-->",
            "<b>",
            "<!-- dogwatch x -->",
            "---\n",
            "[ ] ",
            "word ",
            "日本語",
            "👩\u{200d}🚒",
            "e\u{301}",
            "&#27;",
            "&#x202e;",
            "&#10;",
            "&nbsp;",
            "لا",
            "\t",
            "> [!NOTE]\n",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_pane(text in markdown(), width in 1_u16..50) {
        for line in lines(&text, width) {
            prop_assert!(line.width() <= usize::from(width), "{line:?} in {width}");
        }
    }

    #[test]
    fn every_line_is_clean(text in markdown(), width in 1_u16..50) {
        for line in lines(&text, width) {
            for span in line.spans {
                let raw = span.content.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
                prop_assert!(!raw, "{span:?}");
            }
        }
    }
}
