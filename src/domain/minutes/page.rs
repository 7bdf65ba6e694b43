//! Minutes for people, as Markdown, and for programs, as JSON.
//!
//! Strangers' words stand in code spans and fences: nothing in a title can
//! mention anybody, link anywhere, or leave its place.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Fate, Item, Minutes};
use crate::domain::agenda::Part;
use crate::domain::quote;
use crate::domain::text::Clean;

impl Minutes {
    /// `dogwatch.minutes/1`.
    pub fn json(&self) -> Value {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let decided = self.decided.iter();
        let decided = decided
            .map(|one| json!({"id": one.id, "decision": one.decision, "by": one.by, "note": one.note}))
            .collect::<Vec<_>>();
        let elsewhere = self.items.iter().zip(self.fates()).filter(|(_, fate)| *fate == Fate::Elsewhere);
        let elsewhere = elsewhere.map(|(item, _)| json!({"id": item.id, "what": self.elsewhere.get(&item.id)}));
        let proposals = self.proposals().into_iter();
        let proposals = proposals.map(|one| json!({"reason": one.reason, "ids": one.ids, "toml": one.toml}));
        json!({
            "schema": "dogwatch.minutes/1",
            "started_at": time(self.started_at),
            "ended_at": self.ended_at.map(time),
            "present": self.present,
            "decided": decided,
            "elsewhere": elsewhere.collect::<Vec<_>>(),
            "left": self.left().iter().map(|item| &item.id).collect::<Vec<_>>(),
            "proposals": proposals.collect::<Vec<_>>(),
        })
    }

    /// The same as Markdown, on the team's clock.
    pub fn markdown(&self, zone: Tz) -> String {
        let mut out = vec![format!("# Triage meeting, {}", self.when(zone)), String::new()];
        let fates = self.fates();
        let count = |wanted: Fate| fates.iter().filter(|fate| **fate == wanted).count();
        let present: Vec<&str> = self.present.iter().map(Clean::as_str).collect();
        out.push(format!("Present: {}", if present.is_empty() { "not said".to_owned() } else { present.join(", ") }));
        out.push(format!("Minutes kept by: {}", self.by));
        let left = self.left();
        out.push(format!(
            "Agenda: {}; decided {}, settled elsewhere {}, not reached {}",
            self.items.len(),
            count(Fate::Decided),
            count(Fate::Elsewhere),
            left.len()
        ));
        let with = |wanted: &[Fate]| {
            let all = self.items.iter().zip(&fates);
            all.filter(|(_, fate)| wanted.contains(fate)).map(|(item, _)| item).collect::<Vec<_>>()
        };
        let decided = with(&[Fate::Decided, Fate::InPart]);
        let decided = decided.into_iter().filter(|item| self.about(&item.id).next().is_some());
        section(&mut out, "Decided", decided.flat_map(|item| self.told(item)).collect());
        let elsewhere = with(&[Fate::Elsewhere]).into_iter();
        let elsewhere = elsewhere.map(|item| {
            let what = self.elsewhere.get(&item.id).map(Clean::as_str).unwrap_or_default();
            format!("- {}: {what}", named(item))
        });
        section(&mut out, "Settled elsewhere", elsewhere.collect());
        section(&mut out, "Not reached", left.into_iter().map(|item| self.unreached(item)).collect());
        let proposals = self.proposals().into_iter().flat_map(|one| {
            let ids: Vec<String> = one.ids.iter().map(|id| quote::span(id.as_str())).collect();
            [
                format!("- {} ({}):", one.reason, ids.join(", ")),
                String::new(),
                quote::fence("toml", one.toml.trim_end()),
            ]
        });
        section(&mut out, "Proposals", proposals.collect());
        out.push(String::new());
        out.join("\n")
    }

    /// From when to when, on the team's clock: `Tue 2026-11-24 10:00–10:24 GMT`.
    pub fn when(&self, zone: Tz) -> String {
        let from = self.started_at.with_timezone(&zone);
        let to = self.ended_at.map(|at| at.with_timezone(&zone));
        let end = match to {
            None => " (not ended)".to_owned(),
            Some(to) if to.date_naive() == from.date_naive() => format!("–{}", to.format("%H:%M")),
            Some(to) => format!("–{}", to.format("%a %Y-%m-%d %H:%M")),
        };
        format!("{}{end} {}", from.format("%a %Y-%m-%d %H:%M"), from.format("%Z"))
    }

    /// What its files are called, without their ending: `2026-11-24T1000`.
    pub fn file_name(&self, zone: Tz) -> String {
        self.started_at.with_timezone(&zone).format("%Y-%m-%dT%H%M").to_string()
    }

    fn told(&self, item: &Item) -> Vec<String> {
        let mut lines = Vec::new();
        let decisions = self.about(&item.id).filter(|one| one.note.is_none());
        let words: Vec<String> = decisions.map(|one| format!("{} (by {})", one.decision, one.by)).collect();
        let words = if words.is_empty() { "a note".to_owned() } else { words.join("; ") };
        lines.push(format!("- {}: {words}", named(item)));
        for one in self.about(&item.id) {
            if let Some(note) = &one.note {
                // A note is Markdown of the team's own, and of any length: here its first line stands for it.
                let text = Clean::line(note.as_str());
                lines.push(format!("  - {} ({}): {}", one.decision, one.by, quote::span(text.as_str())));
            }
        }
        if let Some(last) = self.about(&item.id).next_back().filter(|last| !last.missing.is_empty()) {
            lines.push(format!("  - still missing: {}", last.missing.join(", ")));
        }
        lines
    }

    fn unreached(&self, item: &Item) -> String {
        let skipped = if self.skipped.contains_key(&item.id) { ", left for later" } else { "" };
        format!("- {} ({}{skipped})", named(item), item.part.word())
    }

    /// How many of each part there are, in their order; those that have none are left out.
    pub fn parts(&self) -> Vec<(Part, usize)> {
        let count = |part: Part| self.items.iter().filter(|item| item.part == part).count();
        Part::ALL.into_iter().map(|part| (part, count(part))).filter(|(_, count)| *count > 0).collect()
    }
}

fn named(item: &Item) -> String {
    format!("{} {}", quote::span(item.id.as_str()), quote::span(item.title.as_str()))
}

fn section(out: &mut Vec<String>, title: &str, lines: Vec<String>) {
    out.extend([String::new(), format!("## {title}"), String::new()]);
    if lines.is_empty() {
        out.push("none".to_owned());
    }
    out.extend(lines);
}
