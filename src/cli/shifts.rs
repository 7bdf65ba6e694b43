//! `dogwatch shifts`: who has which shift in a stretch of time, and where
//! nobody can answer.

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::oncall::{instant, known, remembered, viewer, zoned};
use super::{Global, out};
use crate::config::{Period, Rotation, TeamFile};
use crate::domain::civil;
use crate::domain::ical;
use crate::domain::rotation::{Begun, Gap, JUDGED, Load, Piece, Roster, role_word, words};

/// No answer lists more shifts than this.
const MOST: i64 = 1_000_000;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// From then on; default: now. RFC 3339, or a date or time in the team's zone.
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Up to then; default: six weeks on, or `[limits].horizon`.
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Only this rotation.
    #[arg(long, value_name = "ID")]
    rotation: Option<String>,
    /// As an iCalendar file.
    #[arg(long, conflicts_with = "json")]
    ical: bool,
    /// Also how much each person carries in that time.
    #[arg(long, conflicts_with = "ical")]
    load: bool,
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    known(&context.team, args.rotation.as_deref())?;
    let now = context.clock().start();
    let team = &context.team;
    let from = args.from.as_deref().map_or(Ok(now), |text| instant("--from", text, now, &team.team))?;
    let to = match args.to.as_deref() {
        Some(text) => instant("--to", text, now, &team.team)?,
        None => after(from, team.limits.horizon, team),
    };
    if from >= to {
        return Err(Failure::wrong("--to is not after --from; write a later time, or swap the two".to_owned()));
    }
    if expected(team, to - from) > MOST {
        return Err(Failure::wrong(format!("more than {MOST} shifts lie in that time; ask for a shorter one")));
    }
    let begun = remembered(&context, (from, to));
    let roster = Roster::new(team, &begun, now, (from, to));
    let (mut shifts, mut gaps) = (roster.shifts((from, to)), roster.gaps((from, to)));
    if let Some(wanted) = args.rotation.as_deref() {
        shifts.retain(|piece| piece.rotation == wanted);
        gaps.retain(|gap| gap.rotation == wanted);
    }
    let load = if args.load { roster.load((from, to)) } else { Vec::new() };
    if args.ical {
        let asked = |id: &str| args.rotation.as_deref().is_none_or(|wanted| wanted == id);
        let inside = |one: &&Begun| one.from < to && from < one.to && asked(&one.rotation);
        let begun: Vec<Begun> = begun.iter().filter(inside).cloned().collect();
        let items = out::events(ical::shifts(&shifts, &begun, team));
        // The answer ends its last line itself.
        out::answer(ical::calendar(&team.team.name, now, &items).trim_end_matches('\n'))?;
    } else if global.json {
        out::json(&answer(team, (from, to), (&shifts, &gaps), args.load.then_some(&load)))?;
    } else {
        let mut lines = lines(&context, now, &shifts);
        lines.extend(gaps.iter().map(|gap| told(gap, now)));
        lines.extend(load.iter().map(carried));
        out::answer(&lines.join("\n"))?;
        let ahead = Roster::new(team, &[], now, (now - JUDGED, now + JUDGED.max(team.limits.horizon)));
        let about = args.rotation.as_ref().map(|wanted| format!("rotation:{wanted}"));
        let asked = |subject: &String| about.as_ref().is_none_or(|about| about == subject);
        for one in ahead.findings(now + team.limits.horizon).iter().filter(|one| asked(&one.subject)) {
            out::say(&format!("dogwatch: {} ({}): {}; {}", one.subject, one.rule, one.message, one.fix));
        }
    }
    Ok(Exit::Done)
}

/// The end of a horizon; days are those of the team's calendar.
fn after(from: DateTime<Utc>, horizon: TimeDelta, team: &TeamFile) -> DateTime<Utc> {
    let zone = team.team.timezone;
    let days = Days::new(u64::try_from(horizon.num_days().max(1)).unwrap_or(1));
    let local = from.with_timezone(&zone).naive_local().checked_add_days(days);
    local.map_or(from + horizon, |local| civil::instant(local, zone))
}

/// About so many shifts lie in so much time.
fn expected(team: &TeamFile, span: TimeDelta) -> i64 {
    let hours = |rotation: &Rotation| match rotation.shift {
        Period::Hours(hours) => i64::from(hours),
        Period::Days(days) => i64::from(days) * 24,
        Period::Months(months) => i64::from(months) * 24 * 28,
    };
    team.rotations.iter().map(|rotation| span.num_hours() / hours(rotation).max(1) + 1).sum()
}

fn answer(
    team: &TeamFile,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    (shifts, gaps): (&[Piece<'_>], &[Gap<'_>]),
    load: Option<&Vec<Load<'_>>>,
) -> Value {
    let zone = |id: &str| team.rotations.iter().find(|rotation| rotation.id == id).map(|rotation| rotation.timezone);
    let at = |piece: &Piece<'_>, at: DateTime<Utc>| {
        zone(piece.rotation).map(|zone| zoned(at.with_timezone(&zone).fixed_offset()))
    };
    let shift = |piece: &Piece<'_>| {
        json!({
            "rotation": piece.rotation,
            "role": role_word(piece.role),
            "person": piece.person,
            "start": at(piece, piece.start()),
            "end": at(piece, piece.end()),
            "because": piece.because.word(),
            "instead_of": piece.instead_of,
            "elapsed_hours": elapsed(piece.seconds()),
        })
    };
    let gap = |gap: &Gap<'_>| json!({"rotation": gap.rotation, "start": zoned(gap.start), "end": zoned(gap.end)});
    let mut told = json!({
        "schema": "dogwatch.shifts/1",
        "from": super::json::time(from),
        "to": super::json::time(to),
        "shifts": shifts.iter().map(shift).collect::<Vec<_>>(),
        "gaps": gaps.iter().map(gap).collect::<Vec<_>>(),
    });
    if let Some(load) = load {
        told["load"] = load.iter().map(of_person).collect();
    }
    told
}

fn of_person(load: &Load<'_>) -> Value {
    json!({
        "person": load.person,
        "shifts": load.shifts,
        "covered_hours": elapsed(load.covered),
        "off_hours": elapsed(load.off_hours),
        "weekend_hours": elapsed(load.weekends),
        "sleep_hours": elapsed(load.sleep),
        "longest_run": load.longest_run,
        "above_mean_hours": elapsed(load.above_mean),
    })
}

/// Seconds as hours, whole ones without a fraction.
fn elapsed(seconds: i64) -> Value {
    if seconds % 3_600 == 0 {
        return Value::from(seconds / 3_600);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of a shift stay far below 2^52")]
    let hours = seconds as f64 / 3_600.0;
    Value::from(hours)
}

fn lines(context: &Context, now: DateTime<Utc>, shifts: &[Piece<'_>]) -> Vec<String> {
    if shifts.is_empty() {
        let none =
            if context.team.rotations.is_empty() { "the team file has no rotation" } else { "no shift in that time" };
        return vec![none.to_owned()];
    }
    let team = &context.team;
    let width = shifts.iter().map(|piece| piece.rotation.len()).max().unwrap_or(0);
    let mine = viewer(context);
    let line = |piece: &Piece<'_>| {
        let rotation = team.rotations.iter().find(|rotation| rotation.id == piece.rotation)?;
        let local = |at: DateTime<Utc>| at.with_timezone(&rotation.timezone).fixed_offset();
        let odd = words::odd_hours(piece, rotation).map(|hours| format!(" [{hours}]")).unwrap_or_default();
        let yours = mine.and_then(|mine| words::elsewhere(local(piece.start()), mine, now));
        let yours = yours.map(|yours| format!(" (from {yours} for you)")).unwrap_or_default();
        Some(format!(
            "{:<width$}  {:<9}  {} to {}{odd}  {}{yours}",
            piece.rotation,
            role_word(piece.role),
            words::when(local(piece.start()), now),
            words::when(local(piece.end()), now),
            words::who(piece),
        ))
    };
    shifts.iter().filter_map(line).collect()
}

fn told(gap: &Gap<'_>, now: DateTime<Utc>) -> String {
    let (from, to) = (words::when(gap.start, now), words::when(gap.end, now));
    format!("GAP  {}  {from} to {to} ({}): {} {}", gap.rotation, words::hours(gap.seconds), gap.holder, gap.why)
}

fn carried(load: &Load<'_>) -> String {
    let hours = words::hours;
    let sign = if load.above_mean < 0 { "-" } else { "+" };
    format!(
        "load  {:<10} {} shifts, {} covered ({sign}{} to the mean), outside work hours {}, weekends {}, nights {}, {} in a row",
        load.person,
        load.shifts,
        hours(load.covered),
        hours(load.above_mean.abs()),
        hours(load.off_hours),
        hours(load.weekends),
        hours(load.sleep),
        load.longest_run,
    )
}
