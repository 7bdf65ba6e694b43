//! Runbooks, read step by step: a step is ticked off once that is on disk, and
//! its incident's timeline is told.

use super::verbs::Does;
use super::{Awaited, Dialogue, Listed, Waiting, unnumbered};
use crate::app::event::Effect;
use crate::app::reading::{Because, Need, Wanted};
use crate::domain::runbook::found::Listed as Page;
use crate::domain::runbook::run::{Standing, Went};
use crate::panes::spoken::{many, quoted, quoted_lines};

impl Dialogue {
    /// Asks which runbooks there are, or which fit these words.
    pub(super) fn ask_pages(&mut self, words: &[String]) -> Vec<Effect> {
        self.awaited = Awaited::Pages;
        vec![Effect::ListPages(words.join(" "))]
    }

    pub(super) fn tell_pages(&mut self) {
        let Some(pages) = self.app.pages().cloned() else { return };
        for doubt in &pages.doubts {
            self.say(&format!("Not known: {doubt}."));
        }
        let near = pages.listed.is_empty() && !pages.nearest.is_empty();
        let listed = if near { pages.nearest } else { pages.listed };
        self.say(&match (listed.len(), near) {
            (0, _) => "No runbook.".to_owned(),
            (count, false) => format!("{}.", many(count, "runbook", "runbooks")),
            (count, true) => {
                format!("No runbook has these words; the nearest {}:", if count == 1 { "is" } else { "are" })
            }
        });
        let now = self.app.desk().now();
        let line = |(at, page): (usize, &Page)| {
            let page = self.app.shown_page(page);
            let owner = page.owner.as_ref().map(|owner| format!(", owned by {owner}")).unwrap_or_default();
            let title = quoted(page.title.as_str());
            (Some(at + 1), format!("{}. {title}{owner}, {}.", at + 1, page.freshness.words(now)))
        };
        let lines: Vec<Waiting> = listed.iter().enumerate().map(line).collect();
        self.listed = Listed::Pages(listed.into_iter().map(|page| page.path).collect());
        self.read_out = 0;
        self.read_out(lines);
    }

    /// Opens the page for an incident, one of those that were listed, or the best for these words.
    pub(super) fn ask_page(&mut self, words: &[String]) -> Vec<Effect> {
        let wanted = match (&self.listed, words) {
            (Listed::Pages(paths), [word]) if word.parse::<usize>().is_ok() => {
                self.place(word, paths.len()).map(|at| paths[at].clone()).map(named)
            }
            _ => match self.only(words) {
                Ok(ids) => ids
                    .first()
                    .and_then(|id| Need::of(self.app.desk(), id))
                    .map(|need| Wanted::For(Box::new(need)))
                    .ok_or_else(|| "that incident is no longer there".to_owned()),
                Err(why) if words.iter().all(|word| word.parse::<usize>().is_ok()) => Err(why),
                // Words find pages; the best of them is the first of the list.
                Err(_) => return self.ask_pages(words),
            },
        };
        match wanted {
            Ok(wanted) => {
                self.awaited = Awaited::Page;
                self.walk = None;
                self.app.want_page(wanted)
            }
            Err(why) => {
                self.complain(&why);
                Vec::new()
            }
        }
    }

    pub(super) fn tell_opened(&mut self) -> Vec<Effect> {
        let Some(reading) = self.app.reading() else { return Vec::new() };
        let opened = &reading.opened;
        let page = self.app.shown_page(&opened.page);
        let because = match &opened.because {
            Because::Kind(kind) => format!(", the page for {kind}"),
            Because::Instead(kind) => format!(", which fits its title; the page for {kind} is not there"),
            Because::Words(_) => ", which fits its title best".to_owned(),
            Because::Named => String::new(),
        };
        let owner = page.owner.as_ref().map(|owner| format!(", owned by {owner}")).unwrap_or_default();
        let fresh = page.freshness.words(self.app.desk().now());
        let head = format!("Runbook {}{because}{owner}, {fresh}.", quoted(page.title.as_str()));
        let steps = &opened.document.steps;
        let done = steps.iter().filter(|step| reading.run.standing(step) == Standing::Done).count();
        let told = if steps.is_empty() {
            "It has no steps; say page to hear it.".to_owned()
        } else {
            format!(
                "{}, {done} done. Say next for a step, done to tick it off, page for the whole text.",
                many(steps.len(), "step", "steps")
            )
        };
        let remarks: Vec<String> = opened.document.remarks.iter().map(|remark| format!("Beware: {remark}.")).collect();
        self.step = None;
        self.say(&head);
        for remark in remarks {
            self.say(&remark);
        }
        self.say(&told);
        Vec::new()
    }

    /// Reads the next step that is not done.
    pub(super) fn next_step(&mut self) {
        let Some(reading) = self.app.reading() else {
            self.complain("nothing is being walked; say runbook and a number, or triage");
            return;
        };
        let from = self.step.map_or(0, |step| step + 1);
        let steps = &reading.opened.document.steps;
        let open = |at: &usize| reading.run.standing(&steps[*at]) != Standing::Done;
        match (from..steps.len()).find(open) {
            Some(at) => {
                self.step = Some(at);
                self.read_step(at);
            }
            None => self.say("That was the last step. Say worked or failed to tell how it went."),
        }
    }

    fn read_step(&mut self, at: usize) {
        let Some(reading) = self.app.reading() else { return };
        let document = &reading.opened.document;
        let step = &document.steps[at];
        let section = step.section.and_then(|section| document.sections.get(section));
        let section = section.map(|section| format!(", {}", quoted(section.title.as_str()))).unwrap_or_default();
        let mut lines =
            vec![format!("Step {} of {}{section}:", at + 1, document.steps.len()), quoted(step.text.as_str())];
        for block in step.blocks.iter().filter_map(|block| document.blocks.get(*block)) {
            let code = quoted_lines(&block.text);
            let needs = match block.placeholders.as_slice() {
                [] => String::new(),
                holes => format!(", fill in {}", holes.iter().map(|hole| quoted(hole)).collect::<Vec<_>>().join(", ")),
            };
            let harm = match block.destructive.as_slice() {
                [] => String::new(),
                words => format!(". Beware, it changes something: {}", words.join(", ")),
            };
            lines.push(format!("Code, {}{needs}{harm}:", many(code.len(), "line", "lines")));
            lines.extend(code);
        }
        self.read_out(unnumbered(lines));
    }

    /// Ticks off the step that was read last; the next is read once that is on disk.
    pub(super) fn tick(&mut self) -> Vec<Effect> {
        let Some(step) = self.step.filter(|_| self.app.reading().is_some()) else {
            self.complain("no step was read; say next first");
            return Vec::new();
        };
        let effects = self.app.tick(step);
        self.await_written(&effects);
        effects
    }

    fn await_written(&mut self, effects: &[Effect]) {
        if effects.iter().any(|effect| matches!(effect, Effect::Write(_))) {
            self.awaited = Awaited::Written;
        }
    }

    /// What was done with the page is on disk.
    pub(super) fn written_down(&mut self) {
        if self.step.is_some() && self.app.reading().is_some() {
            self.next_step();
        }
    }

    pub(super) fn end_page(&mut self, does: Does, words: &[String]) -> Vec<Effect> {
        if self.app.reading().is_none() {
            self.complain("no runbook is open; say runbook and a number");
            return Vec::new();
        }
        let went = if does == Does::Worked { Went::Worked } else { Went::Failed };
        self.step = None;
        let effects = self.app.end_use(went, &words.join(" "));
        self.await_written(&effects);
        effects
    }

    /// The whole page, line by line, as it is written.
    pub(super) fn read_page(&mut self) {
        let Some(reading) = self.app.reading() else {
            self.complain("no runbook is open; say runbook and a number");
            return;
        };
        let document = &reading.opened.document;
        let text = document.source.get(document.body..).unwrap_or_default();
        let lines = quoted_lines(text);
        self.read_out(unnumbered(lines));
    }
}

fn named(path: String) -> Wanted {
    Wanted::Page { path, anchor: None, sought: None }
}
