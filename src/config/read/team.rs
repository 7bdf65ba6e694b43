//! The team itself: its clock, its people, what they own, and how bad things can be.

use std::collections::BTreeSet;

use chrono::Weekday;

use super::{Ids, Named, Reader};
use crate::config::defaults;
use crate::config::parse;
use crate::config::problem::quoted;
use crate::config::raw::{
    RawArea, RawClock, RawDecision, RawKind, RawPerson, RawSeverity, RawTeam, RawTeamFile, RawTriage, RawWhen,
};
use crate::config::team::{Area, Away, Decision, Kind, Person, Set, Severity, Team, TeamFile, TriageRule, When};
use crate::config::text::{Placed, Text, WordOr};
use crate::config::values::Clock;

/// What ids of incidents begin with that are of no source in the file: the local tracker's, those that are not filed
/// yet, and those of the dogwatch that watches the others.
const RESERVED: [&str; 3] = ["local", "new", "prober"];

impl Reader<'_, '_> {
    pub(super) fn team_file(&mut self, raw: &RawTeamFile) -> TeamFile {
        self.version(raw.version.as_ref());
        let team = self.team(&raw.team);
        let sources = self.sources(&raw.sources);
        let severities = self.severities(raw.severities.as_deref());
        TeamFile {
            version: 1,
            people: self.people(&raw.people),
            areas: raw.areas.iter().map(|area| self.area(area)).collect(),
            decisions: raw.decisions.iter().map(|decision| self.decision(decision)).collect(),
            rotations: raw.rotations.iter().map(|rotation| self.rotation(rotation, team.timezone)).collect(),
            escalations: raw.escalations.iter().map(|escalation| self.escalation(escalation)).collect(),
            kinds: raw.kinds.iter().map(|kind| self.kind(kind)).collect(),
            triage: raw.triage.iter().map(|rule| self.triage(rule)).collect(),
            cadences: raw.cadences.iter().map(|cadence| self.cadence(cadence)).collect(),
            trains: raw.trains.iter().map(|train| self.train(train)).collect(),
            releases: self.releases(&raw.releases),
            freezes: raw.freezes.iter().map(|freeze| self.freeze(freeze)).collect(),
            deprecations: self.deprecations(&raw.deprecations),
            calendars: raw.calendars.iter().map(|calendar| self.calendar(calendar)).collect(),
            runbooks: self.runbooks(&raw.runbooks),
            tracker: self.tracker(&raw.tracker, &sources),
            filing: self.filing(&raw.filing),
            maintenance: raw.maintenance.iter().map(|one| self.maintenance(one, team.timezone)).collect(),
            expected: raw.expected.iter().map(|one| self.expected(one)).collect(),
            ui: self.ui(&raw.ui),
            limits: self.limits(&raw.limits),
            lint: self.lint(&raw.lint),
            team,
            severities,
            sources,
        }
    }

    /// All ids first, so that any table may refer to any other.
    pub(super) fn collect(&mut self, raw: &RawTeamFile) -> Ids {
        let severities = match &raw.severities {
            Some(severities) => self.ids(Named::Severity, severities.iter().map(|one| &one.id)),
            None => defaults::severities().into_iter().map(|one| one.id).collect(),
        };
        let sources = self.source_ids(&raw.sources);
        Ids(vec![
            (Named::Person, self.ids(Named::Person, raw.people.iter().map(|one| &one.id))),
            (Named::Area, self.ids(Named::Area, raw.areas.iter().map(|one| &one.id))),
            (Named::Decision, self.ids(Named::Decision, raw.decisions.iter().map(|one| &one.id))),
            (Named::Rotation, self.ids(Named::Rotation, raw.rotations.iter().map(|one| &one.id))),
            (Named::Escalation, self.ids(Named::Escalation, raw.escalations.iter().map(|one| &one.id))),
            (Named::Severity, severities),
            (Named::Kind, self.ids(Named::Kind, raw.kinds.iter().map(|one| &one.id))),
            (Named::Cadence, self.ids(Named::Cadence, raw.cadences.iter().map(|one| &one.id))),
            (Named::Train, self.ids(Named::Train, raw.trains.iter().map(|one| &one.id))),
            (Named::Freeze, self.ids(Named::Freeze, raw.freezes.iter().map(|one| &one.id))),
            (Named::Calendar, self.ids(Named::Calendar, raw.calendars.iter().map(|one| &one.id))),
            (Named::Source, sources),
        ])
    }

    /// The ids of one table, checked for their spelling and for doubles.
    fn ids<'r>(&mut self, named: Named, texts: impl Iterator<Item = &'r Text>) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for text in texts {
            self.spelling(text, named);
            if ids.contains(&text.value) {
                let (word, _) = named.words();
                let message = format!("there are two {word} entries with the id {}", quoted(&text.value));
                self.problem(&text.at, &message, "give this one another id");
            }
            ids.push(text.value.clone());
        }
        ids
    }

    /// Checks how an id is spelt. Severities are labels too, so they may be in capitals.
    pub(super) fn spelling(&mut self, text: &Text, named: Named) {
        let id = &text.value;
        let capitals = named == Named::Severity;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || (capitals && c.is_ascii_uppercase());
        let starts = id.chars().next().is_some_and(fits);
        if !starts || id.len() > 50 || !id.chars().all(|c| fits(c) || c == '-' || c == '_') {
            let letters = if capitals { "A-Z, a-z" } else { "a-z" };
            let remedy = format!("write {letters}, 0-9, - and _, up to 50 of them, a letter or digit first");
            self.problem(&text.at, &format!("{} is no id", quoted(id)), remedy);
        }
        if (named == Named::Person && id == "everyone") || (named == Named::Source && RESERVED.contains(&id.as_str())) {
            self.problem(&text.at, &format!("{} has a meaning of its own", quoted(id)), "choose another id");
        }
    }

    fn team(&mut self, raw: &RawTeam) -> Team {
        let default = Team::default();
        Team {
            name: self.maybe_said(raw.name.as_ref()).unwrap_or(default.name),
            timezone: self.maybe(raw.timezone.as_ref(), parse::zone).unwrap_or(default.timezone),
            workdays: raw.workdays.as_ref().map_or(default.workdays, |days| self.weekdays(days, "workdays")),
            workhours: self.maybe(raw.workhours.as_ref(), parse::workhours).unwrap_or(default.workhours),
            holidays: self.words(&raw.holidays, parse::day),
            log_dir: self.maybe_said(raw.log_dir.as_ref()).unwrap_or(default.log_dir),
        }
    }

    pub(super) fn weekdays(&mut self, raw: &Placed<Vec<Text>>, key: &str) -> Vec<Weekday> {
        let mut days: Vec<Weekday> = Vec::new();
        for text in self.some(raw, key) {
            let Some(day) = self.word(text, parse::weekday) else { continue };
            if days.contains(&day) {
                self.problem(&text.at, &format!("{} stands here twice", quoted(&text.value)), "keep one of them");
            }
            days.push(day);
        }
        days
    }

    fn people(&mut self, raw: &[RawPerson]) -> Vec<Person> {
        let mut logins = BTreeSet::new();
        for text in raw.iter().filter_map(|person| person.github.as_ref()) {
            let login = text.value.to_ascii_lowercase();
            if login.is_empty() || !login.chars().all(|c| c.is_ascii_alphanumeric() || "-_[]".contains(c)) {
                let message = format!("{} is no GitHub login", quoted(&text.value));
                self.problem(&text.at, &message, "write it without @ and without spaces");
            }
            if !logins.insert(login) {
                let message = format!("two people have the GitHub login {}", quoted(&text.value));
                self.problem(&text.at, &message, "a login belongs to one person");
            }
        }
        raw.iter().map(|person| self.person(person)).collect()
    }

    fn person(&mut self, raw: &RawPerson) -> Person {
        let joined = self.maybe(raw.joined.as_ref(), parse::day);
        let left = self.maybe(raw.left.as_ref(), parse::day);
        if let (Some(joined), Some(left), Some(text)) = (joined, left, &raw.left)
            && joined >= left
        {
            self.problem(&text.at, "they left before they joined", "write a day after `joined`");
        }
        Person {
            id: raw.id.value.clone(),
            name: self.maybe_said(raw.name.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            github: raw.github.as_ref().map(|text| text.value.clone()),
            timezone: self.maybe(raw.timezone.as_ref(), parse::zone),
            away: raw
                .away
                .iter()
                .map(|away| {
                    let (from, to) = self.days(&away.from, &away.to);
                    Away { from, to, why: self.maybe_said(away.why.as_ref()) }
                })
                .collect(),
            joined,
            left,
            shadow_until: self.maybe(raw.shadow_until.as_ref(), parse::day),
        }
    }

    fn area(&mut self, raw: &RawArea) -> Area {
        for text in raw.paths.iter().filter(|text| text.value.starts_with('!') || text.value.contains(['[', ']'])) {
            let message = format!("{} is no pattern of CODEOWNERS", quoted(&text.value));
            self.problem(&text.at, &message, "write it without !, [ and ]");
        }
        Area {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            paths: self.all_said(&raw.paths),
            owner: self.maybe_known(raw.owner.as_ref(), Named::Person),
            backup: self.maybe_known(raw.backup.as_ref(), Named::Person),
            pages: raw.pages.unwrap_or_default(),
        }
    }

    fn decision(&mut self, raw: &RawDecision) -> Decision {
        Decision {
            id: raw.id.value.clone(),
            question: self.said(&raw.question),
            owner: self.maybe_who(raw.owner.as_ref()),
            cadence: self.maybe_known(raw.cadence.as_ref(), Named::Cadence),
            when: self.maybe_said(raw.when.as_ref()),
            escalate_to: self.maybe_who(raw.escalate_to.as_ref()),
        }
    }

    fn severities(&mut self, raw: Option<&[RawSeverity]>) -> Vec<Severity> {
        match raw {
            None | Some([]) => defaults::severities(),
            Some(list) => list.iter().map(|severity| self.severity(severity)).collect(),
        }
    }

    fn severity(&mut self, raw: &RawSeverity) -> Severity {
        let mitigate = self.span(raw.mitigate.as_ref());
        let update_every = self.span(raw.update_every.as_ref());
        Severity {
            id: raw.id.value.clone(),
            meaning: self.maybe_said(raw.meaning.as_ref()).unwrap_or_default(),
            clock: match raw.clock {
                Some(RawClock::Always) => Clock::Always,
                Some(RawClock::Business) | None => Clock::Business,
            },
            ack: self.span(raw.ack.as_ref()),
            ack_holds: self.span(raw.ack_holds.as_ref()).or(update_every).or(mitigate),
            owner_within: self.span(raw.owner_within.as_ref()),
            mitigate,
            update_every,
            review_within: self.span(raw.review_within.as_ref()),
            escalation: self.maybe_known(raw.escalation.as_ref(), Named::Escalation),
            backlog: raw.backlog.unwrap_or_default(),
        }
    }

    fn kind(&mut self, raw: &RawKind) -> Kind {
        Kind {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            severity: self.maybe_known(raw.severity.as_ref(), Named::Severity),
            area: self.maybe_known(raw.area.as_ref(), Named::Area),
            runbook: self.maybe_said(raw.runbook.as_ref()),
        }
    }

    fn triage(&mut self, raw: &RawTriage) -> TriageRule {
        let when = self.when(&raw.when.value);
        if when == When::default() {
            let remedy = "name at least one of source, label, suite, check, title, text";
            self.problem(&raw.when.at, "`when` asks nothing, so it would match everything", remedy);
        }
        let set = Set {
            kind: self.maybe_known(raw.set.value.kind.as_ref(), Named::Kind),
            severity: self.maybe_known(raw.set.value.severity.as_ref(), Named::Severity),
            area: self.maybe_known(raw.set.value.area.as_ref(), Named::Area),
        };
        if set == Set::default() {
            self.problem(&raw.set.at, "`set` sets nothing", "name at least one of kind, severity, area");
        }
        TriageRule { when, set }
    }

    fn when(&mut self, raw: &RawWhen) -> When {
        let list = |reader: &mut Self, raw: &Option<WordOr<Text>>| {
            raw.as_ref().map_or_else(Vec::new, |texts| reader.all_said(&texts.all()))
        };
        let when = When {
            source: list(self, &raw.source),
            label: list(self, &raw.label),
            suite: list(self, &raw.suite),
            check: list(self, &raw.check),
            title: list(self, &raw.title),
            text: list(self, &raw.text),
        };
        for text in raw.source.as_ref().map(WordOr::all).unwrap_or_default() {
            if !matches!(text.value.as_str(), "github" | "evals" | "mcp" | "local") {
                self.known(&text, Named::Source);
            }
        }
        when
    }
}
