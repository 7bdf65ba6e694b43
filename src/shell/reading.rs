//! Opens runbooks for the screen, writes down what was done with them, and
//! sees when the one that is open changes.
//!
//! Nothing here waits for a network, and the screen waits for nothing here: a
//! page is looked for beside it, and what a later key wanted counts.

mod links;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::TimeDelta;

use super::engine::{Engine, told};
use super::freshness::{self, Histories, Judge};
use super::runbooks::{Library, Page, Shelf};
use super::session::Decisions;
use crate::app::event::{Fact, Level};
use crate::app::reading::{Because, Need, Opened, Pages, Wanted};
use crate::domain::runbook::found::Listed;
use crate::domain::runbook::run::{Line, Report, Run};
use crate::domain::text::Clean;
use crate::store::runs::{Runs, Search};

pub use links::broken;

/// So many pages are listed of those that some words find.
const FOUND: usize = 200;
/// So many others are named beside the page that fits an incident best.
const OTHERS: usize = 5;
/// The journal remembers what was told for a day: what is older cannot be told from what was not.
const UNTOLD: TimeDelta = TimeDelta::hours(23);
/// How often the file of the open page is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What the repository said of the pages counts for so long.
const ASK_AGAIN: Duration = Duration::from_mins(1);
/// It may take so long to say it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is being read: of two wishes the later one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Lamp {
    page: Arc<AtomicU64>,
    list: Arc<AtomicU64>,
    /// What the repository said of the pages, and when it was asked.
    histories: Arc<Mutex<Option<(Instant, Histories)>>>,
}

/// One wish among others.
struct Turn(Arc<AtomicU64>, u64);

impl Turn {
    fn take(counter: &Arc<AtomicU64>) -> Self {
        Self(Arc::clone(counter), counter.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Whether nobody has wished for anything since.
    fn is_last(&self) -> bool {
        self.0.load(Ordering::Relaxed) == self.1
    }
}

/// How the page was come by, and what else there is.
struct Chosen {
    page: Page,
    anchor: Option<String>,
    line: usize,
    because: Because,
    others: Vec<Listed>,
}

impl Engine {
    /// Looks for a page.
    pub(super) fn open_page(&self, wanted: Wanted) {
        let (engine, turn) = (self.clone(), Turn::take(&self.lamp().page));
        tokio::task::spawn_blocking(move || {
            match engine.page(&wanted) {
                Ok((opened, at)) => {
                    let (path, freshness) = (opened.page.path.clone(), opened.page.freshness);
                    engine.watch_page(path.clone(), at, turn);
                    engine.report(Fact::PageOpened(Box::new(opened)));
                    // The repository is asked once the page is on screen.
                    let judged = engine.library_judged().page(&path).map(|page| page.about.freshness);
                    if let Ok(newer) = judged
                        && newer != freshness
                    {
                        engine.report(Fact::PageJudged(path, newer));
                    }
                }
                Err(why) => {
                    if let Wanted::Again { path } = wanted {
                        // It may come back.
                        engine.watch_page(path.clone(), engine.place_of_page(&path), turn);
                    }
                    engine.report(Fact::PageMissing(why));
                }
            }
        });
    }

    /// Looks which pages there are, or which fit the words.
    pub(super) fn list_pages(&self, words: String) {
        let (engine, turn) = (self.clone(), Turn::take(&self.lamp().list));
        tokio::task::spawn_blocking(move || {
            // Whoever types on waits for the last word only.
            if !turn.is_last() {
                return;
            }
            let mut library = engine.library_judged();
            let pages = if words.is_empty() {
                let (listed, doubts) = library.list();
                Pages { listed, doubts, ..Pages::default() }
            } else {
                Pages::found(words.clone(), library.find(&words, FOUND))
            };
            engine.report(Fact::PagesListed(Box::new(pages)));
        });
    }

    /// Writes down what was done with a page, in the order of what else is kept.
    pub(super) fn write_line(&self, line: Line) {
        let (engine, folder, now) = (self.clone(), self.folder().to_owned(), self.clock().now());
        self.keeper().later(move |_| {
            engine.report(match Runs::write(&folder, now, &line) {
                Ok((line, run)) => Fact::Written(Box::new(line), Box::new(run)),
                Err(error) => {
                    let text = Clean::line(&format!("not written down: {}", told(&error)));
                    Fact::Told { level: Level::Error, text }
                }
            });
        });
    }

    /// Looks for uses of which an incident has not been told, since a process ended between the two, and tells of them.
    pub(super) fn tell_of_uses(&self) {
        let (engine, folder, now) = (self.clone(), self.folder().to_owned(), self.clock().now());
        self.keeper().later(move |store| {
            let since = now - UNTOLD;
            let lines = Runs::look_into(&folder).ok().flatten().and_then(|runs| runs.lines(None).ok());
            let Ok(entries) = store.journal(since) else { return };
            let told = |run: &Run| {
                let text = Report::of(run).text;
                let mut reports = entries.iter().filter_map(|entry| entry.decision.report());
                reports.any(|report| report.run == run.of.run && report.text == text)
            };
            let recent = |run: &Run| run.of.incident.is_some() && run.last > since && run.last <= now;
            for run in Run::all(lines.unwrap_or_default()).into_iter().filter(|run| recent(run) && !told(run)) {
                engine.report(Fact::Untold(Box::new(run)));
            }
        });
    }

    /// Keeps the words by which a page was found.
    pub(super) fn learn(&self, words: String, page: String) {
        let (engine, folder, now) = (self.clone(), self.folder().to_owned(), self.clock().now());
        self.keeper().later(move |_| {
            let search = Search { at: now, words: Clean::line(&words), page: Some(page) };
            let kept = Runs::open(&folder, now).and_then(|mut runs| runs.remember(&search));
            let (level, text) = match kept {
                Ok(()) => (Level::Done, "these words find it from now on".to_owned()),
                Err(error) => (Level::Error, format!("not kept: {}", told(&error))),
            };
            engine.report(Fact::Told { level, text: Clean::line(&text) });
        });
    }

    /// Where a page lies on this machine.
    pub(super) fn place_of_page(&self, path: &str) -> PathBuf {
        self.home().join(path)
    }

    fn home(&self) -> PathBuf {
        self.plan().team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned()
    }

    /// The pages, judged by what the repository said when it was last asked.
    fn library(&self) -> Library {
        // What cannot be read has taught nothing.
        let learned = Runs::look_into(self.folder()).ok().flatten().and_then(|runs| runs.learned().ok());
        let mut library = Library::open(Shelf::of(self.plan(), learned.unwrap_or_default()));
        if let Some((_, histories)) = self.histories().clone() {
            library.judge_by(Judge::of(histories, self.folder(), self.clock().now()));
        }
        library
    }

    /// The same, with the repository asked again if that was a while ago.
    fn library_judged(&self) -> Library {
        let known = self.histories().as_ref().is_some_and(|(at, _)| at.elapsed() < ASK_AGAIN);
        if !known {
            let library = self.library();
            let places: Vec<PathBuf> = library.folders().map(Path::to_owned).collect();
            let asked = freshness::Asked {
                places: &places,
                rules: &self.plan().team.runbooks,
                keep_in: (self.plan().decisions == Decisions::Taken).then(|| self.folder()),
                patience: PATIENCE,
                now: self.clock().now(),
            };
            let histories = tokio::runtime::Handle::current().block_on(Histories::gather(&asked));
            *self.histories() = Some((Instant::now(), histories));
        }
        self.library()
    }

    fn histories(&self) -> MutexGuard<'_, Option<(Instant, Histories)>> {
        self.lamp().histories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self, wanted: &Wanted) -> Result<(Opened, PathBuf), Clean> {
        let mut library = self.library();
        let named = |path: &str, anchor: Option<String>, because: Because| {
            let page = library.page(path).map_err(|error| Clean::line(&error.to_string()))?;
            Ok::<_, Clean>(Chosen { page, anchor, line: 0, because, others: Vec::new() })
        };
        let chosen = match wanted {
            Wanted::For(need) => chosen_for(&mut library, need)?,
            Wanted::Page { path, anchor, sought } => {
                let because = sought.clone().map_or(Because::Named, Because::Words);
                named(path, anchor.clone(), because)?
            }
            Wanted::Again { path } => named(path, None, Because::Named)?,
            Wanted::Link { from, to } => {
                let (path, anchor) = links::target(from, to)?;
                named(&path, anchor, Because::Named)?
            }
        };
        let Chosen { page, anchor, line, because, others } = chosen;
        let broken = links::broken(&library, &page);
        let path = page.about.path.clone();
        let lines = Runs::look_into(self.folder()).ok().flatten().and_then(|runs| runs.lines(Some(&path)).ok());
        let incident = if let Wanted::For(need) = wanted { Some(need.incident.clone()) } else { None };
        let opened = Opened {
            page: page.about,
            document: Arc::new(page.document),
            broken: Arc::new(broken),
            runs: Run::all(lines.unwrap_or_default()),
            anchor,
            line,
            incident,
            because,
            others,
        };
        Ok((opened, page.at))
    }

    /// Looks at the file of the open page until another one is opened.
    fn watch_page(&self, path: String, at: PathBuf, turn: Turn) {
        let (engine, seen) = (self.clone(), mark(&at));
        tokio::runtime::Handle::current().spawn(async move {
            while turn.is_last() {
                tokio::time::sleep(LOOK).await;
                if turn.is_last() && mark(&at) != seen {
                    return engine.report(Fact::PageChanged(path));
                }
            }
        });
    }
}

/// The page that an incident's kind names, else the best for its title.
fn chosen_for(library: &mut Library, need: &Need) -> Result<Chosen, Clean> {
    let aim = need.kind.as_deref().and_then(|kind| Some((kind, library.of_kind(kind, &need.filled)?)));
    if let Some((kind, aim)) = aim
        && let Ok(page) = library.page(&aim.path)
    {
        let because = Because::Kind(kind.to_owned());
        return Ok(Chosen { page, anchor: aim.anchor, line: 0, because, others: Vec::new() });
    }
    let found = library.find(&need.words, OTHERS);
    let mut hits = found.hits.into_iter();
    let Some(best) = hits.next() else {
        let near: Vec<&str> = found.nearest.iter().map(|page| page.title.as_str()).collect();
        let near = if near.is_empty() { String::new() } else { format!("; the nearest: {}", near.join(", ")) };
        return Err(Clean::line(&format!("no runbook fits “{}”{near}", need.words)));
    };
    let page = library.page(&best.page.path).map_err(|error| Clean::line(&error.to_string()))?;
    let missing = need.kind.as_deref().filter(|kind| library.names_a_page(kind));
    let because = missing.map_or_else(|| Because::Words(need.words.clone()), |kind| Because::Instead(kind.to_owned()));
    // The heading that fits is shown with what stands above it in sight.
    let line = if best.heading.is_some() { best.line } else { 0 };
    Ok(Chosen { page, anchor: None, line, because, others: hits.map(|hit| hit.page).collect() })
}

fn mark(path: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}
