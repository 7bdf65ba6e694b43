//! From what an operator says of a finding to what is written down beside the
//! team file: which cases of which suite, and from which run on.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use glob::Pattern;

use super::evidence::is_flaky;
use super::{Finding, Kind};
use crate::config::{Expected, ExpectedEntry, Quarantined};
use crate::domain::evals::CaseKey;
use crate::domain::evals::gather::{Filed, Named};
use crate::domain::evals::stats::Past;
use crate::domain::hash::hex;
use crate::domain::order::natural;
use crate::domain::text::Clean;

/// At most one case in so many of a suite is in quarantine.
pub const QUARANTINE_SHARE: usize = 10;
/// So many digits name a run that has no name of its own.
const DIGITS: usize = 12;

/// What is said of a finding, whatever it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// For people to read.
    pub reason: String,
    /// Who says so.
    pub author: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// Patterns of the cases that are meant; empty: those of the finding.
    pub cases: Vec<String>,
    /// The incident of which it is said.
    pub incident: String,
}

/// Why something cannot be said of a finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    /// The suite's name is not known any more.
    #[error("none of its runs is known any more; `dogwatch sync` reads them again")]
    NoRun,
    /// That a run died says nothing of what it should have said.
    #[error("a run that dies is not expected: mend it, or close it as wontfix")]
    Died,
    /// A flake is a case.
    #[error("only cases can be flaky; of a suite as a whole say `expected`")]
    NoCases,
    /// It fails always: that is broken.
    #[error("`{0}` has not passed once in its last {1} trials: that is broken, not flaky")]
    Broken(String, u64),
    /// Too much would be in quarantine.
    #[error("at most {most} of the suite's {of} cases may be in quarantine, and {there} are; mend one first")]
    TooMany {
        /// How many may be.
        most: usize,
        /// Of how many cases.
        of: usize,
        /// How many are.
        there: usize,
    },
}

/// What is known beside the finding.
pub struct About<'a> {
    /// The last runs of its suite, in any order.
    pub runs: &'a [Filed],
    /// What its cases are called.
    pub names: &'a BTreeMap<CaseKey, Named>,
}

impl About<'_> {
    fn newest(&self) -> Option<&Filed> {
        self.runs.iter().max_by_key(|filed| filed.record.at)
    }

    /// The first run that shows the finding, as it is named in the file.
    fn first(&self, finding: &Finding) -> Option<String> {
        let first = finding.candidate.first()?;
        let row = self.runs.iter().find(|filed| filed.record.run == *first).map(|filed| &filed.row);
        // A name that would not be read as it is written names no run.
        let plain = |name: &String| !name.is_empty() && Clean::line(name).as_str() == name;
        let own = row.and_then(|row| row.run_id.clone()).filter(plain);
        Some(own.unwrap_or_else(|| hex(&first.0).chars().take(DIGITS).collect()))
    }

    fn named(&self, finding: &Finding) -> Vec<String> {
        let mut named: Vec<&Named> = finding.cases.iter().filter_map(|key| self.names.get(key)).collect();
        named.sort_by(|one, other| natural(one.name.as_str(), other.name.as_str()));
        named.into_iter().map(|case| Pattern::escape(case.name.as_str())).collect()
    }
}

/// That a change was meant: from the first run that shows it, its cases have a new normal.
///
/// # Errors
///
/// [`Unsayable`].
pub fn expected(finding: &Finding, about: &About<'_>, word: Word) -> Result<ExpectedEntry, Unsayable> {
    if finding.kind == Kind::Errors {
        return Err(Unsayable::Died);
    }
    let newest = about.newest().ok_or(Unsayable::NoRun)?;
    // What breaks later is nothing that was meant: all cases stand in only where nobody knows which.
    let known = if finding.kind.is_regression() { about.named(finding) } else { Vec::new() };
    let own = if known.is_empty() { vec!["*".to_owned()] } else { known };
    Ok(ExpectedEntry::Expected(Expected {
        suite: newest.row.suite.clone(),
        cases: if word.cases.is_empty() { own } else { word.cases },
        from: about.first(finding).ok_or(Unsayable::NoRun)?,
        reason: word.reason,
        author: word.author,
        until: word.until,
        incident: Some(word.incident),
    }))
}

/// That cases are known to do either; `there` are in quarantine already.
///
/// # Errors
///
/// [`Unsayable`]: what always fails is broken, and a tenth of a suite is the most.
pub fn quarantined(finding: &Finding, about: &About<'_>, there: usize, word: Word) -> Result<ExpectedEntry, Unsayable> {
    let newest = about.newest().ok_or(Unsayable::NoRun)?;
    if finding.kind != Kind::CaseRegression || finding.cases.is_empty() {
        return Err(Unsayable::NoCases);
    }
    for key in &finding.cases {
        let tallies = || about.runs.iter().filter_map(|filed| filed.record.tally(*key));
        let pooled = tallies().fold(Past::default(), |sum, tally| Past {
            passed: sum.passed + u64::from(tally.passed),
            failed: sum.failed + u64::from(tally.failed),
        });
        let mixed = tallies().any(|tally| tally.passed > 0 && tally.failed > 0);
        if !mixed && !is_flaky(pooled) && pooled.passed == 0 {
            let name = about.names.get(key).map(|case| case.name.to_string()).unwrap_or_default();
            return Err(Unsayable::Broken(name, pooled.trials()));
        }
    }
    let of = newest.record.cases.len();
    let most = of / QUARANTINE_SHARE;
    if there + finding.cases.len() > most {
        return Err(Unsayable::TooMany { most, of, there });
    }
    let cases = if word.cases.is_empty() { about.named(finding) } else { word.cases };
    let (suite, reason, author) = (newest.row.suite.clone(), word.reason, word.author);
    let incident = Some(word.incident);
    Ok(ExpectedEntry::Quarantined(Quarantined { suite, cases, reason, author, until: word.until, incident }))
}
