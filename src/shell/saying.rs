//! What an operator says of eval findings, written down: the finding is looked
//! up in what is remembered of results, and the file beside the team file says
//! it from then on.

mod doubts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::engine::{Engine, told};
use super::words;
use crate::app::event::{Fact, Level};
use crate::app::saying::{Said, Saying};
use crate::config::{ExpectedEntry, ExpectedFile};
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::word::{self, About, Word};
use crate::domain::evals::findings::{Finding, Spoken};
use crate::domain::evals::gather::{Filed, Named};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::CloseReason;
use crate::domain::text::Clean;
use crate::store::results::Results;

/// So many runs of a suite tell whether a case flakes.
const RUNS: u32 = 20;

/// Where things lie, and who speaks.
#[derive(Debug, Clone)]
pub struct Speaker {
    /// The team file's folder.
    pub home: PathBuf,
    /// The store's folder.
    pub data: PathBuf,
    /// The operator: a person's id, or the name of an account.
    pub me: String,
}

impl Speaker {
    /// Writes down what is said of each of these findings; `name` is what people call an incident, and it is said of
    /// the signal that it stands for.
    pub fn say(&self, saying: Saying, findings: &[(IncidentId, IncidentId)]) -> Said {
        let (mut ids, mut refused) = (Vec::new(), Vec::new());
        for (id, signal) in findings {
            match self.say_one(&saying, signal) {
                Ok(()) => ids.push(id.clone()),
                Err(why) => refused.push((id.clone(), why)),
            }
        }
        Said { saying: Saying { ids, ..saying }, refused }
    }

    fn say_one(&self, saying: &Saying, signal: &IncidentId) -> Result<(), Clean> {
        let (finding, runs, results) = self.look_up(signal)?;
        let names = results.names(&finding.cases).map_err(|error| told(&error))?;
        let about = About { runs: &runs, names: &names };
        let word = Word {
            reason: saying.reason.clone(),
            author: self.me.clone(),
            until: saying.until,
            cases: saying.cases.clone(),
            incident: signal.to_string(),
        };
        let entry = if saying.verdict == CloseReason::Flaky {
            let cases = runs.first().map(|filed| filed.record.cases.iter().map(|case| case.key).collect::<Vec<_>>());
            let all = results.names(&cases.unwrap_or_default()).map_err(|error| told(&error))?;
            let there = in_quarantine(words::heard(&self.home)?, &finding, (&runs, &all));
            word::quarantined(&finding, &about, there, word)
        } else {
            word::expected(&finding, &about, word)
        };
        let entry = entry.map_err(|why| Clean::line(&why.to_string()))?;
        self.write(&entry)
    }

    /// Whether this run of this suite has been read here.
    ///
    /// # Errors
    ///
    /// What is remembered of results cannot be read.
    pub fn knows(&self, suite: &str, run: &str) -> Result<bool, Clean> {
        let results = Results::open(&self.data).map_err(|error| told(&error))?;
        let runs = results.named(run).map_err(|error| told(&error))?;
        Ok(runs.iter().any(|filed| filed.row.suite == suite))
    }

    /// Adds this to the file.
    ///
    /// # Errors
    ///
    /// As [`words::say`].
    pub fn write(&self, entry: &ExpectedEntry) -> Result<(), Clean> {
        words::say(&self.home, &self.data, entry)
    }

    /// Takes out what was said of this finding.
    ///
    /// # Errors
    ///
    /// As [`words::unsay`].
    pub fn unsay(&self, signal: &IncidentId) -> Result<(), Clean> {
        words::unsay(&self.home, &self.data, signal.as_str())
    }

    /// Takes out what was said last of this suite, and of no finding; as it stood there.
    ///
    /// # Errors
    ///
    /// As [`words::unsay_word`].
    pub fn unsay_word(&self, suite: &str) -> Result<String, Clean> {
        words::unsay_word(&self.home, &self.data, suite)
    }

    fn look_up(&self, signal: &IncidentId) -> Result<(Finding, Vec<Filed>, Results), Clean> {
        let unknown = || Clean::line("its finding is not known here; `dogwatch sync` reads the results again");
        let (source, print) = signal.as_str().rsplit_once(':').ok_or_else(unknown)?;
        let results = Results::open(&self.data).map_err(|error| told(&error))?;
        let found = results.finding(&SourceId::new(source), print).map_err(|error| told(&error))?;
        let finding = found.ok_or_else(unknown)?;
        let mut runs = results.last_of(finding.suite, RUNS).map_err(|error| told(&error))?;
        if let Some(first) = finding.candidate.first()
            && !runs.iter().any(|filed| filed.record.run == *first)
        {
            runs.extend(results.files_of(*first).map_err(|error| told(&error))?);
        }
        Ok((finding, runs, results))
    }
}

/// How many cases of the suite are in quarantine by what is said now.
fn in_quarantine(said: ExpectedFile, finding: &Finding, (runs, names): (&[Filed], &BTreeMap<CaseKey, Named>)) -> usize {
    let rules = Spoken { said, ..Spoken::default() }.rules(runs, names);
    rules.quarantine.iter().filter(|entry| entry.suite == finding.suite).count()
}

impl Engine {
    /// Who speaks here.
    pub fn speaker(&self) -> Speaker {
        let plan = self.plan();
        let home = plan.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let me = plan.personal.me.clone().unwrap_or_else(|| plan.account.clone());
        Speaker { home, data: plan.folder.clone(), me }
    }

    pub(super) fn say(&self, saying: Saying, findings: Vec<(IncidentId, IncidentId)>) {
        let engine = self.clone();
        tokio::task::spawn_blocking(move || {
            let said = engine.speaker().say(saying, &findings);
            engine.has_spoken();
            engine.report(Fact::Said(said));
        });
    }

    pub(super) fn unsay(&self, signal: IncidentId) {
        let engine = self.clone();
        // In its turn: what is not taken back in the journal stands in the file, too.
        self.keeper().later(move |_| {
            if engine.is_unrecorded() {
                return;
            }
            match engine.speaker().unsay(&signal) {
                Ok(()) => engine.has_spoken(),
                Err(text) => engine.report(Fact::Told { level: Level::Error, text }),
            }
        });
    }
}
