//! The rotation: who has it now and why, who comes next, what is amiss, and
//! who carries how much.
//!
//! Off hours, gaps and shifts of odd length are told by a word, never by a
//! colour alone. Times stand on the rotation's clock, and beside it on the
//! viewer's own where that reads something else.

use chrono::{DateTime, DurationRound, FixedOffset, TimeDelta, Utc};
use chrono_tz::Tz;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{fit, page::Page};
use crate::config::{Role, TeamFile};
use crate::domain::rotation::findings::Level;
use crate::domain::rotation::{JUDGED, Load, OnCall, Piece, Roster, words};
use crate::theme::Theme;

/// So many shifts are listed of each rotation.
const LISTED: usize = 8;
/// Who is away changes at midnight somewhere: at a quarter of an hour.
const QUARTER: TimeDelta = TimeDelta::minutes(15);
/// The longest name in the strip.
const NAME: usize = 12;

/// How a rotation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Somebody has it.
    On,
    /// Nobody has to, by plan.
    Off,
    /// Somebody should, and nobody can.
    Gap,
}

/// A shift ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Of which rotation.
    pub rotation: String,
    /// From when, on its clock.
    pub start: DateTime<FixedOffset>,
    /// To when.
    pub end: DateTime<FixedOffset>,
    /// The id of the person.
    pub person: String,
    /// Who, and instead of whom.
    pub who: String,
    /// Its length, where the clocks change in it.
    pub odd: Option<String>,
}

/// One rotation, as it is shown until the next minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// Its id and title.
    pub name: String,
    /// Its zone.
    pub zone: Tz,
    /// How it stands.
    pub mood: Mood,
    /// For the header: `ana until Mon 10:00`.
    pub brief: String,
    /// The chain of reasons.
    pub sentence: String,
    /// Who is asked next, and who rides along.
    pub beside: Vec<(&'static str, String)>,
    /// The next handover, on both clocks.
    pub handover: Option<String>,
    /// What runs and what follows.
    pub turns: Vec<Turn>,
}

/// What the pane shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watchbill {
    /// In the order of the file.
    pub bills: Vec<Bill>,
    /// What is amiss, with what would mend it.
    pub amiss: Vec<(Level, String, String)>,
    /// Who carries how much, in words.
    pub load: Vec<(String, String)>,
    /// When this was so.
    pub at: Option<DateTime<Utc>>,
    /// When something of it may be otherwise; none if nothing ever is.
    pub changes_at: Option<DateTime<Utc>>,
}

impl Watchbill {
    /// What there is to show at an instant, for somebody with this clock.
    pub fn of(team: &TeamFile, now: DateTime<Utc>, viewer: Option<Tz>) -> Self {
        if team.rotations.is_empty() {
            // Days pass for the calendar, too.
            return Self { at: Some(now), changes_at: Some(quarter(now)), ..Self::default() };
        }
        let horizon = now + team.limits.horizon;
        let roster = Roster::new(team, &[], now, (now - JUDGED, (now + JUDGED).max(now + TimeDelta::days(368))));
        let told = roster.on_call(now);
        let bills = told.iter().map(|one| bill(&roster, one, viewer)).collect();
        let changes_at = told.iter().flat_map(ends).filter(|at| *at > now).chain([quarter(now)]).min();
        let amiss = roster.findings(horizon).into_iter();
        let amiss = amiss.map(|one| {
            let about = one.subject.split_once(':').map_or(one.subject.as_str(), |(_, about)| about);
            (one.level, format!("{about}: {}", one.message), one.fix)
        });
        let load = roster.load((now - JUDGED, now + JUDGED)).iter().map(carried).collect();
        Self { bills, amiss: amiss.collect(), load, at: Some(now), changes_at }
    }

    /// The shifts that can be selected, in the order in which they are listed.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.bills.iter().flat_map(|bill| &bill.turns)
    }

    /// Whether it still is what there is to show.
    pub fn is_good_at(&self, now: DateTime<Utc>) -> bool {
        self.at.is_some_and(|at| at <= now) && self.changes_at.is_none_or(|at| now < at)
    }
}

/// The instants at which something about a rotation is otherwise.
fn ends(one: &OnCall<'_>) -> Vec<DateTime<Utc>> {
    let duty = one.duty.into_iter().flat_map(|(start, end)| [start.to_utc(), end.to_utc()]);
    let held = one.primary.iter().chain(&one.secondary).map(Piece::end);
    duty.chain(held).chain(one.next.as_ref().map(|next| next.start.to_utc())).collect()
}

fn bill(roster: &Roster<'_>, one: &OnCall<'_>, viewer: Option<Tz>) -> Bill {
    let (now, rotation) = (one.at.to_utc(), one.rotation);
    let mood = match (one.gap.is_some(), one.off_hours) {
        (true, _) => Mood::Gap,
        (false, true) => Mood::Off,
        (false, false) => Mood::On,
    };
    let second = one.second().into_iter().map(|second| ("secondary", second));
    let rides = one.shadowing.iter().map(|person| ("rides along", (*person).to_owned()));
    let all = roster.pieces(&rotation.id, Role::Primary, (now, now + TimeDelta::days(367)));
    let turns: Vec<Turn> = all
        .iter()
        .take(LISTED)
        .map(|piece| Turn {
            rotation: rotation.id.clone(),
            start: one.on_clock(piece.start()),
            end: one.on_clock(piece.end()),
            person: piece.person.to_owned(),
            who: words::who(piece),
            odd: words::odd_hours(piece, rotation),
        })
        .collect();
    let handover = turns.get(1).map(|turn| {
        let yours = viewer.and_then(|zone| words::elsewhere(turn.start, zone, now));
        let yours = yours.map(|yours| format!(", {yours} for you")).unwrap_or_default();
        format!("{} to {}{yours}", words::when(turn.start, now), turn.person)
    });
    Bill {
        name: if rotation.id == rotation.title {
            rotation.id.clone()
        } else {
            format!("{}: {}", rotation.id, rotation.title)
        },
        zone: rotation.timezone,
        mood,
        brief: brief(one, now),
        sentence: one.sentence(viewer),
        beside: second.chain(rides).collect(),
        handover,
        turns,
    }
}

/// A time to come, as short as it can be and not be taken for another: `Mon 09:00` within a week, else its date.
pub fn until(at: DateTime<FixedOffset>, now: DateTime<Utc>) -> String {
    let form = match (at.to_utc() - now).num_days() {
        ..6 => "%a %H:%M",
        6..180 => "%-d %b",
        _ => "%-d %b %Y",
    };
    at.format(form).to_string()
}

/// Who has it and until when, in a few words.
fn brief(one: &OnCall<'_>, now: DateTime<Utc>) -> String {
    let short = |at| until(at, now);
    match (&one.primary, one.gap, &one.next) {
        (Some(piece), Some(_), _) => format!("GAP: {} is not there", piece.person),
        (Some(piece), None, _) => match one.until {
            Some(until) => format!("{} until {}", piece.person, short(until)),
            None => format!("{} on call", piece.person),
        },
        (None, _, Some(next)) => format!("off hours, {} {}", next.piece.person, short(next.start)),
        (None, _, None) => "nobody on call".to_owned(),
    }
}

fn carried(load: &Load<'_>) -> (String, String) {
    let hours = |seconds: i64| format!("{} h", (seconds + 1_800).div_euclid(3_600));
    let sign = if load.above_mean < 0 { '-' } else { '+' };
    let text = format!(
        "{} shifts, {} covered ({sign}{}), outside work hours {}, weekends {}, nights {}",
        load.shifts,
        hours(load.covered),
        hours(load.above_mean.abs()),
        hours(load.off_hours),
        hours(load.weekends),
        hours(load.sleep),
    );
    (load.person.to_owned(), text)
}

/// The lines of the pane, and for each the place of the turn that it shows.
pub fn lines(
    bill: &Watchbill,
    (now, at): (DateTime<Utc>, Option<usize>),
    width: u16,
    theme: &Theme,
) -> Vec<(Option<usize>, Line<'static>)> {
    let mut placed = Vec::new();
    if bill.bills.is_empty() {
        let mut page = Page::new(width, theme);
        page.wrapped(
            "Nobody is on call: the team file has no rotation. A [[rotations]] table names who takes turns.",
            theme.text,
        );
        return page.lines.into_iter().map(|line| (None, line)).collect();
    }
    let mut first = 0;
    for (place, one) in bill.bills.iter().enumerate() {
        let mut page = Page::new(width, theme);
        if place > 0 {
            page.lines.push(Line::default());
        }
        head(&mut page, one);
        placed.extend(page.lines.into_iter().map(|line| (None, line)));
        placed.push((None, strip(one, now, usize::from(width), theme)));
        let wide = one.turns.iter().map(|turn| fit::columns(&stretch(turn, now))).max().unwrap_or(0) + 2;
        for (turn, row) in one.turns.iter().enumerate() {
            let line = turn_line((row, turn), (now, wide), at.and_then(|at| at.checked_sub(first)), theme);
            placed.push((Some(first + turn), line));
        }
        first += one.turns.len();
    }
    let mut page = Page::new(width, theme);
    foot(&mut page, bill);
    placed.extend(page.lines.into_iter().map(|line| (None, line)));
    placed
}

fn head(page: &mut Page<'_>, one: &Bill) {
    let theme = page.theme;
    page.lines.push(Line::from(vec![
        Span::styled(one.name.clone(), theme.heading),
        Span::styled(format!("  {}", one.zone), theme.dim),
    ]));
    let (word, style) = match one.mood {
        Mood::On => ("● now ", theme.ok),
        Mood::Off => ("○ now ", theme.dim),
        Mood::Gap => ("! GAP ", theme.error),
    };
    page.hanging((word, style), &one.sentence, if one.mood == Mood::Gap { theme.error } else { theme.text });
    for (label, value) in &one.beside {
        page.hanging((&format!("  {label} "), theme.dim), value, theme.text);
    }
    if let Some(handover) = &one.handover {
        page.hanging(("  hand-over ", theme.dim), handover, theme.text);
    }
}

/// The shifts ahead as a bar: as wide as they are long, the name in each.
fn strip(one: &Bill, now: DateTime<Utc>, width: usize, theme: &Theme) -> Line<'static> {
    let (Some(first), Some(last)) = (one.turns.first(), one.turns.last()) else { return Line::default() };
    let (from, to) = (first.start.to_utc(), last.end.to_utc());
    let total = (to - from).num_seconds().max(1);
    let column = |at: DateTime<Utc>| {
        let passed = (at - from).num_seconds().clamp(0, total);
        usize::try_from(passed * i64::try_from(width).unwrap_or(80) / total).unwrap_or(0)
    };
    let here = column(now);
    let mut spans = Vec::new();
    for (place, turn) in one.turns.iter().enumerate() {
        let (start, end) = (column(turn.start.to_utc()), column(turn.end.to_utc()));
        let room = end.saturating_sub(start);
        if room == 0 {
            continue;
        }
        let name = fit::cut(&turn.person, room.saturating_sub(1).min(NAME));
        let style = if place % 2 == 0 { theme.title } else { theme.text };
        // What is too short for a column leaves its place to the next, but not the mark of now.
        let inside = turn.start.to_utc() <= now && now < turn.end.to_utc();
        // The mark of now stands before the name where it would stand in it.
        let mark =
            if inside { Some(here.saturating_sub(start)).filter(|at| *at > name.chars().count() + 1) } else { None };
        let begins = if inside && mark.is_none() { ("▲", theme.key) } else { ("│", style) };
        let text = fit::pad(&name, room - 1);
        let (before, after) = match mark {
            Some(at) => (text.chars().take(at - 1).collect(), Some(text.chars().skip(at).collect::<String>())),
            None => (text, None),
        };
        spans.extend([Span::styled(begins.0, begins.1), Span::styled(before, style)]);
        spans.extend(after.into_iter().flat_map(|after| [Span::styled("▲", theme.key), Span::styled(after, style)]));
    }
    Line::from(spans)
}

fn stretch(turn: &Turn, now: DateTime<Utc>) -> String {
    format!("{} – {}", words::when(turn.start, now), words::when(turn.end, now))
}

fn turn_line(
    (turn, place): (&Turn, usize),
    (now, wide): (DateTime<Utc>, usize),
    selected: Option<usize>,
    theme: &Theme,
) -> Line<'static> {
    let mark = if selected == Some(place) { "> " } else { "  " };
    let running = place == 0 && turn.start.to_utc() <= now;
    let word = if running { "now " } else { "    " };
    let odd = turn.odd.as_ref().map(|odd| format!("  {odd}, the clocks change")).unwrap_or_default();
    Line::from(vec![
        Span::styled(mark, theme.key),
        Span::styled(word, theme.dim),
        Span::styled(fit::pad(&stretch(turn, now), wide), theme.dim),
        Span::styled(turn.who.clone(), if turn.who == turn.person { theme.text } else { theme.marked }),
        Span::styled(odd, theme.warning),
    ])
}

fn foot(page: &mut Page<'_>, bill: &Watchbill) {
    let theme = page.theme;
    if !bill.amiss.is_empty() {
        page.heading("Amiss");
    }
    for (level, message, fix) in &bill.amiss {
        let (mark, style): (&str, Style) = match level {
            Level::Error => ("✗ ", theme.error),
            Level::Warning => ("! ", theme.warning),
            Level::Info => ("· ", theme.dim),
        };
        page.hanging((mark, style), message, style);
        page.hanging(("  → ", theme.dim), fix, theme.dim);
    }
    page.heading("Load, a quarter back and ahead");
    let width = bill.load.iter().map(|(person, _)| person.len()).max().unwrap_or(0) + 2;
    for (person, text) in &bill.load {
        page.hanging((&fit::pad(person, width), theme.text), text, theme.dim);
    }
}

/// The next quarter of an hour.
fn quarter(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(QUARTER).unwrap_or(now) + QUARTER
}
