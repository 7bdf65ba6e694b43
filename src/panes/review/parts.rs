//! What a review says, heading by heading: every heading is there, an empty
//! one says "none".

use super::words::{self, counts, durations, listed, many, names, of, time};
use crate::domain::review::{Action, Breach, Figures, Gap, Review, Row, ShiftLoad, duration, on_clock};

/// No more names than these stand in one line.
const NAMES: usize = 6;
/// No more lines than these stand under one heading of the first page.
const LINES: usize = 8;

/// A heading, and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The heading.
    pub title: &'static str,
    /// A sentence or row each; never empty.
    pub said: Vec<Said>,
}

/// One sentence or row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Our own words.
    Plain(String),
    /// A stranger's words between ours.
    Quoted(String, String, String),
    /// Lines that are not wrapped.
    Code(String),
}

impl Said {
    /// As plain text.
    pub fn text(&self) -> String {
        match self {
            Self::Plain(text) | Self::Code(text) => text.clone(),
            Self::Quoted(before, title, after) => format!("{before}{title}{after}"),
        }
    }
}

/// All headings, the page first and then the appendix.
pub fn parts(review: &Review) -> Vec<Part> {
    let figures = &review.figures;
    let sections: [(&'static str, Vec<Said>); 15] = [
        ("From where this comes", origins(review)),
        ("Counts (opened/closed/carried)", counted(figures)),
        ("Opened to the first ack", ack(figures)),
        ("Opened to the first owner", figures.owned.iter().map(|one| Said::Plain(durations(one))).collect()),
        ("Opened to the last close", figures.closed.iter().map(|one| Said::Plain(durations(one))).collect()),
        ("Clocks that passed", breaches(review)),
        ("Dropped at a handover", dropped(review)),
        ("Load", load(review)),
        ("Releases and cadences", plan(figures)),
        ("Regressions", regressions(figures)),
        ("Runbooks", runbooks(figures)),
        ("Gaps in the model", gaps(figures)),
        ("Follow-ups", actions(figures)),
        ("Noise: signals seen more than once", noise(figures)),
        ("Proposed changes of the team file", proposals(review)),
    ];
    let mut parts: Vec<Part> = sections.into_iter().map(|(title, said)| part(title, said)).collect();
    parts.push(part("Appendix: every incident", review.incidents.iter().map(|row| incident(review, row)).collect()));
    let late = review.figures.breaches.iter().map(|one| Said::Plain(breach(review, one))).collect();
    parts.push(part("Appendix: every clock that passed", late));
    if !review.diff.is_empty() {
        parts.push(part("Appendix: the diff", vec![Said::Code(review.diff.clone())]));
    }
    parts
}

fn part(title: &'static str, said: Vec<Said>) -> Part {
    Part { title, said: if said.is_empty() { vec![Said::Plain("none".to_owned())] } else { said } }
}

/// A few of these, and how many are left out.
fn few(said: Vec<Said>) -> Vec<Said> {
    let left = said.len().saturating_sub(LINES);
    let mut few: Vec<Said> = said.into_iter().take(LINES).collect();
    few.extend((left > 0).then(|| Said::Plain(format!("and {left} more"))));
    few
}

fn origins(review: &Review) -> Vec<Said> {
    let zone = review.time_zone.name();
    let span = format!(
        "{} up to {}, in {zone}; computed {}",
        time(review, review.from),
        time(review, review.to),
        time(review, review.generated_at)
    );
    let looked = review.origins.looked_at.iter().map(ToString::to_string);
    let missing = review.origins.missing.iter().map(|what| format!("missing: {what}"));
    std::iter::once(span).chain(looked).chain(missing).map(Said::Plain).collect()
}

fn counted(figures: &Figures) -> Vec<Said> {
    let all = &figures.counts;
    let said = [
        format!(
            "opened {}, closed {}, carried {}, opened again {}; {}",
            all.opened,
            all.closed,
            all.carried,
            all.reopened,
            of(all.opened)
        ),
        format!("by severity: {}", counts(&all.by_severity, "untriaged")),
        format!("by kind: {}", counts(&all.by_kind, "no kind")),
        format!("by source: {}", counts(&all.by_source, "nowhere")),
    ];
    said.into_iter().map(Said::Plain).collect()
}

fn ack(figures: &Figures) -> Vec<Said> {
    let mut said: Vec<Said> = figures.ack.iter().map(|one| Said::Plain(durations(one))).collect();
    if figures.closed_before_ack > 0 {
        said.push(Said::Plain(format!("closed before any ack: {}", figures.closed_before_ack)));
    }
    said
}

/// By clock and severity: how often, and in which shifts.
fn breaches(review: &Review) -> Vec<Said> {
    let all = &review.figures.breaches;
    let mut groups: Vec<(&str, &str)> = all.iter().map(|one| (one.clock.as_str(), one.severity.as_str())).collect();
    groups.sort_unstable();
    groups.dedup();
    let told = groups.into_iter().map(|(clock, severity)| {
        let own: Vec<&Breach> = all.iter().filter(|one| one.clock == clock && one.severity == severity).collect();
        let mut shifts: Vec<String> = Vec::new();
        for name in own.iter().filter_map(|one| one.shift.as_ref()) {
            let day = name.start.with_timezone(&review.time_zone).format("%-d %b");
            let name = format!("{} of {day}", name.rotation);
            if !shifts.contains(&name) {
                shifts.push(name);
            }
        }
        let shifts =
            if shifts.is_empty() { String::new() } else { format!(", in the shift {}", names(&shifts, NAMES)) };
        Said::Plain(format!("{severity} {clock}: {}{shifts}", own.len()))
    });
    few(told.collect())
}

fn breach(review: &Review, one: &Breach) -> String {
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&review.time_zone).format("%-d %b %H:%M");
    let shift = one.shift.as_ref().map(|name| format!(", {} shift from {}", name.rotation, day(name.start)));
    format!("{} {} {} of {}{}", time(review, one.at), one.severity, one.clock, one.id, shift.unwrap_or_default())
}

fn dropped(review: &Review) -> Vec<Said> {
    let one = |one: &crate::domain::review::Dropped| {
        Said::Plain(format!("{} at the handover of {}, {}", one.id, one.rotation, time(review, one.handover)))
    };
    few(review.figures.dropped.iter().map(one).collect())
}

fn load(review: &Review) -> Vec<Said> {
    let load = &review.figures.load;
    let over = load.shifts.iter().filter(|shift| shift.incidents > usize::try_from(load.limit).unwrap_or(usize::MAX));
    let mut said = Vec::new();
    if !load.shifts.is_empty() {
        said.push(Said::Plain(format!(
            "{} of {} had more than {} (limits.incidents_per_shift); {}",
            over.count(),
            many(load.shifts.len(), "shift"),
            many(usize::try_from(load.limit).unwrap_or(usize::MAX), "incident"),
            of(load.shifts.len())
        )));
    }
    let busy: Vec<Said> = load
        .shifts
        .iter()
        .filter(|one| one.incidents + one.off_hours_wakes > 0)
        .map(|one| shift(review, one))
        .collect();
    said.extend(few(busy));
    said.extend(load.people.iter().map(|one| {
        let mean = format!("{}{}", if one.above_mean < 0 { "-" } else { "+" }, duration(one.above_mean.abs()));
        Said::Plain(format!(
            "{}: {} begun, {} covered ({mean} to the mean), outside working hours {}, on weekends and holidays {}, {} in a row",
            one.person,
            many(one.shifts, "shift"),
            duration(one.covered),
            duration(one.off_hours),
            duration(one.weekends),
            one.longest_run
        ))
    }));
    said
}

fn shift(review: &Review, one: &ShiftLoad) -> Said {
    let over = one.incidents > usize::try_from(review.figures.load.limit).unwrap_or(usize::MAX);
    let mark = if over { " (over the limit)" } else { "" };
    Said::Plain(format!(
        "{} from {}: {}{mark}, {} in off hours",
        one.shift.rotation,
        time(review, one.shift.start),
        many(one.incidents, "incident"),
        many(one.off_hours_wakes, "wake")
    ))
}

fn plan(figures: &Figures) -> Vec<Said> {
    let (releases, cadences) = (&figures.releases, &figures.cadences);
    let mut said = Vec::new();
    if releases.planned > 0 {
        said.push(format!(
            "releases: {} planned, on time {}, late {}, moved {}, missed {}, not known yet {}",
            releases.planned,
            releases.on_time.len(),
            listed(&releases.late, NAMES),
            listed(&releases.moved, NAMES),
            listed(&releases.missed, NAMES),
            releases.open.len()
        ));
    }
    said.extend(
        releases
            .exceptions
            .iter()
            .map(|one| format!("allowed in the freeze {}: {} ({})", one.freeze, one.commit, one.why)),
    );
    if cadences.due > 0 {
        said.push(format!(
            "cadences: {} kept of {} due, missed {}, not known yet {}",
            cadences.kept,
            cadences.due,
            listed(&cadences.missed, NAMES),
            cadences.open.len()
        ));
    }
    said.into_iter().map(Said::Plain).collect()
}

fn regressions(figures: &Figures) -> Vec<Said> {
    let all = &figures.regressions;
    if all.opened == 0 && all.of == 0 {
        return Vec::new();
    }
    let verdicts = &all.verdicts;
    vec![
        Said::Plain(format!(
            "opened {}: confirmed {}, expected {}, noise {}, recovered by themselves {}, open {}; {}",
            all.opened,
            verdicts.confirmed,
            verdicts.expected,
            verdicts.noise,
            verdicts.recovered,
            verdicts.open,
            of(all.opened)
        )),
        Said::Plain(format!("{} of {} triaged within the ack of their severity", all.triaged_in_time, all.of)),
    ]
}

fn runbooks(figures: &Figures) -> Vec<Said> {
    let all = &figures.runbooks;
    let mut said: Vec<Said> = Vec::new();
    let used = all.used.iter().map(|one| {
        Said::Plain(format!(
            "{}: used {}, worked {}, did not {}, for practice {}",
            one.page, one.used, one.worked, one.failed, one.practice
        ))
    });
    said.extend(few(used.collect()));
    if !all.missing.is_empty() {
        let kinds: Vec<String> = all.missing.iter().map(|one| format!("{} {}", one.kind, one.incidents)).collect();
        said.push(Said::Plain(format!("kinds with incidents and without a page: {}", names(&kinds, NAMES))));
    }
    if let Some(pages) = all.pages {
        said.push(Said::Plain(format!(
            "of {}: stale {}, never used {}",
            many(pages, "page"),
            listed(&all.stale, 3),
            listed(&all.never_used, 3)
        )));
    }
    if !all.searches.is_empty() {
        let words: Vec<String> =
            all.searches.iter().map(|one| format!("{:?} {}x", one.words.as_str(), one.times)).collect();
        said.push(Said::Plain(format!("searches that opened nothing: {}", names(&words, NAMES))));
    }
    said
}

fn gaps(figures: &Figures) -> Vec<Said> {
    let all = &figures.gaps;
    if all.standing.is_empty() && all.gone.is_empty() {
        return Vec::new();
    }
    let compared = if all.compared {
        format!("{} stand, of these {} new since the last review; {} gone", all.standing.len(), all.new, all.gone.len())
    } else {
        format!("{} stand; no last review is known to compare with", all.standing.len())
    };
    let one = |gap: &Gap| Said::Plain(format!("{} {}: {} (since {})", gap.rule, gap.subject, gap.message, gap.since));
    let mut said = vec![Said::Plain(compared)];
    said.extend(few(all.standing.iter().map(one).collect()));
    if !all.gone.is_empty() {
        let gone: Vec<String> = all.gone.iter().map(|gap| format!("{} {}", gap.rule, gap.subject)).collect();
        said.push(Said::Plain(format!("gone: {}", names(&gone, NAMES))));
    }
    said
}

fn actions(figures: &Figures) -> Vec<Said> {
    let Some(all) = &figures.actions else {
        return vec![Said::Plain("none known: no handoff of the team names one".to_owned())];
    };
    let list = |what: &str, actions: &[Action]| {
        let told: Vec<String> = actions.iter().map(|one| format!("{} {}", one.id, one.what)).collect();
        Said::Plain(format!("{what} {}", listed(&told, NAMES)))
    };
    vec![
        list("done", &all.done),
        list("late", &all.late),
        list("nobody's", &all.unowned),
        Said::Plain(format!("open {}", all.open)),
    ]
}

fn noise(figures: &Figures) -> Vec<Said> {
    let one = |one: &crate::domain::review::Noise| {
        let outcome = one.outcome.as_deref().unwrap_or("still open");
        Said::Quoted(format!("{} ", one.id), one.title.to_string(), format!(": {} times, {outcome}", one.count))
    };
    few(figures.noise.iter().map(one).collect())
}

fn proposals(review: &Review) -> Vec<Said> {
    let one = |one: &crate::domain::review::Proposal| {
        let by_hand = if one.in_diff { "" } else { " (by hand: it is not in the diff)" };
        Said::Plain(format!("{}{by_hand}", one.reason))
    };
    let mut said: Vec<Said> = review.proposals.iter().map(one).collect();
    if !review.diff.is_empty() {
        said.push(Said::Plain(
            "`dogwatch review --diff` prints them for `git apply`; nothing is changed by itself".to_owned(),
        ));
    }
    said
}

fn incident(review: &Review, row: &Row) -> Said {
    let figures = &review.figures;
    let same = figures.ack.iter().chain(&figures.owned).chain(&figures.closed).find(|one| one.severity == row.severity);
    let clock = same.map_or("24x7", |one| one.clock.as_str());
    let took = |word: &str, seconds: Option<i64>| seconds.map(|seconds| format!("{word} {}", on_clock(seconds, clock)));
    let closed = took("closed", row.closed)
        .map(|closed| row.reason.as_ref().map_or_else(|| closed.clone(), |reason| format!("{closed} ({reason})")));
    let again = (row.reopened > 0).then(|| format!("opened again {}x", row.reopened));
    let passed = (!row.breaches.is_empty()).then(|| format!("passed {}", row.breaches.join(", ")));
    let facts = [
        Some(format!("opened {}", time(review, row.opened_at))),
        Some(took("ack", row.ack).unwrap_or_else(|| "no ack".to_owned())),
        took("owned", row.owned),
        Some(closed.unwrap_or_else(|| "open".to_owned())),
        again,
        passed,
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let class = [row.severity.as_deref().unwrap_or("untriaged"), row.kind.as_deref().unwrap_or("no kind")].join(" ");
    Said::Quoted(format!("{} {class} ", row.id), row.title.to_string(), format!(": {}", facts.join(", ")))
}

/// For the title of the page on the screen.
pub(super) fn title(review: &Review) -> String {
    words::title(review)
}
