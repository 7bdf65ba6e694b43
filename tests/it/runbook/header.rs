//! What stands above a page for machines.

use std::fmt::Write as _;

use dogwatch::config::FrontMatter;
use dogwatch::domain::runbook::document::Document;
use proptest::prelude::*;

fn read(source: &str) -> Document {
    Document::read(source, &FrontMatter::default())
}

/// Title, owner, alerts, symptoms, reviewed, remarks, and the text below.
fn facts(source: &str) -> String {
    let page = read(source);
    let header = &page.header;
    let one = |text: &Option<_>| text.as_ref().map_or("-".to_owned(), ToString::to_string);
    let several =
        |texts: &[dogwatch::domain::text::Clean]| texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    format!(
        "{}; {}; {}; {}; {}; {}; {:?}",
        one(&page.title),
        one(&header.owner),
        several(&header.alerts),
        several(&header.symptoms),
        one(&header.reviewed),
        several(&page.remarks),
        &page.source[page.body..]
    )
}

#[test]
fn a_header_is_read_by_the_teams_keys_and_never_hides_the_page() {
    let cases = [
        ("", r#"-; -; ; ; -; ; """#),
        ("# A\n", r##"A; -; ; ; -; ; "# A\n""##),
        ("---\ntitle: T\nowner: api\n---\nx\n", r#"T; api; ; ; -; ; "x\n""#),
        ("\u{FEFF}---\r\ntitle: T\r\n---\r\n# A\r\n", "T; -; ; ; -; ; \"# A\\n\""),
        ("---\ntitle: \"a: b\" # why\n...\nx", r#"a: b; -; ; ; -; ; "x""#),
        ("---\nalerts: [A, B]\nsymptoms:\n  - slow, very\n  - 502\n---\n", r#"-; -; A|B; slow, very|502; -; ; """#),
        ("---\nalerts: A, B\nsymptoms: |\n  slow\n  down\n---\n", r#"-; -; A|B; slow|down; -; ; """#),
        ("---\nalerts:\n  - name: A\n    severity: page\n---\n", r#"-; -; A; ; -; ; """#),
        ("---\nowner: {team: api, slack: '#api'}\n---\n", r#"-; api, #api; ; ; -; ; """#),
        ("---\nlast_reviewed_on: 2026-03-01\nowner: 7\ntitle: ~\n---\n# A", r##"A; 7; ; ; 2026-03-01; ; "# A""##),
        ("---\ntitle: <%= page.title %>\n---\n# A", r##"A; -; ; ; -; ; "# A""##),
        ("---\ntitle: '{{ title }}'\n---\n# A", r##"A; -; ; ; -; ; "# A""##),
        ("---\nowner: &a api\ntitle: *a\n---\n", r#"api; api; ; ; -; ; """#),
        ("---\ntitle: A\u{1b}[2Jb\u{202e}\n---\n", r#"Ab⟨U+202E⟩; -; ; ; -; ; """#),
        (
            "+++\ntitle = \"T\"\nalerts = [\"A\"]\nlast_reviewed_on = 2026-03-01\n+++\nx",
            r#"T; -; A; ; 2026-03-01; ; "x""#,
        ),
        ("---\n---\nx", r#"-; -; ; ; -; ; "x""#),
        // What is no header.
        ("---\n\nA rule above.\n\n---\n# A", r#"A; -; ; ; -; ; "---\n\nA rule above.\n\n---\n# A""#),
        ("---\n# A\nand text\n\n---\n", r#"A; -; ; ; -; ; "---\n# A\nand text\n\n---\n""#),
        ("---\nRead this: all of it\n---\n", r#"Read this: all of it; -; ; ; -; ; "---\nRead this: all of it\n---\n""#),
        ("---\ntitle: T\n", r#"-; -; ; ; -; ; "---\ntitle: T\n""#),
        ("+++\ntitle = 1\n", r#"-; -; ; ; -; ; "+++\ntitle = 1\n""#),
        ("text\n---\ntitle: T\n---\n", r#"text; -; ; ; -; ; "text\n---\ntitle: T\n---\n""#),
    ];
    for (source, expected) in cases {
        assert_eq!(facts(source), expected, "for {source:?}");
    }
}

#[test]
fn a_broken_header_is_a_remark_with_its_line_and_the_page_is_there() {
    let page = read("---\ntitle: T\nowner: [api\n---\n# A\n\n1. go\n");
    assert_eq!(page.remarks.len(), 1);
    assert!(page.remarks[0].as_str().starts_with("line 4: the header is not YAML: "), "{}", page.remarks[0]);
    assert_eq!(page.title.unwrap(), "A");
    assert_eq!(page.steps[0].line, 7);
    let page = read("+++\ntitle = T\n+++\n# A\n");
    assert!(page.remarks[0].as_str().starts_with("line 2: the header is not TOML: "), "{}", page.remarks[0]);
    assert_eq!(&page.source[page.body..], "# A\n");
}

#[test]
fn other_keys_may_be_the_teams_also_nested_ones() {
    let keys = FrontMatter { title: "meta.name".into(), owner: "owner_slack".into(), ..FrontMatter::default() };
    let page = Document::read("---\nmeta:\n  name: T\nowner_slack: '#api'\n---\n", &keys);
    assert_eq!((page.title.unwrap().as_str(), page.header.owner.unwrap().as_str()), ("T", "#api"));
}

#[test]
fn a_header_that_would_grow_is_bounded() {
    let mut bomb = String::from("---\na: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, before) in ('b'..='z').zip('a'..) {
        writeln!(bomb, "{name}: &{name} [*{before}, *{before}, *{before}, *{before}, *{before}, *{before}]").unwrap();
    }
    bomb.push_str("title: T\n---\n");
    assert_eq!(read(&bomb).title.unwrap(), "T");
    let deep = format!("---\na: {}\n---\nx", "[".repeat(50_000));
    assert_eq!(read(&deep).remarks.len(), 1);
    let long = format!("---\na: {}\n---\nx", "y".repeat(70_000));
    assert_eq!(&read(&long).source[read(&long).body..], "x");
}

proptest! {
    #[test]
    fn any_header_is_read(text in "[-a-z0-9: \\[\\]{}&*!|>'\"#%@,?\n\t<=é\u{85}]{0,80}") {
        read(&format!("---\n{text}\n---\n# A\n"));
        read(&format!("+++\n{text}\n+++\n# A\n"));
    }
}
