//! What the team file could say better, each with its reason and the count
//! behind it. Nothing here changes anything: it ends in a diff that a person
//! may apply.

mod hand;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use similar::TextDiff;

use super::{Case, Clockwork, Figures, Ground, Review, Spread, Which, counts, on_clock, round_above, spread};
use crate::config::{Does, ModelChange, Severity};
use crate::domain::calendar::today;
use crate::domain::runbook::run::Went;

/// A clock is judged by so many incidents at least.
const ENOUGH: usize = 4;
/// A waiver that ends within so many days is about to end.
const ABOUT: u64 = 28;
/// No more searches than these are told.
const SEARCHES: usize = 5;
/// A cadence that was missed so often is proposed to be changed.
const MISSED: usize = 2;

/// One thing that the team file could say better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What sort: `ack`, `triage-rule`, `runbook`, `symptoms`, `waiver`, `cadence`, `owner`.
    pub rule: String,
    /// What it is about, as findings name it: `severity:SEV3`.
    pub subject: String,
    /// The evidence and what may be done, in a sentence.
    pub reason: String,
    /// How many there are behind it.
    pub n: usize,
    /// Of how many; none where it is not a share.
    pub of: Option<usize>,
    /// Whether the diff holds it.
    pub in_diff: bool,
}

/// The same, with what it would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// What is told.
    pub said: Proposal,
    /// What it would change in the team file; none where only a person can say.
    pub change: Option<ModelChange>,
}

impl Proposed {
    fn new((rule, subject): (&str, String), (n, of): (usize, Option<usize>), reason: String) -> Self {
        let said = Proposal { rule: rule.to_owned(), subject, reason, n, of, in_diff: false };
        Self { said, change: None }
    }

    fn doing(mut self, (list, nth): (&'static str, Option<usize>), does: Does) -> Self {
        let because = self.said.reason.clone();
        self.change = nth.map(|nth| ModelChange { list, nth, does, because });
        self
    }
}

impl Review {
    /// Writes what is proposed into the text of a team file, and keeps the difference. `path` is how the file is
    /// called from the top of its repository.
    pub fn draft(&mut self, proposed: &[Proposed], (text, path): (&str, &str)) {
        let mut drafted = text.to_owned();
        // What is put in moves what stands behind it: from the end to the beginning.
        let mut order: Vec<usize> = (0..proposed.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(proposed[*at].change.as_ref().map(|change| change.nth)));
        for at in order {
            let made = proposed[at].change.as_ref().and_then(|change| change.made_in(&drafted));
            if let Some(said) = self.proposals.get_mut(at) {
                said.in_diff = made.is_some();
            }
            drafted = made.unwrap_or(drafted);
        }
        self.diff = diff((text, &drafted), path);
    }
}

/// A unified diff as `git apply` takes it; empty if nothing differs.
fn diff((old, new): (&str, &str), path: &str) -> String {
    if old == new {
        return String::new();
    }
    // A name with blanks in it ends at a tab.
    let end = if path.contains(char::is_whitespace) { "\t" } else { "" };
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}{end}"), &format!("b/{path}{end}")).to_string()
}

/// All proposals, in the order in which they are told.
pub(super) fn of(
    ground: &Ground<'_>,
    (works, cases): (&Clockwork<'_>, &[Case<'_>]),
    figures: &Figures,
) -> Vec<Proposed> {
    let mut all: Vec<Proposed> = Vec::new();
    all.extend(ground.model.team.severities.iter().enumerate().filter_map(|at| clock(ground, (works, cases), at)));
    all.extend(hand::rules(ground, cases));
    all.extend(runbooks(ground, figures));
    all.extend(symptoms(figures));
    all.extend(waivers(ground, figures));
    all.extend(cadences(ground, figures));
    all.extend(hand::owners(ground, cases));
    all.extend(paths(ground, figures));
    all
}

/// An ack clock that was broken in at least half of four or more: by how many incidents it was, of those that it ended
/// for in this cycle.
fn clock(
    ground: &Ground<'_>,
    (works, cases): (&Clockwork<'_>, &[Case<'_>]),
    (at, severity): (usize, &Severity),
) -> Option<Proposed> {
    let ack = severity.ack?;
    let team = &ground.model.team.team;
    let own = || cases.iter().filter(|case| case.story.class.severity == Some(at));
    // Before the first ack: that one ran out later says nothing of how long it may take to come.
    let broke = |case: &&Case<'_>| {
        let passed = case.lived.breaches.iter().filter(|(_, which)| *which == Which::Ack).map(|(at, _)| *at).min();
        passed.is_some_and(|at| ground.has(at) && case.lived.acked.is_none_or(|acked| acked > at))
    };
    let acked = |case: &&Case<'_>| case.lived.acked.is_some_and(|at| ground.has(at));
    let (n, of) = (own().filter(broke).count(), own().filter(|case| broke(case) || acked(case)).count());
    if of < ENOUGH || n * 2 < of {
        return None;
    }
    let took = own()
        .filter(acked)
        .filter_map(|case| case.lived.acked.map(|at| (works.measured(case, at), case.story.name.clone())));
    let took = Spread::of(took.collect());
    let median = took.median;
    let measured = median
        .map(|median| format!(" (median of {}: {})", took.n, on_clock(median, spread::clock_word(severity.clock))));
    let id = &severity.id;
    let said = format!(
        "{id} ack of {ack} missed {n} of {of}{}: raise the clock, staff it or drop it",
        measured.unwrap_or_default()
    );
    let proposed = Proposed::new(("ack", format!("severity:{id}")), (n, Some(of)), said);
    let length = |span| spread::length(span, severity.clock, team);
    let longer = median.and_then(|median| round_above(median, severity.clock, team));
    let longer = longer.filter(|span| {
        let over = [severity.owner_within, severity.mitigate].into_iter().flatten();
        length(*span) > length(ack) && over.map(length).min().is_none_or(|most| length(*span) <= most)
    });
    Some(match longer {
        Some(span) => proposed.doing(("severities", Some(at)), Does::Set { key: "ack", value: span.to_string() }),
        None => proposed.doing(("severities", Some(at)), Does::Remark),
    })
}

/// A runbook for a kind that had none: the page that worked for it, where there is one.
fn runbooks(ground: &Ground<'_>, figures: &Figures) -> Vec<Proposed> {
    let kinds = &ground.model.team.kinds;
    let proposal = |missing: &super::Missing| {
        let at = kinds.iter().position(|kind| kind.id == missing.kind);
        let worked = at.and_then(|at| worked_for(ground, at));
        let (kind, n) = (&missing.kind, missing.incidents);
        let subject = ("runbook", format!("kind:{kind}"));
        let had = format!("kind {kind} had {n} {} and no runbook", if n == 1 { "incident" } else { "incidents" });
        if let Some((page, times)) = worked {
            let said = format!("{had}; {page} worked for it {times} times");
            let value = page;
            return Proposed::new(subject, (n, None), said).doing(("kinds", at), Does::Set { key: "runbook", value });
        }
        let said = format!("{had}: write one, and name it here: runbook = \"{kind}.md\"");
        Proposed::new(subject, (n, None), said).doing(("kinds", at), Does::Remark)
    };
    figures.runbooks.missing.iter().map(proposal).collect()
}

/// The page that worked most often for incidents of a kind, below its folder, and how often.
fn worked_for(ground: &Ground<'_>, kind: usize) -> Option<(String, usize)> {
    let mut worked: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let of_kind = ground.stories.iter().filter(|story| story.class.kind == Some(kind));
    let own: std::collections::BTreeSet<_> = of_kind.flat_map(|story| [&story.name, &story.incident.id]).collect();
    for run in ground.notes.runs.iter().filter(|run| matches!(run.ended, Some((Went::Worked, ..)))) {
        if run.of.incident.as_ref().is_some_and(|id| own.contains(id)) {
            *worked.entry(&run.of.page).or_default() += 1;
        }
    }
    let (page, times) = worked.into_iter().max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(one.0)))?;
    let listed = ground.notes.pages.iter().flatten().find(|known| known.path == page)?;
    Some((listed.below.clone(), times))
}

/// Words that were sought and led nowhere: for the symptoms of a page.
fn symptoms(figures: &Figures) -> Option<Proposed> {
    let vain = &figures.runbooks.searches;
    let told: Vec<String> =
        vain.iter().take(SEARCHES).map(|one| format!("{:?} ({}x)", one.words.as_str(), one.times)).collect();
    let n = vain.iter().map(|one| one.times).sum();
    let said = format!("sought and not found: {}; add the words to the symptoms of a page", told.join(", "));
    let proposed = Proposed::new(("symptoms", "runbooks".to_owned()), (n, None), said);
    (!vain.is_empty()).then(|| proposed.doing(("runbooks", Some(0)), Does::Remark))
}

/// Waivers that end soon, or have ended in the cycle.
fn waivers(ground: &Ground<'_>, figures: &Figures) -> Vec<Proposed> {
    let team = &ground.model.team;
    let today = today(team, ground.now);
    let first = ground.days().0;
    let ends = |until: NaiveDate| first <= until && counts::earlier(until, ABOUT) <= today;
    let when = |until: NaiveDate| if until < today { "ended" } else { "ends" };
    let of_lint = team.lint.waivers.iter().enumerate().filter(|(_, one)| ends(one.until)).map(|(at, one)| {
        let stands = figures.gaps.standing.iter().filter(|gap| one.means(&gap.rule, &gap.subject));
        let n = stands.count();
        let subject = ("waiver", format!("waiver:{}/{}", one.rule, one.subject));
        let said = format!("the waiver of {} for {} {} on {}", one.rule, one.subject, when(one.until), one.until);
        if n == 0 {
            let said = format!("{said}, and its finding is gone: take it out");
            return Proposed::new(subject, (0, None), said).doing(("lint.waivers", Some(at)), Does::Remark);
        }
        let later = one.until.max(today).checked_add_days(chrono::Days::new(ABOUT)).unwrap_or(one.until);
        let said = format!("{said}, and {n} of its findings still stand: mend them, or wait until {later}");
        let value = later.to_string();
        Proposed::new(subject, (n, None), said).doing(("lint.waivers", Some(at)), Does::Set { key: "until", value })
    });
    let of_evals = team.expected.iter().enumerate().filter(|(_, one)| ends(one.until)).map(|(at, one)| {
        let said = format!(
            "what was expected of {} ({}) {} on {}: take it out, or say until when",
            one.suite,
            one.cases.join(", "),
            when(one.until),
            one.until
        );
        let subject = ("waiver", format!("expected:{}", one.suite));
        Proposed::new(subject, (1, None), said).doing(("expected", Some(at)), Does::Remark)
    });
    of_lint.chain(of_evals).collect()
}

/// Cadences that were missed twice or more.
fn cadences(ground: &Ground<'_>, figures: &Figures) -> Vec<Proposed> {
    let own = |ids: &[crate::domain::text::Clean], id: &str| {
        ids.iter().filter(|one| one.as_str().rsplit_once('/').is_some_and(|(name, _)| name == id)).count()
    };
    let due = ground.entries.iter().filter(|entry| entry.kind == crate::domain::calendar::Kind::Cadence);
    let due: Vec<_> = due.map(|entry| entry.id.clone()).collect();
    let missed = |(at, cadence): (usize, &crate::config::Cadence)| {
        let (n, id) = (own(&figures.cadences.missed, &cadence.id), &cadence.id);
        let of = own(&due, id);
        let said = format!("{id} missed {n} of {of}: keep it, make it rarer, give it more grace, or drop it");
        let proposed = Proposed::new(("cadence", format!("cadence:{id}")), (n, Some(of)), said);
        (n >= MISSED).then(|| proposed.doing(("cadences", Some(at)), Does::Remark))
    };
    ground.model.team.cadences.iter().enumerate().filter_map(missed).collect()
}

/// Paths that nobody owns: who does, only a person can say.
fn paths(ground: &Ground<'_>, figures: &Figures) -> Option<Proposed> {
    let unowned: Vec<&super::Gap> = figures.gaps.standing.iter().filter(|gap| gap.rule == "path-unowned").collect();
    let folders: Vec<&str> =
        unowned.iter().map(|gap| gap.subject.strip_prefix("path:").unwrap_or(&gap.subject)).take(SEARCHES).collect();
    let said = format!(
        "{} without an area: {}; give each an owner, or list it in [lint] ignore_paths",
        if unowned.len() == 1 { "1 folder".to_owned() } else { format!("{} folders", unowned.len()) },
        folders.join(", ")
    );
    let proposed = Proposed::new(("owner", "path:*".to_owned()), (unowned.len(), None), said);
    let last = ground.model.team.areas.len().checked_sub(1);
    (!unowned.is_empty()).then(|| proposed.doing(("areas", last), Does::Remark))
}
