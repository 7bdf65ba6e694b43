//! Which runbooks were used in the cycle and whether they helped, which are
//! not to be relied on, and what people sought and did not find.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Ground, Missing, PageUse, Runbooks, Searched};
use crate::domain::runbook::freshness::State;
use crate::domain::runbook::run::Went;
use crate::domain::text::Clean;

pub(super) fn of(ground: &Ground<'_>, cases: &[Case<'_>]) -> Runbooks {
    let pages = ground.notes.pages.as_deref();
    let ever: BTreeSet<&str> = ground.notes.runs.iter().map(|run| run.of.page.as_str()).collect();
    let shown = |page: &super::Page| Clean::line(&page.path);
    Runbooks {
        used: used(ground),
        missing: missing(ground, cases),
        pages: pages.map(<[_]>::len),
        stale: pages.into_iter().flatten().filter(|page| page.freshness == State::Stale).map(shown).collect(),
        never_used: pages.into_iter().flatten().filter(|page| !ever.contains(page.path.as_str())).map(shown).collect(),
        searches: searches(ground),
    }
}

/// Uses that began in the cycle, and how they had ended when it did.
fn used(ground: &Ground<'_>) -> Vec<PageUse> {
    let mut used: BTreeMap<&str, PageUse> = BTreeMap::new();
    for run in ground.notes.runs.iter().filter(|run| ground.has(run.begun)) {
        let page = used.entry(&run.of.page).or_default();
        page.used += 1;
        page.practice += usize::from(run.of.incident.is_none());
        let ended = run.ended.as_ref().filter(|(_, _, at, _)| *at < ground.end());
        match ended.map(|(went, ..)| went) {
            Some(Went::Worked) => page.worked += 1,
            Some(Went::Failed) => page.failed += 1,
            Some(Went::NotThisOne) | None => {}
        }
    }
    used.into_iter().map(|(page, told)| PageUse { page: page.to_owned(), ..told }).collect()
}

/// Kinds without a runbook that had incidents in the cycle, in the order of the file.
fn missing(ground: &Ground<'_>, cases: &[Case<'_>]) -> Vec<Missing> {
    let mut opened: BTreeMap<usize, usize> = BTreeMap::new();
    for case in cases.iter().filter(|case| ground.has(case.story.opened_at())) {
        if let Some(kind) = case.story.class.kind {
            *opened.entry(kind).or_default() += 1;
        }
    }
    let kinds = ground.model.team.kinds.iter().enumerate().filter(|(_, kind)| kind.runbook.is_none());
    kinds.filter_map(|(at, kind)| Some(Missing { kind: kind.id.clone(), incidents: *opened.get(&at)? })).collect()
}

/// Words of the cycle that opened nothing, and have not led anywhere since; the most frequent first.
fn searches(ground: &Ground<'_>) -> Vec<Searched> {
    let key = |words: &Clean| words.as_str().to_lowercase();
    let led: BTreeSet<String> =
        ground.notes.searches.iter().filter(|one| one.page.is_some()).map(|one| key(&one.words)).collect();
    let mut vain: BTreeMap<String, Searched> = BTreeMap::new();
    for one in ground.notes.searches.iter().filter(|one| one.page.is_none() && ground.has(one.at)) {
        let key = key(&one.words);
        if !led.contains(&key) && !one.words.is_empty() {
            let words = one.words.clone();
            vain.entry(key).or_insert(Searched { words, times: 0 }).times += 1;
        }
    }
    let mut vain: Vec<Searched> = vain.into_values().collect();
    vain.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.words.cmp(&other.words)));
    vain
}
