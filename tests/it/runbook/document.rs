//! A page taken apart.

use std::fmt::Write as _;

use dogwatch::config::FrontMatter;
use dogwatch::domain::runbook::document::{Document, Sort};
use proptest::prelude::*;

pub(super) fn read(source: &str) -> Document {
    Document::read(source, &FrontMatter::default())
}

fn anchors(source: &str) -> Vec<String> {
    read(source).sections.into_iter().map(|section| section.anchor).collect()
}

/// Number, line, heading and text of each step.
fn steps(source: &str) -> Vec<String> {
    let page = read(source);
    let step = |step: &dogwatch::domain::runbook::document::Step| {
        format!("{} l{} [{}] {}", step.number, step.line, step.id.heading, step.text)
    };
    page.steps.iter().map(step).collect()
}

#[test]
fn anchors_are_those_that_github_makes() {
    let cases = [
        ("Breaking change", "breaking-change"),
        ("  Two  blanks ", "two--blanks"),
        ("What's up, `kubectl get`?", "whats-up-kubectl-get"),
        ("A/B & C", "ab--c"),
        ("snake_case and kebab-case", "snake_case-and-kebab-case"),
        ("1. First: do", "1-first-do"),
        ("*Really* **bold** [link](x.md)", "really-bold-link"),
        ("Größe Äpfel", "größe-äpfel"),
        ("日本語 の 見出し", "日本語-の-見出し"),
        ("🔥 Fire", "-fire"),
        ("a.b.c (d) [e]", "abc-d-e"),
    ];
    for (title, anchor) in cases {
        assert_eq!(anchors(&format!("# x\n## {title}\n"))[1], anchor, "for {title:?}");
    }
    assert_eq!(anchors("# A\n# A\n# A-1\n# A\n"), ["a", "a-1", "a-1-1", "a-2"]);
}

#[test]
fn an_author_may_name_a_place() {
    let page = read(
        "# Top\n<a name=\"above\"></a>\n## One {#uno}\ntext <a id='in-one'></a> more\n\n<div id=\"two-up\">\n\n## Two\n\n\
         <h3 id=\"x\">Three &amp; more</h3>\n",
    );
    let named = |anchor: &str| page.section(anchor).map(|place| page.sections[place].title.to_string());
    assert_eq!(named("uno").unwrap(), "One");
    assert_eq!(named("#one").unwrap(), "One");
    assert_eq!(named("Above").unwrap(), "One");
    assert_eq!(named("in-one").unwrap(), "One");
    assert_eq!(named("two-up").unwrap(), "Two");
    assert_eq!(named("#x").unwrap(), "Three & more");
    assert_eq!(named("three--more").unwrap(), "Three & more");
    assert_eq!(named("nowhere"), None);
}

#[test]
fn headings_have_their_level_and_line_and_code_has_none() {
    let page = read("---\ntitle: T\n---\n# A\n\nB\n-\n\n```\n# no\n```\n\n> ### C\n");
    let found: Vec<_> = page.sections.iter().map(|s| (s.level, s.title.as_str(), s.line)).collect();
    assert_eq!(found, [(1, "A", 4), (2, "B", 6), (3, "C", 13)]);
    assert_eq!(page.section_at(7), Some(1));
    assert_eq!(page.section_at(1), None);
}

#[test]
fn steps_are_numbered_items_and_tasks_at_any_depth() {
    assert_eq!(
        steps(
            "# A\n1. one\n   - [ ] task\n   - bullet\n     1. deep\n2. two\n   more\n\n   and more\n## B\n- [x] done\n- b\n5) five\n"
        ),
        [
            "1 l2 [A] one",
            "1.1 l3 [A] task",
            "1.2.1 l5 [A] deep",
            "2 l6 [A] two more and more",
            "1 l11 [A / B] done",
            "5 l13 [A / B] five"
        ]
    );
}

#[test]
fn a_page_without_them_has_the_bullets_of_its_lists() {
    assert_eq!(
        steps("- one\n  - below\n- two\n\ntext\n\n- three\n\n## B\n* four\n"),
        ["1 l1 [] one", "2 l3 [] two", "3 l7 [] three", "1 l10 [B] four"]
    );
    assert_eq!(steps("just text\n"), Vec::<String>::new());
}

#[test]
fn a_step_has_the_blocks_that_stand_in_it() {
    let page = read(
        "1. one\n   ```sh\n   a\n     b\n   ```\n   - bullet\n\n         c\n2. ```\n   d\n   ```\n\n```\ne\n```\n",
    );
    let blocks: Vec<_> = page.steps.iter().map(|step| step.blocks.clone()).collect();
    assert_eq!(blocks, [vec![0, 1], vec![2]]);
    let texts: Vec<_> = page.blocks.iter().map(|b| (b.language.as_str(), b.text.as_str(), b.line)).collect();
    assert_eq!(texts, [("sh", "a\n  b", 3), ("", "c", 8), ("", "d", 10), ("", "e", 14)]);
    assert_eq!(page.steps[1].text, "d");
}

#[test]
fn a_step_is_the_same_after_small_edits_around_it_and_another_when_it_changes() {
    let ids = |source: &str| read(source).steps.into_iter().map(|step| step.id).collect::<Vec<_>>();
    let before = ids("# A\n1. drain `n1`\n2. check\n");
    assert_eq!(before, ids("Preface.\n\n# A\n\nMore text.\n\n1.  drain\n    `n1`\n\n2. check\n\nEnd.\n"));
    assert_ne!(before[0], ids("# B\n1. drain `n1`\n")[0]);
    assert_ne!(before[0], ids("# A\n1. drain `n2`\n")[0]);
    assert_ne!(before[0], ids("# A\n2. drain `n1`\n")[0]);
    assert_ne!(before[0], ids("# A\n1. drain `n1`\n   ```\n   x\n   ```\n")[0]);
    assert_eq!(before[1], ids("# A\n1. drain `n2`\n2. check\n")[1]);
    let twice = ids("1. go\n\ntext\n\n1. go\n");
    assert_eq!((twice[0].number.as_str(), twice[1].number.as_str()), ("1", "1 (2)"));
    assert_eq!(before[0].hash, "191b2b80cc68");
}

#[test]
fn links_are_resolved_and_images_are_among_them() {
    let page = read(
        "[a](b.md#c \"t\") <https://x.example> [r][ref] ![i](p.png)\n<a href=\"h.md\">*html*</a> <img src=s.png alt='A &lt;'>\n\n\
         [![in](i.png)](out.md)\n\n[ref]: ../r.md\n",
    );
    let mut found = String::new();
    for link in &page.links {
        let sort = if link.sort == Sort::Image { "image" } else { "link" };
        writeln!(found, "{sort} {:?} {} {}", link.text.as_str(), link.to, link.line).unwrap();
    }
    assert_eq!(
        found,
        "link \"a\" b.md#c 1\nlink \"https://x.example\" https://x.example 1\nlink \"r\" ../r.md 1\nimage \"i\" p.png 1\n\
         link \"html\" h.md 2\nimage \"A <\" s.png 2\nlink \"in\" out.md 4\nimage \"in\" i.png 4\n"
    );
}

#[test]
fn notes_in_any_form_hold_blocks_and_steps_with_their_lines() {
    let page = read(
        "!!! note \"T\"\n\n    1. one\n\n        ```\n        x\n        ```\nafter\n\n{{% warning %}}\n- [ ] two\n{{% /warning %}}\n\n:::tip\n```\ny\n```\n:::\n# H\n",
    );
    let steps: Vec<_> = page.steps.iter().map(|step| (step.text.as_str(), step.line)).collect();
    assert_eq!(steps, [("one", 3), ("two", 11)]);
    let blocks: Vec<_> = page.blocks.iter().map(|b| (b.text.as_str(), b.line)).collect();
    assert_eq!(blocks, [("x", 6), ("y", 16)]);
    assert_eq!(page.sections[0].line, 19);
}

#[test]
fn controls_in_a_page_are_named_and_tabs_in_code_stay() {
    let page = read("# A\u{1b}[31mb\u{202e}\n\n```\n\ta\u{7}\u{9b}1mb\u{200b}c\n```\n[x](a\u{1}b)\r# B\r");
    assert_eq!(page.sections[0].title, "Ab⟨U+202E⟩");
    assert_eq!(page.blocks[0].text, "\ta⟨U+0007⟩bc");
    assert_eq!(page.sections[1].title, "B");
    assert!(!page.source.contains('\r'));
}

#[test]
fn hostile_pages_are_read() {
    let pages = [
        "[".repeat(20_000),
        "![".repeat(20_000),
        ">".repeat(1_000_000),
        format!("{}a\n{}", ">".repeat(100_000), "b\n".repeat(20_000)),
        "- ".repeat(50_000),
        "1. ".repeat(50_000),
        "* a\n".repeat(50_000),
        "<b>".repeat(50_000),
        "<a \"".repeat(50_000),
        "<div>\n<table><tr><td>".repeat(5_000),
        "&#".repeat(50_000),
        "*_".repeat(50_000),
        "# a\n".repeat(20_000),
        "!!! note\n".repeat(20_000),
        "{{< note >}}\n".repeat(20_000),
        format!("|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000)),
    ];
    for page in pages {
        read(&page);
    }
}

proptest! {
    #[test]
    fn any_text_is_a_page(text in "\\PC{0,60}|[-#>*_`~\\[\\]()<>!:{}%|&;=+ a1\n\t\r\u{1b}\u{9b}]{0,120}") {
        let page = read(&text);
        let lines = page.source.lines().count().max(1) + 1;
        for step in &page.steps {
            prop_assert!((1..=lines).contains(&step.line));
        }
        for block in &page.blocks {
            prop_assert!(!block.text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
