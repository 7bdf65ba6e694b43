//! A model in which nothing is wrong, to be spoilt in one place.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use dogwatch::config::{FrontMatter, Places, team_file};
use dogwatch::domain::calendar::{Calendar, Facts, Tag, Window, today};
use dogwatch::domain::check::{Answer, Ground, Known, Page, Past, Seen, Served, Tool, answer};
use dogwatch::domain::rotation::{JUDGED, Roster};
use dogwatch::domain::runbook::document::Document;
use dogwatch::domain::runbook::freshness::{Because, Freshness, State};
use dogwatch::domain::triage::Model;

/// A Monday at noon.
pub const NOW: &str = "2026-11-30T12:00:00Z";

pub const TEAM: &str = include_str!("whole.toml");

pub fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

/// Everything that is looked at.
pub struct Scene {
    pub team: String,
    pub seen: Seen,
    pub facts: Facts,
}

impl Scene {
    /// The one in which nothing is wrong.
    pub fn whole() -> Self {
        let tool = |name: &str, says: &str| (name.to_owned(), Tool { description: says.to_owned() });
        let tools = BTreeMap::from([tool("find", "Finds."), tool("look", "[DEPRECATED: use find] Looks.")]);
        let seen = Seen {
            files: Ok(vec!["docs/runbooks/down.md".to_owned(), "mcp/a.py".to_owned()]),
            authors: Ok(BTreeMap::new()),
            codeowners: Ok(None),
            pages: Ok(vec![page("# Down\n\n## Verify\n\nLook.\n\n## Roll back\n\nUndo it.\n")]),
            landed: Ok(BTreeMap::new()),
            past: Ok(Past::default()),
            evaluated: Ok(Vec::new()),
            served: BTreeMap::from([("prod".to_owned(), Ok(Served { tools, drift: None }))]),
            known: Known { minutes: true, handoffs: true, reviews: true, runs: true, tags: true, commits: true },
            moved: Ok(Vec::new()),
        };
        let facts = Facts {
            tags: Some(vec![tag("tools-v1.0.0", "2026-11-10T09:00:00Z")]),
            minutes: Some(vec!["2026-11-17".parse().unwrap(), "2026-11-24".parse().unwrap()]),
            ..Facts::default()
        };
        Self { team: TEAM.to_owned(), seen, facts }
    }

    /// The same with other words in the team file.
    pub fn with(mut self, from: &str, to: &str) -> Self {
        assert!(self.team.contains(from), "{from:?} is not in the model");
        self.team = self.team.replacen(from, to, 1);
        self
    }

    /// The same with more at the end of the team file.
    pub fn and(mut self, more: &str) -> Self {
        self.team.push_str(more);
        self
    }

    /// The same with something else seen.
    pub fn seeing(mut self, change: impl FnOnce(&mut Seen)) -> Self {
        change(&mut self.seen);
        self
    }

    pub fn answer(&self) -> Answer {
        let team = team_file(&self.team, "dogwatch.toml").unwrap_or_else(|problems| panic!("{problems:#?}"));
        let (model, now) = (Model::new(team), now());
        let span = (now - JUDGED, now + JUDGED);
        let roster = Roster::new(&model.team, &[], now, span);
        let last = today(&model.team, now + TimeDelta::days(42));
        let window = Window { from: today(&model.team, now) - Days::new(92), to: last };
        let calendar = Calendar::new(&model.team, &roster, &self.facts, now, window);
        let ground = Ground::new((&model, "dogwatch.toml"), &roster, &calendar, &self.seen);
        answer(&ground, &Places::of(&self.team))
    }

    /// What was found: the level, the rule and the subject of each.
    pub fn found(&self) -> Vec<String> {
        let told =
            |one: &dogwatch::domain::check::Finding| format!("{} {} {}", one.level.word(), one.rule, one.subject);
        self.answer().findings.iter().map(told).collect()
    }
}

/// A tag of a commit.
pub fn tag(name: &str, at: &str) -> Tag {
    Tag {
        name: name.to_owned(),
        at: at.parse().unwrap(),
        commit: Some("3b2aabc0123456789abcdef0123456789abcdef0".to_owned()),
    }
}

/// The page of the kind that pages.
pub fn page(text: &str) -> Page {
    Page {
        path: "docs/runbooks/down.md".to_owned(),
        below: "down.md".to_owned(),
        owner: None,
        freshness: Freshness {
            state: State::Fresh,
            at: Some(now() - TimeDelta::days(3)),
            because: Some(Because::Worked),
            failed: None,
        },
        document: Document::read(text, &FrontMatter::default()),
        broken: Vec::new(),
        gone: Vec::new(),
        missing: Vec::new(),
    }
}
