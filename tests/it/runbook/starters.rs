//! The starter runbooks hold what they promise: the same skeleton on every
//! page, and no command that dogwatch does not have.

use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// All of them; `init` writes these and no others.
const PAGES: [&str; 9] = [
    "deploy-mcp-tool.md",
    "deprecate-mcp-tool.md",
    "eval-regression-triage.md",
    "mcp-tool-failing.md",
    "on-call-handoff.md",
    "release-prompt.md",
    "release-tool-schemas.md",
    "rotate-cached-profiles.md",
    "tool-schema-drift.md",
];

/// The sections that whoever is paged looks for, in this order; others may stand between them.
const SKELETON: [&str; 7] = ["Meaning", "Impact", "Check first", "Steps", "Verify", "Roll back", "If it did not work"];

struct Page {
    name: String,
    header: Vec<String>,
    body: String,
}

/// A line of a page that somebody is told to type.
struct Typed {
    place: String,
    line: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/starters")
}

fn pages() -> Vec<Page> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.into_iter().map(page).collect()
}

fn page(name: String) -> Page {
    let text = std::fs::read_to_string(folder().join(&name)).unwrap();
    let (header, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    Page { header: header.lines().map(str::to_owned).collect(), body: body.to_owned(), name }
}

impl Page {
    /// What stands behind this key of the header, on its line.
    fn said(&self, key: &str) -> &str {
        let key = format!("{key}:");
        self.header.iter().find_map(|line| line.strip_prefix(&key)).unwrap_or_default().trim()
    }

    fn symptoms(&self) -> Vec<&str> {
        let after = self.header.iter().skip_while(|line| *line != "symptoms:").skip(1);
        after.map_while(|line| line.strip_prefix("  - ")).collect()
    }

    /// The number of `#` and the words of each heading; a `#` in a block of code is none.
    fn headings(&self) -> Vec<(usize, &str)> {
        let mut inside = false;
        let lines = self.body.lines().filter(|line| {
            inside ^= line.trim_start().starts_with("```");
            !inside
        });
        lines
            .filter_map(|line| {
                let words = line.trim_start_matches('#');
                words
                    .strip_prefix(' ')
                    .filter(|_| line.starts_with('#'))
                    .map(|words| (line.len() - words.len() - 1, words))
            })
            .collect()
    }

    /// The blocks of code of a shell, without the indent of their list.
    fn blocks(&self) -> Vec<String> {
        let mut blocks = Vec::new();
        let mut lines = self.body.lines();
        while let Some(line) = lines.next() {
            let Some(indent) = line.strip_suffix("```sh") else { continue };
            let block: Vec<&str> = lines
                .by_ref()
                .take_while(|line| line.trim() != "```")
                .map(|line| line.strip_prefix(indent).unwrap_or_else(|| panic!("{}: {line}", self.name)))
                .collect();
            blocks.push(block.join("\n"));
        }
        blocks
    }

    /// Each call of dogwatch, in blocks and within sentences.
    fn typed(&self) -> Vec<Typed> {
        let joined = self.blocks().into_iter().map(|block| block.replace("\\\n", " "));
        let spans = Parser::new_ext(&self.body, Options::ENABLE_TABLES).filter_map(|event| match event {
            Event::Code(span) => Some(span.to_string()),
            _ => None,
        });
        let lines: Vec<String> = joined.chain(spans).filter(|line| line.starts_with("dogwatch ")).collect();
        lines.into_iter().map(|line| Typed { place: self.name.clone(), line }).collect()
    }
}

/// The words of a command up to where its output goes; what is quoted is one word, and keeps its first quote.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '\'' if quoted => quoted = false,
            '\'' => {
                quoted = true;
                word.push(letter);
            }
            ' ' if !quoted => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            _ => word.push(letter),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    assert!(!quoted, "a quote is left open: {line}");
    words.into_iter().take_while(|word| word != ">").collect()
}

/// A word as somebody types it: what stands for a day has to be one.
fn filled(word: &str) -> &str {
    if word.starts_with('<') && word.contains("day") { "2026-12-01" } else { word.trim_start_matches('\'') }
}

/// What is wrong with a command, by the help of the program itself; nothing if all of it exists.
///
/// With `--help` at its end nothing is done: the words before it are only read.
fn fault(line: &str) -> Option<String> {
    let words = words(line);
    let given: Vec<&str> = words.iter().skip(1).map(|word| filled(word)).collect();
    let home = tempfile::TempDir::new().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
    let ended = program.args(&given).arg("--help").env_clear().env("HOME", home.path()).output().unwrap();
    if !ended.status.success() {
        return Some(String::from_utf8(ended.stderr).unwrap());
    }
    let help = String::from_utf8(ended.stdout).unwrap();
    let usage = help.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap();
    let command: Vec<&str> = usage.split(' ').take_while(|word| !word.starts_with(['[', '<'])).collect();
    let mut rest = words.iter().skip(command.len());
    while let Some(word) = rest.next() {
        if word.starts_with('-') {
            let takes =
                help.lines().any(|line| line.split(", ").any(|one| one.trim().starts_with(&format!("{word} <"))));
            let also = help.lines().any(|line| line.trim().starts_with(&format!("{word}, ")) && line.contains('<'));
            if takes || also {
                rest.next();
            }
        } else if !word.starts_with(['<', '\'']) && !word.contains('.') {
            return Some(format!("`{word}` is neither a command below `{}` nor a placeholder", command.join(" ")));
        }
    }
    None
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || *letter == '-').collect()
}

#[test]
fn all_nine_are_there_and_nothing_else() {
    let names: Vec<String> = pages().into_iter().map(|page| page.name).collect();
    assert_eq!(names, PAGES);
}

#[test]
fn every_page_has_the_sections_that_somebody_paged_looks_for_in_their_order() {
    for page in pages() {
        let headings = page.headings();
        assert_eq!(headings[0], (1, page.said("title")), "{}", page.name);
        let sections = headings.iter().filter(|(level, _)| *level == 2).map(|(_, words)| *words);
        let of_all: Vec<&str> = sections.filter(|words| SKELETON.contains(words)).collect();
        assert_eq!(of_all, SKELETON, "{}", page.name);
    }
    let drift = page("tool-schema-drift.md".to_owned());
    assert!(drift.headings().contains(&(2, "Breaking change")), "the kind of the sample team leads there");
}

#[test]
fn every_page_is_found_by_five_symptoms_that_no_other_page_has() {
    let pages = pages();
    let mut all: Vec<&str> = pages.iter().flat_map(Page::symptoms).collect();
    for page in &pages {
        assert_eq!(page.symptoms().len(), 5, "{}", page.name);
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 5 * PAGES.len());
}

#[test]
fn each_symptom_as_it_is_written_finds_its_page() {
    let home = tempfile::TempDir::new().unwrap();
    for page in &pages() {
        for symptom in page.symptoms() {
            let mut program = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
            program.args(["runbook", "--path", "--dir"]).arg(folder()).arg(symptom).current_dir(home.path());
            let ended = program.env_clear().env("HOME", home.path()).output().unwrap();
            let found = String::from_utf8(ended.stdout).unwrap();
            assert!(found.contains(&format!("/{}:", page.name)), "{symptom}: {found}");
        }
    }
}

#[test]
fn every_kind_on_them_is_one_of_the_sample_team() {
    let team: toml::Table = include_str!("../../../src/cli/demo/team.toml").parse().unwrap();
    let ids: Vec<&str> = team["kinds"].as_array().unwrap().iter().map(|kind| kind["id"].as_str().unwrap()).collect();
    for page in pages() {
        let kinds = page.said("kinds").strip_prefix('[').and_then(|kinds| kinds.strip_suffix(']')).unwrap();
        for kind in kinds.split(", ") {
            assert!(ids.contains(&kind), "{}: {kind}", page.name);
        }
    }
}

#[test]
fn every_command_on_them_is_one_of_dogwatch_with_flags_that_it_has() {
    let mut faults = Vec::new();
    let typed: Vec<Typed> = pages().iter().flat_map(Page::typed).collect();
    for Typed { place, line } in &typed {
        faults.extend(fault(line).map(|why| format!("{place}: {line}: {why}")));
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(typed.len() > 5 * PAGES.len(), "only {} commands were found", typed.len());
}

#[test]
fn a_command_that_dogwatch_does_not_have_is_noticed() {
    for line in [
        "dogwatch frobnicate",
        "dogwatch ack <incident> --loud",
        "dogwatch evals expct <incident>",
        "dogwatch close <incident> --reason tired",
        "dogwatch calendar tomorrow",
    ] {
        assert!(fault(line).is_some(), "{line}");
    }
    assert_eq!(fault("dogwatch queue --filter is:overdue"), None);
}

#[test]
fn every_block_is_one_command_to_copy_without_a_prompt() {
    for page in pages() {
        for block in page.blocks() {
            let whole = block.replace("\\\n", " ");
            assert!(!whole.contains('\n') && !whole.starts_with("$ "), "{}: {block}", page.name);
        }
    }
}

#[test]
fn every_link_between_them_leads_to_a_page_and_a_heading_of_it() {
    for page in pages() {
        for event in Parser::new_ext(&page.body, Options::ENABLE_TABLES) {
            let Event::Start(Tag::Link { dest_url, .. }) = event else { continue };
            if dest_url.starts_with("https://") {
                continue;
            }
            let (file, heading) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
            assert!(PAGES.contains(&file), "{}: {dest_url}", page.name);
            let there = self::page(file.to_owned());
            let anchors: Vec<String> = there.headings().iter().map(|(_, words)| anchor(words)).collect();
            assert!(heading.is_empty() || anchors.iter().any(|one| one == heading), "{}: {dest_url}", page.name);
        }
    }
}

#[test]
fn every_page_is_short_and_fits_a_narrow_terminal() {
    for page in pages() {
        let lines = page.header.len() + 2 + page.body.lines().count();
        assert!((60..=120).contains(&lines), "{} has {lines} lines", page.name);
        // Where a link leads cannot be broken.
        let text =
            page.header.iter().map(String::as_str).chain(page.body.lines()).filter(|line| !line.contains("]: http"));
        let wide: Vec<&str> = text.filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{}: {wide:#?}", page.name);
    }
}
