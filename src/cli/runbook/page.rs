//! One page, as it is printed: whole, or one section of it.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::ops::Range;
use std::path::Path;

use ratatui::text::{Line, Span};

use super::Form;
use super::found::{Finding, about, folded, json};
use crate::cli::context::{Context, word};
use crate::cli::exit::{Exit, Failure};
use crate::cli::paint::{self, Ink};
use crate::cli::watch::seat;
use crate::cli::{Global, dress, out};
use crate::domain::runbook::document::Document;
use crate::domain::runbook::freshness::State;
use crate::domain::text::{Clean, Link, whole};
use crate::panes::paper::{Highlight, Links, Manner, Row, rows};
use crate::shell::runbooks::Page;
use crate::shell::screen::Seat;
use crate::shell::width;
use crate::sources::runbooks::bytes;
use crate::theme::Theme;

/// So many other hits are named below the page.
const OTHERS: usize = 5;
/// So many headings are offered for one that is not there.
const OFFERED: usize = 3;

/// Prints the page, or only what lies below this heading.
pub(super) fn print(
    global: &Global,
    context: &Context,
    (mut finding, heading): (Finding, Option<&str>),
    form: Form,
) -> Result<Exit, Failure> {
    let Some(mut page) = finding.page.take() else { return Ok(Exit::Found) };
    let mut lines = None;
    if let Some(wanted) = heading {
        let Some(section) = section(&page.document, wanted) else {
            out::say(&format!("dogwatch: {}", no_heading(&page, wanted)));
            if form == Form::Json {
                out::json(&json(&Finding { query: finding.query, ..Finding::default() }))?;
            }
            return Ok(Exit::Found);
        };
        let begins = &page.document.sections[section];
        lines = Some(extent(&page.document, section));
        finding.hits.truncate(1);
        for hit in &mut finding.hits {
            (hit.heading, hit.line) = (Some(begins.title.clone()), begins.line);
        }
    }
    if let Some(veil) = out::veil() {
        // Its lines are laid out and painted before they are said.
        page.document = Document::read(&veil.text(&page.document.source), &context.team.runbooks.keys);
        page.about.title = veil.clean(&page.about.title);
        page.about.owner = page.about.owner.as_ref().map(|owner| veil.clean(owner));
    }
    match form {
        Form::Json => out::json(&json(&finding))?,
        Form::Path => {
            let line = finding.hits.first().map_or(1, |hit| hit.line);
            out::answer(&format!("{}:{line}", Clean::line(&reachable(&page))))?;
        }
        Form::Raw => raw(&page, lines)?,
        Form::Page | Form::List => {
            for remark in &page.document.remarks {
                out::say(&format!("dogwatch: {}: {remark}", Clean::line(&page.about.path)));
            }
            let sheet = Sheet::new(global, context)?;
            out::answer(&sheet.page(context, (&page, &finding), lines.as_ref()).join("\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// The page's path as it can be opened from here: as it is listed, if that leads there.
fn reachable(page: &Page) -> String {
    let listed = &page.about.path;
    if Path::new(listed).is_file() || !page.at.is_file() { listed.clone() } else { page.at.display().to_string() }
}

/// The section of this name: as a link names it, by its title, or by a part that only one title has.
fn section(document: &Document, wanted: &str) -> Option<usize> {
    let wanted = wanted.trim().trim_start_matches('#').trim();
    let titled = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let titles = document.sections.iter().enumerate();
        titles.filter(|(_, section)| fits(&section.title.as_str().to_lowercase())).map(|(place, _)| place).collect()
    };
    let lower = wanted.to_lowercase();
    let exact = titled(&|title| title == lower);
    if let Some(first) = exact.first() {
        return Some(*first);
    }
    if let Some(named) = document.section(wanted) {
        return Some(named);
    }
    match titled(&|title| title.contains(&lower)).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn no_heading(page: &Page, wanted: &str) -> String {
    let (path, wanted) = (Clean::line(&page.about.path), wanted.trim());
    let lower = wanted.to_lowercase();
    let mut near: Vec<(bool, usize, &str)> = Vec::new();
    for section in &page.document.sections {
        let title = section.title.as_str();
        let known = title.to_lowercase();
        near.push((!known.contains(&lower), strsim::damerau_levenshtein(&known, &lower), title));
    }
    near.sort_unstable();
    let near: Vec<String> = near.iter().take(OFFERED).map(|(_, _, title)| format!("`{title}`")).collect();
    let meant =
        if near.is_empty() { "it has none at all".to_owned() } else { format!("did you mean {}?", near.join(", ")) };
    format!("{path} has no heading `{}`; {meant}", Clean::line(wanted))
}

/// The lines of a section and of those below it.
fn extent(document: &Document, section: usize) -> Range<usize> {
    let begins = &document.sections[section];
    let next = document.sections[section + 1..].iter().find(|other| other.level <= begins.level);
    begins.line..next.map_or(usize::MAX, |next| next.line)
}

/// The file's own bytes where a program reads them; on a terminal nothing in them is obeyed.
fn raw(page: &Page, lines: Option<Range<usize>>) -> Result<(), Failure> {
    let all = match bytes(&page.at) {
        Ok(bytes) => bytes,
        Err(_) if !page.at.is_file() => page.document.source.clone().into_bytes(),
        Err(why) => return Err(Failure::wrong(format!("cannot show {}: {why}", page.at.display()))),
    };
    let kept: Vec<u8> = match lines {
        None => all,
        Some(lines) => {
            let each = all.split_inclusive(|byte| *byte == b'\n').enumerate();
            each.filter(|(place, _)| lines.contains(&(place + 1))).flat_map(|(_, line)| line).copied().collect()
        }
    };
    if std::io::stdout().is_terminal() {
        let text = String::from_utf8_lossy(&kept);
        return out::answer(whole(&text).trim_end_matches('\n'));
    }
    out::bytes(&kept)
}

/// How pages are printed here.
struct Sheet {
    ink: Ink,
    theme: Theme,
    width: u16,
}

impl Sheet {
    fn new(global: &Global, context: &Context) -> Result<Self, Failure> {
        let (ink, depth) = paint::ink(global, context);
        let mut theme = dress::dress(context, global.theme.as_deref(), depth)?.theme;
        // A page that is printed lies on the terminal's own paper.
        theme.text.bg = None;
        Ok(Self { ink, theme, width: width::page(word("COLUMNS").as_deref()) })
    }

    fn page(&self, context: &Context, (page, finding): (&Page, &Finding), lines: Option<&Range<usize>>) -> Vec<String> {
        let mut out = self.head(context, (page, finding));
        let manner = Manner {
            width: self.width,
            theme: &self.theme,
            links: if self.ink == Ink::Links { Links::Plain } else { Links::Numbered },
            highlight: if self.ink == Ink::Plain || seat() == Seat::Elsewhere { Highlight::Off } else { Highlight::On },
            broken: &finding.broken,
        };
        let wanted = |row: &Row| lines.is_none_or(|lines| lines.contains(&row.source));
        let addresses: BTreeMap<usize, String> = page
            .document
            .links
            .iter()
            .enumerate()
            .filter_map(|(place, link)| Some((place, address(page, &link.to)?)))
            .collect();
        let mut body: Vec<String> = Vec::new();
        for row in rows(&page.document, &manner).iter().filter(|row| wanted(row)) {
            let lead: Vec<(Range<u16>, String)> = row
                .links
                .iter()
                .filter_map(|(columns, place)| Some((columns.clone(), addresses.get(place)?.clone())))
                .collect();
            let text = paint::line(&row.line, &lead, self.ink);
            body.push(if row.wide || self.ink != Ink::Plain { text } else { text.trim_end().to_owned() });
        }
        let ends = body.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
        body.truncate(ends);
        let begins = body.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
        out.push(String::new());
        out.extend(body.drain(begins..));
        out.extend(self.others(finding));
        out
    }

    /// What there is to know before reading: where it lies, whose it is, whether it can be relied on, what fits.
    fn head(&self, context: &Context, (page, finding): (&Page, &Finding)) -> Vec<String> {
        let now = context.clock().start();
        let theme = &self.theme;
        let mut lines = self.folded(Clean::line(&page.about.path).as_str(), theme.title);
        if page.at.is_file() {
            let state = match page.about.freshness.state {
                State::Fresh => theme.dim,
                State::Stale | State::Unused => theme.warning,
            };
            lines.extend(self.folded(&about(&page.about, now), state));
        }
        if let Some((heading, line)) = finding.hits.first().and_then(|hit| Some((hit.heading.as_ref()?, hit.line))) {
            lines.extend(self.folded(&format!("→ {heading} (line {line})"), theme.matched));
        }
        lines
    }

    fn others(&self, finding: &Finding) -> Vec<String> {
        let others: Vec<_> = finding.hits.iter().skip(1).take(OTHERS).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let mut lines = vec![String::new()];
        lines.extend(self.folded("Others that fit:", self.theme.heading));
        for hit in others {
            let heading = hit.heading.as_ref().map(|heading| format!(" → {heading}")).unwrap_or_default();
            let line = format!("  {}:{}  {}{heading}", Clean::line(&hit.page.path), hit.line, hit.page.title);
            lines.extend(self.folded(&line, self.theme.dim));
        }
        lines
    }

    fn folded(&self, text: &str, style: ratatui::style::Style) -> Vec<String> {
        let lines = folded(text, Some(usize::from(self.width)));
        lines.into_iter().map(|line| paint::line(&Line::from(Span::styled(line, style)), &[], self.ink)).collect()
    }
}

/// What a link's text may open where it is clicked: a web address, or a file of this machine.
fn address(page: &Page, to: &str) -> Option<String> {
    if let Some(link) = Link::parse(to) {
        return Some(link.as_str().to_owned());
    }
    if seat() == Seat::Elsewhere || to.contains(':') || to.starts_with(['#', '/']) {
        return None;
    }
    let file = to.split(['#', '?']).next().filter(|file| !file.is_empty())?;
    let at = std::fs::canonicalize(page.at.parent()?.join(file)).ok()?;
    url::Url::from_file_path(at).ok().map(|url| url.to_string())
}
