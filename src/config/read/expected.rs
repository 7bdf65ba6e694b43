//! What was said of eval findings.
//!
//! Who said it need not be in the team file: an operator whom it does not name has an account's name.

use super::Reader;
use crate::config::expected::{Chosen, ExpectedFile, Quarantined};
use crate::config::house::Expected;
use crate::config::raw::expected::{RawChosen, RawExpectedFile};
use crate::config::raw::house::RawExpected;

impl Reader<'_, '_> {
    pub(super) fn expected_file(&mut self, raw: &RawExpectedFile) -> ExpectedFile {
        ExpectedFile {
            expected: raw.expected.iter().map(|one| self.expected_change(one)).collect(),
            quarantined: raw
                .quarantined
                .iter()
                .map(|one| Quarantined {
                    suite: self.said(&one.suite),
                    cases: self.all_said(&one.cases.all()),
                    reason: self.said(&one.reason),
                    author: self.said(&one.author),
                    until: self.day(&one.until),
                    incident: one.incident.as_ref().map(|incident| incident.value.clone()),
                })
                .collect(),
            pinned: raw.pinned.iter().map(|one| self.chosen(one)).collect(),
            accepted: raw.accepted.iter().map(|one| self.chosen(one)).collect(),
        }
    }

    fn expected_change(&mut self, raw: &RawExpected) -> Expected {
        let author = self.said(&raw.author);
        Expected { author, ..self.expected_by_anybody(raw) }
    }

    fn chosen(&mut self, raw: &RawChosen) -> Chosen {
        Chosen {
            suite: self.said(&raw.suite),
            run: self.said(&raw.run),
            reason: self.said(&raw.reason),
            author: self.said(&raw.author),
        }
    }
}
