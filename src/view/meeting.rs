//! The triage meeting, in place of everything else: one thing at a time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::bindings::{Answer, Command, Meets, Place};
use crate::app::meeting::{Meeting, Stage, There};
use crate::domain::minutes::Minutes;
use crate::panes::{detail, fit, meeting};

/// The decisions that the last line names, in the order in which room is given to them.
const DECIDE: &[(Command, &str)] = &[
    (Command::Severity, "severity"),
    (Command::Kind, "kind"),
    (Command::Assign, "assign"),
    (Command::Note, "note"),
    (Command::Snooze, "snooze"),
    (Command::Close, "close"),
    (Command::Merge, "merge"),
    (Command::Undo, "undo"),
];

/// Keys, and a word for each.
type Hints = Vec<(String, &'static str)>;

/// Draws the meeting.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, held: &Meeting) {
    let theme = &app.outfit().theme;
    buffer.set_style(area, theme.text);
    if let Some(head) = app.meeting_head() {
        buffer.set_line(area.x, area.y, &meeting::head(&head, area.width, theme), area.width);
        if meeting::body(area).y > area.y + 1 {
            buffer.set_line(area.x, area.y + 1, &meeting::progress(&head, area.width, theme), area.width);
        }
    }
    let place = if held.stage == Stage::Walking { meeting::place(area) } else { meeting::page(area) };
    let top = match held.stage {
        Stage::Evidence(top) | Stage::Minutes(top) => top,
        Stage::Opening(_) | Stage::Walking | Stage::Ending => 0,
    };
    let lines = lines(app, held, place);
    let top = top.min(lines.len().saturating_sub(usize::from(place.height)));
    for (y, line) in (place.y..place.bottom()).zip(lines.iter().skip(top)) {
        buffer.set_line(place.x, y, line, place.width);
    }
    let hidden = lines.len().saturating_sub(top + usize::from(place.height));
    draw_keys(app, buffer, (area, hidden), held);
}

/// The keys of this page: those that decide above those that lead on, where there are two lines for them.
fn draw_keys(app: &App, buffer: &mut Buffer, (area, hidden): (Rect, usize), held: &Meeting) {
    let theme = &app.outfit().theme;
    let (decide, lead) = keys(app, held);
    let width = usize::from(area.width);
    let last = area.bottom() - 1;
    let more = if hidden > 0 { format!("{hidden} more  ") } else { String::new() };
    let more = Span::styled(format!(" {more}"), theme.warning);
    let room = width.saturating_sub(more.width());
    let mut spans = vec![more];
    if meeting::key_lines(area) == 1 {
        let at = lead.len().saturating_sub(2);
        let (first, ends) = lead.split_at(at);
        let all: Hints = [first, &decide, ends].concat();
        spans.extend(fitting(&all, room, app));
    } else {
        spans.extend(fitting(&lead, room, app));
        let above: Vec<Span<'static>> =
            std::iter::once(Span::raw(" ")).chain(fitting(&decide, width - 1, app)).collect();
        buffer.set_line(area.x, last - 1, &Line::from(above), area.width);
    }
    buffer.set_line(area.x, last, &Line::from(spans), area.width);
}

fn lines(app: &App, held: &Meeting, place: Rect) -> Vec<Line<'static>> {
    let theme = &app.outfit().theme;
    match held.stage {
        Stage::Opening(at) => opening(app, held, (place, at)),
        Stage::Ending => ending(app, held, place),
        Stage::Minutes(_) => app.minutes_lines(place.width),
        Stage::Evidence(_) => {
            app.subject().map(|subject| detail::lines(&subject, place.width, theme)).unwrap_or_default()
        }
        Stage::Walking => match app.meeting_card() {
            Some(card) => meeting::lines(&card, place, theme),
            None => vec![Line::styled("Nothing is on the agenda.", theme.ok)],
        },
    }
}

/// What there is to walk, who is here, and a meeting to go on with.
fn opening(app: &App, held: &Meeting, (place, at): (Rect, usize)) -> Vec<Line<'static>> {
    let theme = &app.outfit().theme;
    let width = usize::from(place.width);
    let mut lines = heading("Triage meeting", place, theme.title);
    let what = if held.has_begun() { "Who is here?".to_owned() } else { agenda(held.minutes()) };
    lines.extend(fit::wrap(&what, width).into_iter().map(|line| Line::styled(line, theme.text)));
    let airy = place.height >= 16;
    lines.extend(airy.then(Line::default));
    if let Some(before) = held.unfinished().filter(|_| !held.has_begun()) {
        let key = app.outfit().keys.key_in(Place::Meeting, Answer::Meet(Meets::ComeBack));
        let settled = before.items.len() - before.left().len();
        let text = format!(
            "The meeting of {} was not ended: {settled} of {} settled. {key} goes on with it.",
            app.civil(before.started_at),
            before.items.len()
        );
        lines.extend(fit::wrap(&text, width).into_iter().map(|line| Line::styled(line, theme.warning)));
        lines.extend(airy.then(Line::default));
    }
    lines.push(Line::styled("Who is here?", theme.heading));
    let room = usize::from(place.height).saturating_sub(lines.len()).max(1);
    let from = (at + 1).saturating_sub(room);
    for (seat, one) in held.seats.iter().enumerate().skip(from).take(room) {
        let mark = match one.there {
            There::Yes => "[x]",
            There::No => "[ ]",
        };
        let cursor = if seat == at { ">" } else { " " };
        let text = fit::cut(&format!("{cursor} {mark} {:<10} {}", one.id, one.name), width);
        let style = if seat == at { theme.selected } else { theme.text };
        lines.push(Line::styled(fit::pad(&text, width.min(48)), style));
    }
    lines
}

/// `12 to walk: 5 untriaged, 4 overdue.`
fn agenda(minutes: &Minutes) -> String {
    let parts: Vec<String> =
        minutes.parts().into_iter().map(|(part, count)| format!("{count} {}", part.word())).collect();
    if parts.is_empty() {
        return "Nothing to walk: nothing is untriaged, overdue or left lying.".to_owned();
    }
    format!("{} to walk: {}.", minutes.items.len(), parts.join(", "))
}

fn ending(app: &App, held: &Meeting, place: Rect) -> Vec<Line<'static>> {
    let theme = &app.outfit().theme;
    let left = held.minutes().left();
    let mut lines = heading("End the meeting?", place, theme.title);
    let later = left.iter().filter(|item| held.minutes().skipped.contains_key(&item.id)).count();
    let later = if later > 0 { format!(", {later} of them left for later") } else { String::new() };
    let text = format!("{} of {} not settled{later}:", left.len(), held.minutes().items.len());
    lines.push(Line::styled(text, theme.warning));
    let room = usize::from(place.height).saturating_sub(lines.len() + 2).max(1);
    let shown = if left.len() > room { room.saturating_sub(1) } else { left.len() };
    for item in left.iter().take(shown) {
        let text = format!("  {} {}", app.desk().name(&item.id), app.veiled(item.title.as_str()));
        lines.push(Line::styled(fit::cut(&text, usize::from(place.width)), theme.text));
    }
    if left.len() > shown {
        lines.push(Line::styled(format!("  and {} more", left.len() - shown), theme.dim));
    }
    lines
}

/// A heading in large, spaced type where there is room.
fn heading(text: &str, place: Rect, style: Style) -> Vec<Line<'static>> {
    let style = style.add_modifier(Modifier::BOLD);
    if place.height < 16 || place.width < 60 {
        return vec![Line::styled(text.to_owned(), style)];
    }
    let wide = meeting::spaced_lines(text, usize::from(place.width));
    let mut lines = vec![Line::default()];
    lines.extend(wide.into_iter().map(|line| Line::styled(line, style)));
    lines.push(Line::default());
    lines
}

/// What decides on this page, and what leads on; the last two of these are the last to go.
fn keys(app: &App, walked: &Meeting) -> (Hints, Hints) {
    let keys = &app.outfit().keys;
    let of = |answer: Answer, hint: &'static str| (keys.key_in(Place::Meeting, answer), hint);
    let queue = |command: Command, hint: &'static str| (keys.key_of(command), hint);
    let asked = |answer: Answer, hint: &'static str| (keys.key_in(Place::Question, answer), hint);
    let help = queue(Command::Help, "help");
    let over = walked.minutes().ended_at.is_some();
    let mut decide = vec![of(Answer::Take, "take")];
    decide.extend(DECIDE.iter().map(|(command, hint)| queue(*command, hint)));
    decide.insert(5, of(Answer::Meet(Meets::Backlog), "backlog"));
    if app.is_at_an_eval() {
        decide.insert(3, queue(Command::Expect, "expect"));
    }
    match walked.stage {
        Stage::Opening(_) => {
            let begin = if walked.has_begun() { "done" } else { "begin" };
            let out = of(Answer::Back, if walked.has_begun() { "back" } else { "leave" });
            (Vec::new(), vec![of(Answer::Choose, begin), of(Answer::Meet(Meets::Later), "here or not"), out, help])
        }
        Stage::Walking => {
            let lead = [
                of(Answer::Choose, "evidence"),
                of(Answer::Meet(Meets::Later), "later"),
                of(Answer::Down, "next"),
                queue(Command::Runbook, "runbook"),
                of(Answer::Meet(Meets::Minutes), "minutes"),
                of(Answer::Meet(Meets::End), "end"),
                help,
            ];
            (decide, lead.to_vec())
        }
        Stage::Evidence(_) => {
            let cases = app.is_at_an_eval().then(|| queue(Command::NextCase, "cases"));
            let ends = [of(Answer::Meet(Meets::Later), "later"), of(Answer::Back, "back"), help];
            let lead = std::iter::once(of(Answer::Down, "scroll")).chain(cases).chain(ends);
            (decide, lead.collect())
        }
        Stage::Ending => (Vec::new(), vec![asked(Answer::Yes, "end it"), asked(Answer::No, "go on")]),
        Stage::Minutes(_) => {
            let mut lead = vec![of(Answer::Meet(Meets::Write), "write"), of(Answer::Down, "scroll")];
            if !over {
                lead.extend([of(Answer::Back, "back"), queue(Command::Undo, "undo")]);
            }
            lead.extend([of(Answer::Meet(Meets::End), if over { "leave" } else { "end" }), help]);
            (Vec::new(), lead)
        }
    }
}

/// As many of these as fit, the last two before all others.
fn fitting(all: &[(String, &'static str)], width: usize, app: &App) -> Vec<Span<'static>> {
    let theme = &app.outfit().theme;
    let mut left = width;
    let mut fits = vec![false; all.len()];
    let columns = |(key, hint): &(String, &str)| fit::columns(key) + hint.len() + 3;
    let last = all.len().saturating_sub(2);
    for at in (last..all.len()).chain(0..last) {
        if !all[at].0.is_empty() && columns(&all[at]) <= left {
            left -= columns(&all[at]);
            fits[at] = true;
        }
    }
    let shown = all.iter().zip(fits).filter(|(_, fits)| *fits).map(|(one, _)| one);
    shown
        .flat_map(|(key, hint)| [Span::styled(key.clone(), theme.key), Span::styled(format!(" {hint}  "), theme.dim)])
        .collect()
}
