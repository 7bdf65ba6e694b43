//! The team's pages, opened for one answer, and how the answer is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Args;
use super::asked::Asked;
use crate::cli::context::{Context, word};
use crate::cli::exit::Failure;
use crate::cli::starters::Starter;
use crate::cli::{json, out};
use crate::config::FrontMatter;
use crate::domain::hash::hex;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::found::{Found, Hit, Listed};
use crate::domain::runbook::freshness::{Because, Freshness};
use crate::domain::text::Clean;
use crate::panes::fit;
use crate::shell::freshness::{self, Judge};
use crate::shell::runbooks::{Library, Page, Shelf};
use crate::shell::session::{Decisions, Trusted};
use crate::shell::{reading, width};
use crate::store::runs::Runs;

/// Whoever is paged waits so long for a history that was never looked at.
pub(super) const SHORT: Duration = Duration::from_secs(3);
/// Whoever lists all pages waits so long.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// So many hits are told.
const MOST: usize = 10;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Finding {
    /// As it was typed.
    pub query: String,
    /// The best first.
    pub hits: Vec<Hit>,
    /// The page of the first hit; none where only a list was wanted.
    pub page: Option<Page>,
    /// Its links that lead nowhere, as written, and why.
    pub broken: BTreeMap<String, &'static str>,
    /// Where nothing fits, what comes nearest.
    pub nearest: Vec<Listed>,
    /// What could not be looked at.
    pub doubts: Vec<Clean>,
}

impl Finding {
    /// A page that comes with the program.
    pub(super) fn starter(Starter { file, text, .. }: &Starter) -> Self {
        let document = Document::read(text, &FrontMatter::default());
        let title = document.title.clone().unwrap_or_else(|| Clean::line(file));
        let about = Listed {
            path: (*file).to_owned(),
            title,
            owner: document.header.owner.clone(),
            kinds: Vec::new(),
            freshness: Freshness::default(),
        };
        Self::of((*file).to_owned(), Page { at: PathBuf::from(file), about, document })
    }

    /// A page that was named.
    fn of(query: String, page: Page) -> Self {
        let hit = Hit { page: page.about.clone(), heading: None, line: 1, score: None };
        Self { query, hits: vec![hit], page: Some(page), ..Self::default() }
    }
}

/// The team's pages, opened for one answer.
pub(super) struct Reader {
    library: Library,
    query: String,
    doubts: Vec<Clean>,
}

/// Opens the pages that are asked for.
pub(super) async fn open(context: &Context, args: &Args, (asked, patience): (&Asked, Duration)) -> Reader {
    let mut library = Library::open(shelf(context, args));
    let mut places: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
    if let Asked::File { at, .. } = asked
        && !places.iter().any(|place| std::fs::canonicalize(place).is_ok_and(|place| at.starts_with(place)))
    {
        places.push(at.clone());
    }
    let taken = context.decisions() == Decisions::Taken;
    let now = context.clock().start();
    let asked = freshness::Asked {
        places: &places,
        rules: &context.team.runbooks,
        keep_in: taken.then_some(context.folder.as_path()),
        patience,
        now,
    };
    let judge = Judge::gather(&asked, &context.folder).await;
    let doubts = judge.histories.doubts.clone();
    library.judge_by(judge);
    Reader { library, query: args.words.join(" "), doubts }
}

/// The team's folders, or those that were named: whoever names one may read it.
fn shelf(context: &Context, args: &Args) -> Shelf {
    let learned = Runs::look_into(&context.folder).ok().flatten().and_then(|runs| runs.learned().ok());
    let mut plan = context.plan();
    if args.dirs.is_empty() {
        return Shelf::of(&plan, learned.unwrap_or_default());
    }
    let here = std::env::current_dir().unwrap_or_default();
    let named: Vec<String> = args.dirs.iter().map(|dir| here.join(dir).display().to_string()).collect();
    plan.team.runbooks.dirs.clear();
    let mut shelf = Shelf::of(&plan, learned.unwrap_or_default());
    // Their index is not the team's, and must not push it out.
    let name = hex(&Sha256::digest(named.join("\n"))[..6]);
    shelf.folder = shelf.folder.map(|folder| folder.join(format!("pages-{name}")));
    shelf.team.runbooks.dirs = named;
    shelf.place.trusted = Trusted::Yes;
    shelf
}

impl Reader {
    /// Finds what was asked for; of a list no page is opened.
    ///
    /// # Errors
    ///
    /// A file that was named cannot be read.
    pub(super) fn find(&mut self, asked: &Asked, listing: Listing) -> Result<Finding, Failure> {
        let unread = |error: &dyn std::fmt::Display| Failure::wrong(format!("cannot show it: {error}"));
        let mut finding = match asked {
            Asked::All => {
                let (listed, doubts) = self.library.list();
                let hit = |page| Hit { page, heading: None, line: 1, score: None };
                Finding { hits: listed.into_iter().map(hit).collect(), doubts, ..Finding::default() }
            }
            Asked::File { anchor, .. } => begun(Finding::of(String::new(), self.page(asked)?), anchor.as_deref()),
            Asked::Kind { id, filled, words } => {
                if let Some(aim) = self.library.of_kind(id, filled) {
                    let page = self.library.page(&aim.path).map_err(|error| unread(&error))?;
                    begun(Finding::of(String::new(), page), aim.anchor.as_deref())
                } else {
                    out::say(&format!("dogwatch: the kind {id} names no runbook that is there; this fits its words"));
                    self.search(&format!("{id} {words}"))
                }
            }
            Asked::Words(words) => self.search(words),
        };
        finding.query.clone_from(&self.query);
        if listing == Listing::No && finding.page.is_none() {
            let best = finding.hits.first().map(|hit| self.library.page(&hit.page.path));
            finding.page = best.transpose().map_err(|error| unread(&error))?;
        }
        if let Some(page) = finding.page.as_ref().filter(|page| self.library.stands(&page.about.path).is_ok()) {
            finding.broken = reading::broken(&self.library, page);
        }
        Ok(finding)
    }

    /// The page of a file that was named.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn page(&self, asked: &Asked) -> Result<Page, Failure> {
        let at = match asked {
            Asked::File { at, .. } => at.as_path(),
            Asked::All | Asked::Kind { .. } | Asked::Words(_) => Path::new(""),
        };
        self.library.file(at).map_err(|error| Failure::wrong(format!("cannot show it: {error}")))
    }

    fn search(&mut self, words: &str) -> Finding {
        let Found { hits, nearest, doubts } = self.library.find(words, MOST);
        Finding { hits, nearest, doubts, ..Finding::default() }
    }

    /// Says what could not be looked at.
    pub(super) fn say_doubts(&self, finding: &Finding) {
        for doubt in self.doubts.iter().chain(&finding.doubts) {
            out::say(&format!("dogwatch: {doubt}"));
        }
    }
}

/// Whether only a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// A list of pages.
    Yes,
    /// The best page itself.
    No,
}

/// The page from this heading on.
fn begun(mut finding: Finding, anchor: Option<&str>) -> Finding {
    let (Some(page), Some(anchor), Some(hit)) = (&finding.page, anchor, finding.hits.first_mut()) else {
        return finding;
    };
    match page.document.section(anchor) {
        Some(section) => {
            let section = &page.document.sections[section];
            (hit.heading, hit.line) = (Some(section.title.clone()), section.line);
        }
        None => out::say(&format!("dogwatch: {} has no heading #{anchor}", Clean::line(&page.about.path))),
    }
    finding
}

/// `dogwatch.runbook/1`.
pub(super) fn json(finding: &Finding) -> Value {
    let hit = |hit: &Hit| {
        let Listed { path, title, owner, kinds, freshness } = &hit.page;
        json!({
            "path": path,
            "title": title,
            "heading": hit.heading,
            "line": hit.line,
            "score": hit.score,
            "owner": owner,
            "kinds": kinds,
            "freshness": told(freshness),
        })
    };
    json!({
        "schema": "dogwatch.runbook/1",
        "query": finding.query,
        "hits": finding.hits.iter().map(hit).collect::<Vec<_>>(),
    })
}

fn told(freshness: &Freshness) -> Value {
    let because = freshness.because.map(|because| match because {
        Because::Worked => "worked",
        Because::Edit | Because::FileTime => "edit",
    });
    json!({
        "state": freshness.state.word(),
        "at": freshness.at.map(json::time),
        "because": because,
        "failed_at": freshness.failed.map(json::time),
        "weak": freshness.because == Some(Because::FileTime),
    })
}

/// A line for each page, wrapped where a terminal reads it.
pub(super) fn list(context: &Context, finding: &Finding) -> Result<(), Failure> {
    let now = context.clock().start();
    let columns = width::columns(word("COLUMNS").as_deref());
    let path = |hit: &Hit| {
        let path = Clean::line(&hit.page.path).to_string();
        if finding.query.is_empty() { path } else { format!("{path}:{}", hit.line) }
    };
    let widest = finding.hits.iter().map(|hit| fit::columns(&path(hit))).max().unwrap_or(0).min(40);
    let lines = finding.hits.iter().flat_map(|hit| {
        let path = path(hit);
        let pad = " ".repeat(widest.saturating_sub(fit::columns(&path)));
        let line = format!("{path}{pad}  {} · {}", hit.page.title, about(&hit.page, now));
        folded(&line, columns)
    });
    out::answer(&lines.collect::<Vec<_>>().join("\n"))
}

/// What is known of a page beside its text: `ana · mcp-tool-failure · stale (edited 284 d ago)`.
pub(super) fn about(page: &Listed, now: DateTime<Utc>) -> String {
    let owner = page.owner.as_ref().map_or("no owner", Clean::as_str);
    let kinds = if page.kinds.is_empty() { String::new() } else { format!("{} · ", page.kinds.join(", ")) };
    format!("{owner} · {kinds}{}", page.freshness.words(now))
}

/// The line in as many as it takes; those that go on are set in.
pub(super) fn folded(line: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns.filter(|columns| fit::columns(line) > *columns) else { return vec![line.to_owned()] };
    let mut lines = fit::wrap(line, columns.saturating_sub(4).max(1));
    for line in lines.iter_mut().skip(1) {
        *line = format!("    {line}");
    }
    lines
}
