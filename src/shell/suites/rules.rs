//! What people have said about suites and cases, looked up in what was read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};

use super::Suites;
use crate::config::ExpectedFile;
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::{Rules, Spoken, Story};
use crate::domain::evals::gather::Filed;
use crate::domain::text::Clean;
use crate::shell::words;
use crate::sources::evals::folder::mark_of;
use crate::store::results::FileMark;

/// What has been said in the file beside the team file, as it was last heard.
#[derive(Debug, Default)]
pub(super) struct Words {
    said: ExpectedFile,
    mark: Option<FileMark>,
    /// Why the file as it is now counts for nothing; what it said before holds on.
    pub trouble: Option<Clean>,
    heard: Heard,
}

/// Whether the file has been read in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Heard {
    #[default]
    Never,
    Once,
}

/// So long whoever has said something of an incident has for closing it themselves.
const THEIR_TURN: TimeDelta = TimeDelta::minutes(1);

impl Words {
    /// Whether there is something that nobody could read, and nothing from before: what it excuses is not known.
    pub(super) fn are_unknown(&self) -> bool {
        self.trouble.is_some() && self.heard == Heard::Never
    }

    /// The incidents of which something has been said so lately that whoever said it is about to close them.
    pub(super) fn being_closed(&self) -> BTreeSet<&str> {
        let written = self.mark.map(|mark| DateTime::from_timestamp_nanos(mark.modified));
        if written.is_none_or(|at| (Utc::now() - at).abs() > THEIR_TURN) {
            return BTreeSet::new();
        }
        let expected = self.said.expected.iter().filter_map(|one| one.incident.as_deref());
        expected.chain(self.said.quarantined.iter().filter_map(|one| one.incident.as_deref())).collect()
    }
}

/// Whether something else is said now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// All is as it was.
    TheSame,
    /// Other words.
    Anew,
}

impl Suites {
    /// Hears again what is said, if the file is another one.
    pub(super) async fn hear(&mut self) -> Said {
        let (home, before) = (self.home.clone(), self.words.mark);
        let heard = tokio::task::spawn_blocking(move || {
            let mark = mark_of(&words::place(&home));
            (mark != before).then(|| (mark, words::heard(&home)))
        });
        match heard.await {
            Ok(Some((mark, Ok(said)))) => {
                let same = said == self.words.said;
                self.words = Words { said, mark, trouble: None, heard: Heard::Once };
                if same { Said::TheSame } else { Said::Anew }
            }
            Ok(Some((mark, Err(why)))) => {
                (self.words.mark, self.words.trouble) = (mark, Some(why.clone()));
                self.tell(Some(why)).await;
                Said::TheSame
            }
            // Nothing new, or the end of the program.
            Ok(None) | Err(_) => Said::TheSame,
        }
    }

    /// Everything that is said of this source: in the team file, and beside it.
    pub(super) fn spoken(&self) -> Spoken {
        let mut said = self.words.said.clone();
        said.expected.splice(0..0, self.engine.plan().team.expected.iter().cloned());
        let mut spoken = Spoken::of(&self.source, said, self.engine.plan().team.team.timezone);
        spoken.default_branch.clone_from(&self.branch);
        spoken
    }

    /// As rules for these runs.
    pub(super) async fn rules(&self, runs: &[Filed]) -> Rules {
        let keys = runs.iter().flat_map(|filed| filed.record.cases.iter().map(|case| case.key));
        let keys: HashSet<CaseKey> = keys.collect();
        let names = self.names(keys.into_iter().collect()).await;
        self.spoken().rules(runs, &names)
    }

    /// What is known of the cases of new runs; none if that may change what holds for others.
    pub(super) async fn know(&self, story: &mut Story, fresh: &[Filed]) -> Option<()> {
        let spoken = self.spoken();
        for filed in fresh {
            if spoken.names_cases_of(&filed.row.suite) || story.is_of_another_branch(filed) {
                return None;
            }
            let names = self.names(filed.record.cases.iter().map(|case| case.key).collect()).await;
            let known = names.iter().filter_map(|(key, named)| Some((*key, spoken.known(named)?)));
            let known: BTreeMap<CaseKey, _> = known.collect();
            story.know(filed.record.suite, (spoken.floor, &known));
        }
        Some(())
    }
}

/// The branch that a clone of this folder's repository was made of; none if it does not say.
pub(super) fn default_branch(home: &std::path::Path) -> Option<String> {
    let path: PathBuf = home.join(".git/refs/remotes/origin/HEAD");
    let text = std::fs::read_to_string(path).ok()?;
    text.trim().strip_prefix("ref: refs/remotes/origin/").map(str::to_owned)
}
