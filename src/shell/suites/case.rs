//! One case of a finding in full: the files of two runs are opened when
//! somebody looks, and what was read is forgotten with the answer.
//!
//! Only a few files are tried, and the thread that does it is nobody else's:
//! neither the queue nor the store waits. Where a file cannot be opened, its
//! place in the answer says why.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::scenes::Whence;
use crate::app::event::Fact;
use crate::domain::evals::evidence::case::{NO_EARLIER, Opened, Side, below};
use crate::domain::evals::evidence::{Scene, Sheet, commit, strip};
use crate::domain::evals::gather::Filed;
use crate::domain::evals::history::RunKey;
use crate::domain::evals::{CaseKey, Guard, Outcome, Run, Trial};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::shell::engine::Engine;
use crate::sources::evals::artifacts::is_place;
use crate::sources::evals::file;
use crate::store::results::Results;

/// So many files of runs are opened for one side of a case.
const TRIES: usize = 4;

/// Which trials of a run say the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// One that shows what is wrong.
    Bad,
    /// One that shows how it should be.
    Good,
}

/// What a case is looked up by in the files.
struct Sought<'a> {
    results: &'a Results,
    whence: &'a Whence,
    now: DateTime<Utc>,
    key: CaseKey,
    guard: Option<Guard>,
}

impl Engine {
    /// Reports what cases there are to step through.
    pub(in crate::shell) fn load_cases(&self, signal: IncidentId) {
        let engine = self.clone();
        tokio::spawn(async move {
            let sheet = engine.scene(&signal).await.map(|scene| Arc::new(Sheet::of(&scene)));
            engine.report(Fact::CasesLoaded { signal, sheet });
        });
    }

    /// Opens one case and reports it.
    pub(in crate::shell) fn load_case(&self, signal: IncidentId, case: CaseKey) {
        let engine = self.clone();
        tokio::spawn(async move {
            let opened = match engine.scene(&signal).await {
                Some(scene) => engine.open_cases(&signal, &scene, vec![case]).await.pop(),
                None => None,
            };
            let gone = || Clean::line("Its runs are not known here any more.");
            // The screen breaks lines at its own width.
            let page = opened.map_or_else(gone, |opened| below(&opened, usize::MAX));
            engine.report(Fact::CaseLoaded { signal, case, page });
        });
    }

    /// These cases of a finding in full, in their order; each is opened anew.
    pub async fn open_cases(&self, signal: &IncidentId, scene: &Scene, cases: Vec<CaseKey>) -> Vec<Opened> {
        let Some(whence) = self.whence(signal) else { return Vec::new() };
        let (folder, now, scene) = (self.folder().to_owned(), self.clock().now(), scene.clone());
        let open = move || {
            let Ok(results) = Results::open(&folder) else { return Vec::new() };
            let all = scene.cases();
            let place = |key: &CaseKey| all.iter().position(|one| one == key).map_or(0, |at| at + 1);
            let strips = strip::strips(&scene);
            let measured = &scene.finding.baseline;
            let before = if measured.is_empty() { scene.earlier() } else { measured.clone() };
            let open = |key: CaseKey| {
                let guard = scene.guard(key);
                let sought = Sought { results: &results, whence: &whence, now, key, guard };
                let marks = strips.iter().find(|strip| strip.key == key).map(|strip| strip.marks.clone());
                Opened {
                    name: scene.name(key),
                    place: (place(&key), all.len()),
                    marks: marks.unwrap_or_default(),
                    before: sought.side(&before, Wanted::Good),
                    now: sought.side(&scene.finding.candidate, Wanted::Bad),
                }
            };
            cases.into_iter().map(open).collect()
        };
        // Cancelled, as only at the end of the program.
        tokio::task::spawn_blocking(open).await.unwrap_or_default()
    }
}

impl Sought<'_> {
    /// The trial that says the most, of the newest of these runs that has one; else another of theirs; else why not.
    fn side(&self, runs: &[RunKey], wanted: Wanted) -> Result<Side, Clean> {
        let none = if runs.is_empty() { NO_EARLIER } else { "no run of it is known any more" };
        let mut why = Clean::line(none);
        let mut second = None;
        let mut tries = 0;
        for run in runs.iter().rev() {
            for filed in self.results.files_of(*run).unwrap_or_default() {
                let Some(tally) = filed.record.tally(self.key).filter(|tally| tally.guard == self.guard) else {
                    why = Clean::line("no run that asked the same is known any more");
                    continue;
                };
                let bad = tally.failed > 0 || tally.errored > 0;
                let serves = if wanted == Wanted::Bad { bad } else { tally.passed > 0 };
                if (!serves && second.is_some()) || tries == TRIES {
                    continue;
                }
                tries += 1;
                match self.open(&filed, wanted) {
                    Ok(side) if serves => return Ok(side),
                    Ok(side) => second = Some(side),
                    Err(reason) => why = reason,
                }
            }
        }
        second.ok_or(why)
    }

    fn open(&self, filed: &Filed, wanted: Wanted) -> Result<Side, Clean> {
        let path = &filed.row.file;
        if is_place(path) {
            return Err(Clean::line("the run came out of an artifact, whose transcripts are not kept"));
        }
        let name = path.strip_prefix(&self.whence.home).unwrap_or(path).display().to_string();
        let trouble = |why: &str| Clean::line(&format!("{name}: {why}"));
        if !Path::new(path).exists() {
            return Err(trouble("the file is gone"));
        }
        let (tool, runs) = file::read(path, self.now, self.whence.pass_at).map_err(|skip| trouble(&skip.reason))?;
        let changed = || trouble("the file holds something else than when it was read");
        let run = runs.iter().find(|run| RunKey::of(run) == filed.record.run).ok_or_else(changed)?;
        let place = run.cases.iter().position(|case| case.key == self.key).ok_or_else(changed)?;
        let trial = telling(run, place, wanted).ok_or_else(changed)?;
        let case = run.cases.get(place).ok_or_else(changed)?;
        let sample = file::open_sample(path, tool, case, trial).map_err(|skip| trouble(&skip.reason))?;
        Ok(Side { run: called(run), outcome: trial.outcome, sample })
    }
}

/// The trial of a case that says the most.
fn telling(run: &Run, place: usize, wanted: Wanted) -> Option<&Trial> {
    let own = run.trials.iter().filter(|trial| trial.case as usize == place);
    own.min_by(|one, other| {
        let score = |trial: &Trial| trial.score.unwrap_or_default();
        let by_score = match wanted {
            Wanted::Bad => score(one).total_cmp(&score(other)),
            Wanted::Good => score(other).total_cmp(&score(one)),
        };
        rank(one.outcome, wanted).cmp(&rank(other.outcome, wanted)).then(by_score)
    })
}

const fn rank(outcome: Outcome, wanted: Wanted) -> u8 {
    match (outcome, wanted) {
        (Outcome::Failed, Wanted::Bad) | (Outcome::Passed, Wanted::Good) => 0,
        (Outcome::Errored, Wanted::Bad) | (Outcome::Failed, Wanted::Good) => 1,
        (Outcome::Unscored, Wanted::Bad | Wanted::Good) => 2,
        (Outcome::Passed, Wanted::Bad) | (Outcome::Errored, Wanted::Good) => 3,
        (Outcome::Skipped, Wanted::Bad | Wanted::Good) => 4,
    }
}

/// A run by its commit and its time.
fn called(run: &Run) -> Clean {
    let sha = run.git_sha.as_deref().and_then(commit).map(|sha| format!("`{sha}`"));
    let at = run.started_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    let words: Vec<String> = [sha, at].into_iter().flatten().collect();
    Clean::line(&if words.is_empty() { "a run without a time".to_owned() } else { words.join(", ") })
}
