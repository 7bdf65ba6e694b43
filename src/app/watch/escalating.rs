//! Asking somebody else to take it: the next step of its escalation, another
//! one, or a person out of turn.

use super::App;
use super::openers::choice;
use crate::app::escalating::{Rung, Scene};
use crate::app::event::Effect;
use crate::app::pick::{Choice, Means};
use crate::domain::escalation::{Ask, ByFile, Course, Round, line};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

impl App {
    pub(super) fn pick_step(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let choices = match ids.as_slice() {
            [only] => {
                let me = self.desk.model().person(&Clean::line(self.desk.me()));
                self.scene_of(only).and_then(|scene| steps(&scene, me.as_str()))
            }
            _ => Some(vec![choice(
                "the next of each",
                "whoever comes after those who were asked",
                Means::Escalate(Rung::Next),
            )]),
        };
        let Some(choices) = choices else {
            return self.hint("its severity has no escalation; assign it to a person instead");
        };
        self.open_pick("Escalate", ids, choices);
        Vec::new()
    }

    fn scene_of(&self, id: &IncidentId) -> Option<Scene<'_>> {
        Some(self.desk.scene(self.desk.incident(id)?, self.desk.row(id)?))
    }

    /// Where the escalation of an incident stands, in a line; none where it has none.
    pub(super) fn escalation_of(&self, id: &IncidentId) -> Option<String> {
        let desk = self.seen();
        let scene = Scene { now: self.minute(), ..desk.scene(desk.incident(id)?, desk.row(id)?) };
        Some(line(&scene.round()?, &ByFile(&scene.model.team), scene.now))
    }
}

/// The next one, then every step by its number.
fn steps(scene: &Scene<'_>, by: &str) -> Option<Vec<Choice>> {
    let round = scene.round()?;
    let duties = ByFile(&scene.model.team);
    let course = round.course_for(Some(by), &duties, scene.now);
    let mut choices = Vec::new();
    if let Some(ask) = &course.next {
        choices.push(choice(whom(ask), next(&round, ask, &course), Means::Escalate(Rung::Next)));
    }
    for step in 1..=round.of_steps() {
        if course.next.as_ref().is_some_and(|next| next.step == step) {
            continue;
        }
        let of = format!("step {step} of {}", round.of_steps());
        let (label, hint) = match round.reached(step, &duties, scene.now) {
            Ok(ask) if step <= round.step() => (whom(&ask), format!("{of}, again")),
            Ok(ask) => (whom(&ask), of),
            Err(why) => ("nobody".to_owned(), format!("{of}: {why}")),
        };
        choices.push(choice(label, hint, Means::Escalate(Rung::Step(step))));
    }
    Some(choices)
}

fn next(round: &Round<'_>, ask: &Ask, course: &Course) -> String {
    let passed: Vec<String> = course.skipped.iter().map(|one| format!("; step {}: {}", one.step, one.why)).collect();
    format!("next, step {} of {}{}", ask.step, round.of_steps(), passed.concat())
}

fn whom(ask: &Ask) -> String {
    match (ask.who.as_slice(), ask.title.as_str()) {
        ([one], "") => one.clone(),
        ([one], title) if title != "everyone" => format!("{one} ({title})"),
        (_, _) => "everyone".to_owned(),
    }
}
