//! `dogwatch doctor`: is everything reachable and sane? Says which token goes
//! where and what it may do, never the token; says of whatever is missing how
//! it is mended. Changes nothing, except that a missing store is made.

mod endpoint;
mod files;
mod place;
mod repository;
mod results;
mod runbooks;
mod seat;

use serde_json::{Value, json};

use super::context::Context;
use super::exit::{Exit, Failure};
use super::{Global, json, out};
use crate::domain::text::Clean;
use crate::panes::fit;
use crate::shell::session::{Plan, trust_in};
use crate::store::Store;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// As it should be.
    Ok,
    /// It works, and not as it could.
    Warn,
    /// It does not work until somebody mends it.
    Error,
    /// A source did not answer; another time it may.
    Unreached,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Error | Self::Unreached => "error",
        }
    }
}

/// One thing that was looked at.
struct Check {
    group: String,
    name: &'static str,
    level: Level,
    text: Clean,
    remedy: Option<Clean>,
}

/// What was found, in the order in which it is told.
#[derive(Default)]
struct Findings {
    checks: Vec<Check>,
    sources: Vec<Value>,
}

/// Where the next checks belong.
struct Group<'a> {
    title: String,
    findings: &'a mut Findings,
}

impl Findings {
    fn group(&mut self, title: impl Into<String>) -> Group<'_> {
        Group { title: title.into(), findings: self }
    }

    /// The checks of each group together, in the order in which groups came up.
    fn in_groups(mut self) -> Self {
        let mut titles: Vec<String> = Vec::new();
        for check in &self.checks {
            if !titles.contains(&check.group) {
                titles.push(check.group.clone());
            }
        }
        self.checks.sort_by_key(|check| titles.iter().position(|title| *title == check.group));
        self
    }

    fn worst(&self) -> Level {
        self.checks.iter().map(|check| check.level).max().unwrap_or(Level::Ok)
    }

    fn count(&self, word: &str) -> usize {
        self.checks.iter().filter(|check| check.level.word() == word).count()
    }
}

impl Group<'_> {
    fn ok(&mut self, name: &'static str, text: &str) {
        self.note((Level::Ok, name), text, None);
    }

    fn warn(&mut self, name: &'static str, text: &str, remedy: &str) {
        self.note((Level::Warn, name), text, Some(remedy));
    }

    fn error(&mut self, name: &'static str, text: &str, remedy: &str) {
        self.note((Level::Error, name), text, Some(remedy));
    }

    fn note(&mut self, (level, name): (Level, &'static str), text: &str, remedy: Option<&str>) {
        let remedy = remedy.filter(|remedy| !remedy.is_empty()).map(Clean::line);
        let group = self.title.clone();
        self.findings.checks.push(Check { group, name, level, text: Clean::line(text), remedy });
    }
}

pub(super) async fn run(global: &Global) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    let plan = context.plan();
    let mut findings = Findings::default();
    let store = place::open(&context, &mut findings);
    files::look(&context, &plan, store.as_ref(), &mut findings);
    if let Some(store) = &store {
        place::look(&context, store, &mut findings);
    }
    runbooks::look(&context, &plan, &mut findings);
    repository::look(&context, &plan, trusted(&plan, store.as_ref()), &mut findings).await;
    seat::look(global, &context, &mut findings);
    let findings = findings.in_groups();
    if global.json {
        out::json(&answer(&context, &findings))?;
    } else {
        out::answer(&told(&findings))?;
    }
    Ok(match findings.worst() {
        Level::Ok => Exit::Done,
        Level::Warn | Level::Error => Exit::Found,
        Level::Unreached => Exit::Unreached,
    })
}

fn trusted(plan: &Plan, store: Option<&Store>) -> crate::shell::session::Trusted {
    trust_in(plan, store, &crate::config::wants_trust(&plan.team))
}

fn answer(context: &Context, findings: &Findings) -> Value {
    let check = |check: &Check| {
        json!({
            "group": check.group,
            "name": check.name,
            "level": check.level.word(),
            "text": check.text,
            "remedy": check.remedy,
        })
    };
    json!({
        "schema": "dogwatch.doctor/1",
        "at": json::time(context.clock().start()),
        "version": env!("CARGO_PKG_VERSION"),
        "checks": findings.checks.iter().map(check).collect::<Vec<_>>(),
        "sources": findings.sources,
        "summary": {
            "ok": findings.count("ok"),
            "warn": findings.count("warn"),
            "error": findings.count("error"),
        },
    })
}

/// A heading per group, a line per check that begins with its word.
fn told(findings: &Findings) -> String {
    const INDENT: usize = 8;
    let width = crate::shell::width::columns(super::context::word("COLUMNS").as_deref());
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(20));
    let mut lines: Vec<String> = Vec::new();
    let mut group = "";
    for check in &findings.checks {
        if group != check.group {
            group = &check.group;
            lines.push(group.to_owned());
        }
        let text = format!("{}: {}", check.name, check.text);
        let remedy = check.remedy.as_ref().map(|remedy| format!("→ {remedy}"));
        let word = std::iter::once(check.level.word()).chain(std::iter::repeat(""));
        let told = std::iter::once(text).chain(remedy).flat_map(|part| fit::wrap(&part, room));
        lines.extend(word.zip(told).map(|(word, line)| format!("  {word:<5} {line}")));
    }
    let (warn, error) = (findings.count("warn"), findings.count("error"));
    lines.push(match (warn, error) {
        (0, 0) => "all well".to_owned(),
        _ => format!("{error} to mend, {warn} to look at"),
    });
    lines.join("\n")
}
