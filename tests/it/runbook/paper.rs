//! A page as lines of the screen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dogwatch::config::FrontMatter;
use dogwatch::domain::runbook::document::Document;
use dogwatch::panes::fit;
use dogwatch::panes::paper::{Highlight, Links, Manner, Row, Stands, rows};
use dogwatch::theme::Theme;
use proptest::prelude::*;

const PAGES: &[&str] = &["lists", "tables", "html", "notes", "links", "strange"];

fn page(name: &str) -> String {
    let path = format!("{}/tests/fixtures/runbooks/rendering/{name}.md", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn laid(source: &str, width: u16, links: Links) -> (Document, Vec<Row>) {
    let document = Document::read(source, &FrontMatter::default());
    let broken = BTreeMap::from([("gone.md".to_owned(), "no such file"), ("#nowhere".to_owned(), "no such heading")]);
    let theme = Theme::default();
    let rows = rows(&document, &Manner { width, theme: &theme, links, highlight: Highlight::On, broken: &broken });
    (document, rows)
}

/// Line of the file, what it stands for, `»` and the fixed columns if it is moved sideways, text, links.
fn drawn(source: &str, width: u16, links: Links) -> String {
    let (_, rows) = laid(source, width, links);
    let mut out = String::new();
    for row in rows {
        let stands = match row.stands {
            Stands::Text => String::new(),
            Stands::Heading(place) => format!("h{place}"),
            Stands::Step(place) => format!("s{place}"),
            Stands::Code(place) => format!("c{place}"),
        };
        let wide = if row.wide { format!("»{}", row.fixed) } else { String::new() };
        let text = row.line.to_string();
        write!(out, "{:>3} {stands:<4}{wide:<3}|{}", row.source, text.trim_end()).unwrap();
        for (at, to) in &row.links {
            write!(out, " ‹{}..{}→{to}›", at.start, at.end).unwrap();
        }
        out.push('\n');
    }
    out
}

/// The text alone.
fn text(source: &str, width: u16) -> Vec<String> {
    let (_, rows) = laid(source, width, Links::Plain);
    rows.iter().map(|row| row.line.to_string().trim_end().to_owned()).collect()
}

#[test]
fn every_construct_reads_well_at_any_width() {
    for name in PAGES {
        for (width, links) in [(40, Links::Plain), (80, Links::Numbered), (120, Links::Plain)] {
            insta::assert_snapshot!(format!("{name}_{width}"), drawn(&page(name), width, links));
        }
    }
}

#[test]
fn an_empty_page_has_no_lines() {
    for source in ["", "\n\n", "---\ntitle: T\n---\n", "<!-- -->\n"] {
        assert_eq!(text(source, 40), Vec::<String>::new(), "for {source:?}");
    }
}

#[test]
fn each_heading_step_and_block_has_its_row() {
    for name in PAGES {
        for width in [20, 80] {
            let (document, rows) = laid(&page(name), width, Links::Plain);
            let stands = |wanted: Stands| rows.iter().any(|row| row.stands == wanted);
            for (at, section) in document.sections.iter().enumerate() {
                let row = rows.iter().find(|row| row.stands == Stands::Heading(at)).unwrap();
                assert_eq!(row.source, section.line, "{name}: {}", section.title);
            }
            for (at, step) in document.steps.iter().enumerate() {
                let row = rows.iter().find(|row| row.stands == Stands::Step(at)).unwrap();
                assert_eq!(row.source, step.line, "{name}: {}", step.text);
            }
            assert!((0..document.blocks.len()).all(|at| stands(Stands::Code(at))), "{name}");
        }
    }
}

#[test]
fn code_is_whole_and_its_rows_are_its_lines() {
    let (document, rows) = laid(&page("lists"), 20, Links::Plain);
    for (at, block) in document.blocks.iter().enumerate() {
        let code = rows.iter().filter(|row| row.stands == Stands::Code(at) && row.wide);
        let shown: Vec<String> =
            code.map(|row| row.line.to_string().chars().skip(usize::from(row.fixed)).collect()).collect();
        let lines: Vec<String> = block.text.lines().map(|line| line.replace('\t', "    ")).collect();
        assert_eq!(shown, lines);
    }
}

#[test]
fn a_link_that_leads_nowhere_says_so() {
    assert_eq!(
        text("[a](gone.md) [b](#nowhere) ![c](gone.md)", 80),
        ["a [no such file] b [no such heading] image: c (gone.md) [no such file]"]
    );
}

#[test]
fn what_has_to_be_filled_in_is_marked_with_colours_and_without() {
    let source = "```sh\nkubectl drain <node> # <no>\n```\n";
    let document = Document::read(source, &FrontMatter::default());
    let theme = Theme::default();
    for highlight in [Highlight::On, Highlight::Off] {
        let manner = Manner { width: 80, theme: &theme, links: Links::Plain, highlight, broken: &BTreeMap::new() };
        let rows = rows(&document, &manner);
        let marked: Vec<_> = rows[1].line.spans.iter().filter(|span| span.style.fg == theme.key.fg).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].content, "<node>");
        let dim = rows[1].line.spans.iter().any(|span| span.style == theme.dim);
        assert_eq!(dim, highlight == Highlight::On);
    }
}

/// What pages are made of, and what may be in them.
const PIECES: &[&str] = &[
    "# ",
    "> ",
    "- ",
    "1. ",
    "  ",
    "    ",
    "\n",
    "\n\n",
    "```\n",
    "~~~sh\n",
    "`",
    "*",
    "**",
    "~~",
    "word ",
    "日本語",
    "👩\u{200d}🚒",
    "e\u{301}",
    "| a | b |\n|-|-:|\n",
    "|",
    "[t](x.md)",
    "[t](gone.md)",
    "![i](",
    ")",
    "<!--",
    "-->",
    "<b>",
    "</b>",
    "<div>\n",
    "</div>\n",
    "<table><tr><td>",
    "</td></tr></table>\n",
    "<ul><li>",
    "<pre>",
    "</pre>",
    "<a href=x>",
    "</a>",
    "<details>\n",
    "<summary>",
    "</summary>",
    "<script>",
    "<br>",
    "<h2 id=a>",
    "</h2>",
    "---\n",
    "[ ] ",
    "[x] ",
    "&#27;",
    "&#x202e;",
    "&#10;",
    "&nbsp;",
    "لا",
    "\t",
    "> [!NOTE]\n",
    "> **Note** ",
    "!!! note \"T\"\n",
    "NOTE: ",
    "**Note:** ",
    "{{% note %}}\n",
    "{{% /note %}}\n",
    ":::tip\n",
    ":::\n",
    "[^1]",
    "[^1]: ",
    "$ rm -r <x>\n",
    "<node>",
    "\u{1b}[31m",
    "\u{9b}",
    "\r",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![any::<char>().prop_map(String::from), prop::sample::select(PIECES).prop_map(String::from),];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn rows_fit_are_clean_and_follow_the_file(source in pieces(), width in 1_u16..100, numbered in any::<bool>()) {
        let links = if numbered { Links::Numbered } else { Links::Plain };
        let (document, rows) = laid(&source, width, links);
        let mut last = 0;
        for row in &rows {
            // Letter by letter, as they are put into cells.
            let drawn = fit::line_columns(&row.line);
            prop_assert!(row.wide || drawn <= usize::from(width), "{row:?} in {width}");
            prop_assert!(row.source >= last, "{row:?} after {last}");
            last = row.source;
            for span in &row.line.spans {
                let raw = span.content.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
                prop_assert!(!raw, "{span:?}");
            }
            for (columns, link) in &row.links {
                prop_assert!(*link < document.links.len());
                prop_assert!(usize::from(columns.end) <= drawn.max(1), "{row:?}");
            }
        }
        let sections = rows.iter().filter_map(|row| match row.stands { Stands::Heading(at) => Some(at), _ => None }).max();
        prop_assert!(sections.is_none_or(|at| at < document.sections.len()));
    }
}
