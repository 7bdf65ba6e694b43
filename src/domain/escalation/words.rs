//! What is said to those who are asked, and to those who look on.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Ask, Assigns, Course, Duties, Round};
use crate::config::Span;

/// Why somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why<'a> {
    /// It was filed, and nobody has it.
    Filed,
    /// Nobody has acked for so long.
    NoAck(Span),
    /// A person wants it.
    Wanted {
        /// Who.
        by: &'a str,
        /// What they say with it; may be empty.
        note: &'a str,
    },
}

/// The comment that tells them, as Markdown; `call` is what makes the tracker notify a person.
pub fn told(round: &Round<'_>, (ask, course): (&Ask, &Course), why: &Why<'_>, call: impl Fn(&str) -> String) -> String {
    let called: Vec<String> = ask.who.iter().map(|who| call(who)).collect();
    let to = named(&ask.who, &ask.title, ask.assigns);
    let because = match why {
        Why::Filed => "filed, and nobody has it yet".to_owned(),
        Why::NoAck(span) => format!("no ack for {span}"),
        Why::Wanted { by, .. } => format!("{by} asks for it"),
    };
    let mut steps = Vec::new();
    if ask.step > 0 {
        steps.push(format!("step {} of {}", ask.step, round.of_steps()));
    }
    steps.extend(course.skipped.iter().map(|one| format!("step {} reached nobody: {}", one.step, one.why)));
    let steps = if steps.is_empty() { String::new() } else { format!("; {}", steps.join(", ")) };
    let note = match why {
        Why::Wanted { note, .. } if !note.trim().is_empty() => format!("\n\n{}", note.trim()),
        Why::Filed | Why::NoAck(_) | Why::Wanted { .. } => String::new(),
    };
    let verb = if *why == Why::Filed { "given" } else { "escalated" };
    format!("{} {verb} to {to}: {because}{steps}.{note}", called.join(" "))
}

/// Whom it asks, in a few words, and which steps were passed over on the way.
pub fn said(ask: &Ask, course: &Course) -> String {
    format!("asked {}{}", named(&ask.who, &ask.title, ask.assigns), passed_over(course))
}

/// Where an escalation stands and when it goes on, in a line: `step 1 of 4: ana (ops primary), since 10:02; ben (ops
/// secondary) in 9 min`.
pub fn line(round: &Round<'_>, duties: &impl Duties, now: DateTime<Utc>) -> String {
    let due = round.due();
    let course = round.course(duties, due.unwrap_or(now).max(now));
    let next = course.next.as_ref().map(|ask| named(&ask.who, &ask.title, ask.assigns));
    let Some(last) = round.last() else {
        let first =
            next.map_or_else(|| "nobody could be asked now".to_owned(), |next| format!("{next} is asked first"));
        return format!("not begun; {first}{}", passed_over(&course));
    };
    let who: Vec<String> = last.who.iter().map(ToString::to_string).collect();
    let assigns = if who.len() == 1 { Assigns::One } else { Assigns::Nobody };
    let step =
        if last.step > 0 { format!("step {} of {}", last.step, round.of_steps()) } else { "out of turn".to_owned() };
    let clock = round.clock(last.at, now);
    let goes_on = match (round.since, due, next) {
        (None, _, _) => "rests while somebody has it".to_owned(),
        (Some(_), Some(due), Some(next)) if due > now => format!("{next} {}{}", ahead(due - now), passed_over(&course)),
        (Some(_), Some(_), Some(next)) => format!("{next} is due{}", passed_over(&course)),
        (Some(_), _, _) => format!("nobody is left to ask{}", passed_over(&course)),
    };
    format!("{step}: {}, since {clock}; {goes_on}", named(&who, &round.title(last.step), assigns))
}

fn named(who: &[String], title: &str, assigns: Assigns) -> String {
    match assigns {
        Assigns::Nobody => "everyone".to_owned(),
        Assigns::One if title.is_empty() => who.join(", "),
        Assigns::One => format!("{} ({title})", who.join(", ")),
    }
}

fn passed_over(course: &Course) -> String {
    let steps: Vec<String> = course.skipped.iter().map(|one| format!("step {}: {}", one.step, one.why)).collect();
    if steps.is_empty() { String::new() } else { format!(" (passing over {})", steps.join(", ")) }
}

fn ahead(span: TimeDelta) -> String {
    let minutes = (span.num_seconds() + 59) / 60;
    match minutes {
        ..120 => format!("in {minutes} min"),
        120..2880 => format!("in {} h", minutes / 60),
        _ => format!("in {} d", minutes / 1440),
    }
}
