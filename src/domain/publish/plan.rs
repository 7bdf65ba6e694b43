//! What is planned: what must keep happening, what ships, what is frozen, and
//! what goes away. Nothing is said of whether it happened: for that one has to
//! look further than the team file.

use chrono::{Days, NaiveDate};

use super::Ground;
use super::pages;
use super::paper::{Block, Line, Page};
use super::rule;
use super::words::{self, MOST_ROWS, day, days, maybe_person, maybe_who, person, titled};
use crate::config::{Cadence, CalendarPlace, Freeze, Recurrence, Scope, Train, Versioning};
use crate::domain::calendar::{self, Calendar, Entry, Facts, Kind, Point, Window};
use crate::domain::recurrence;

/// "Every second Tuesday" has two readings that share the first day; so many days tell them apart.
const NEXT: usize = 3;
/// No more days that are left out are told one by one.
const MOST_SKIPPED: usize = 5;
/// A release that the file names by its day is told this long before it.
const FAR: Days = Days::new(2 * 366);

pub(super) fn tell(ground: &Ground<'_>, page: &mut Page) {
    page.part("What keeps happening", cadences(ground));
    page.part("Trains", trains(ground));
    page.part("Releases ahead", releases(ground));
    page.part("Freezes", freezes(ground));
    page.part("Deprecations", deprecations(ground));
    page.part("Calendars of others", calendars(ground));
}

fn cadences(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let row = |cadence: &Cadence| {
        let Cadence { id, title, start, rule, skip, .. } = cadence;
        vec![
            titled(title, id),
            Line::ours(ruled(ground, (rule, *start), skip)),
            Line::ours(next(ground, (rule, *start), skip)),
            maybe_who(team, cadence.owner.as_ref()),
            words::done_by(cadence.done_by.as_ref()),
            words::span(cadence.grace),
        ]
    };
    let rows = team.cadences.iter().map(row).collect();
    vec![Block::table(&["What", "Days", "The next", "Who sees to it", "Shown by", "Grace"], rows)]
}

/// The rule in words, with the days ahead that are left out.
fn ruled(ground: &Ground<'_>, (rule, start): (&Recurrence, NaiveDate), skip: &[NaiveDate]) -> String {
    let ahead = skip.iter().copied().filter(|day| *day >= ground.days.from);
    let left_out = days(ahead, MOST_SKIPPED);
    let left_out = if left_out.is_empty() { left_out } else { format!("; not on {left_out}") };
    format!("{}{left_out}", rule::words(rule, start))
}

/// The next days that the rule names, as of the day of the page, itself included.
fn next(ground: &Ground<'_>, (rule, start): (&Recurrence, NaiveDate), skip: &[NaiveDate]) -> String {
    let before = ground.days.from.pred_opt().unwrap_or(ground.days.from);
    let ahead = recurrence::next(rule, start, before, NEXT.saturating_add(skip.len()));
    let told: Vec<String> = ahead.into_iter().filter(|day| !skip.contains(day)).take(NEXT).map(day).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn trains(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let row = |train: &Train| {
        let timed = train.rule.as_ref().zip(train.start);
        let (ruled, next) = match timed {
            Some(timed) => (ruled(ground, timed, &train.skip), next(ground, timed, &train.skip)),
            None => ("the days of its releases".to_owned(), String::new()),
        };
        let versions = match train.versioning {
            Versioning::Semver => "semver",
            Versioning::None => "no order",
        };
        vec![
            titled(&train.title, &train.id),
            Line::ours(ruled),
            Line::ours(next),
            words::people(team, &train.owners),
            words::names(&train.areas),
            Line::ours(versions),
            words::evidence(train.evidence.as_ref()),
            words::span(Some(train.grace)),
            train.checklist.as_ref().map_or_else(Line::empty, |target| pages::link(ground, target)),
        ]
    };
    let head =
        &["Train", "Days", "Next by that", "Owners in turn", "Areas", "Versions", "Shown by", "Grace", "Checklist"];
    vec![Block::table(head, team.trains.iter().map(row).collect())]
}

fn releases(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let far = ground.days.from.checked_add_days(FAR).unwrap_or(ground.days.to);
    let named = team.releases.iter().map(|release| release.date).filter(|day| *day <= far);
    let to = named.chain([ground.days.to]).max().unwrap_or(ground.days.to);
    let facts = Facts::default();
    let window = Window { from: ground.days.from, to };
    let entries = Calendar::new(team, &(), &facts, ground.stretch.0, window).entries();
    let is_named = |entry: &Entry| team.releases.iter().any(|release| release.id == entry.id.as_str());
    let ahead: Vec<(&Entry, NaiveDate)> = entries
        .iter()
        .filter(|entry| entry.kind == Kind::Release)
        .filter_map(|entry| match entry.date {
            Point::Day(day) => Some((entry, day)),
            Point::At(_) => None,
        })
        .filter(|(entry, day)| *day <= ground.days.to || is_named(entry))
        .collect();
    let left = ahead.len().saturating_sub(MOST_ROWS);
    let row = |(entry, date): &(&Entry, NaiveDate)| {
        vec![
            Line::ours(day(*date)),
            titled(entry.title.as_str(), entry.id.as_str()),
            entry.owner.as_ref().map_or_else(|| Line::ours("nobody"), |id| person(team, id)),
            entry.note.as_ref().map_or_else(Line::empty, |note| Line::theirs(note.as_str())),
            Line::all(entry.clash.iter().map(|freeze| Line::name(freeze.as_str())), ", "),
        ]
    };
    let rows = ahead.iter().take(MOST_ROWS).map(row).collect();
    let mut blocks = vec![Block::table(&["Day", "Release", "Owner", "More", "In the freeze"], rows)];
    blocks.extend((left > 0).then(|| Block::Say(Line::ours(format!("And {left} more.")))));
    blocks
}

fn freezes(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let mut ahead: Vec<&Freeze> = team.freezes.iter().filter(|freeze| freeze.to >= ground.days.from).collect();
    ahead.sort_by_key(|freeze| (freeze.from, freeze.to));
    let row = |freeze: &&Freeze| {
        let covers = freeze.covers.iter().map(|scope| match scope {
            Scope::Train(id) => Line::ours("train ").and(Line::name(id)),
            Scope::Area(id) => Line::ours("area ").and(Line::name(id)),
            Scope::Everything => Line::ours("everything"),
        });
        let lands = words::names(&freeze.except);
        vec![
            titled(&freeze.title, &freeze.id),
            Line::ours(day(freeze.from)),
            Line::ours(day(freeze.to)),
            Line::all(covers, ", "),
            if lands.is_empty() { Line::ours("nothing") } else { lands },
            maybe_who(team, freeze.approver.as_ref()),
            freeze.why.as_ref().map_or_else(Line::empty, Line::theirs),
            allowed(ground, freeze),
        ]
    };
    let head = &["Freeze", "First day", "Last day", "Covers", "May land", "Who allows more", "Why", "Was allowed"];
    let outlook = Line::theirs(calendar::outlook(team, ground.stretch.0));
    vec![
        Block::Say(Line::ours("On the day of this page: ").and(outlook)),
        Block::table(head, ahead.iter().map(row).collect()),
    ]
}

/// What was let in all the same.
fn allowed(ground: &Ground<'_>, freeze: &Freeze) -> Line {
    let one = |exception: &crate::config::FreezeException| {
        let by = Line::ours(" by ").and(person(ground.team, &exception.by)).and(Line::ours(": "));
        Line::name(&exception.commit).and(by).and(Line::theirs(&exception.why))
    };
    Line::all(freeze.exceptions.iter().map(one), "; ")
}

fn deprecations(ground: &Ground<'_>) -> Vec<Block> {
    let team = ground.team;
    let rows = team.deprecations.iter().map(|one| {
        vec![
            Line::name(&one.tool),
            Line::ours(day(one.since)),
            one.remove_on.map_or_else(|| Line::ours("not said"), |date| Line::ours(day(date))),
            one.replacement.as_ref().map_or_else(Line::empty, Line::name),
            maybe_person(team, one.owner.as_deref()),
        ]
    });
    vec![Block::table(&["Tool", "Announced", "Removed", "Use instead", "Owner"], rows.collect())]
}

fn calendars(ground: &Ground<'_>) -> Vec<Block> {
    let rows = ground.team.calendars.iter().map(|one| {
        let place = match &one.place {
            CalendarPlace::File(path) => pages::folder(ground, path),
            // The address of a calendar is as good as a key to it.
            CalendarPlace::Url(_) => Line::ours("at an address"),
        };
        vec![titled(&one.title, &one.id), place]
    });
    vec![Block::table(&["Calendar", "Where"], rows.collect())]
}
