//! Cadences, trains, releases, freezes, deprecations, calendars.

use std::ops::Range;

use chrono::{Days, Months, NaiveDate};

use super::{Named, Reader};
use crate::config::parse;
use crate::config::plan::{
    Cadence, CalendarFile, CalendarPlace, Deprecation, Freeze, FreezeException, Release, Train, Versioning,
};
use crate::config::problem::quoted;
use crate::config::raw::plan::{
    RawCadence, RawCalendar, RawDeprecation, RawFreeze, RawRelease, RawTrain, RawVersioning,
};
use crate::config::recurrence::recurrence;
use crate::config::text::Text;
use crate::config::values::{Period, Scope, Span};

impl Reader<'_, '_> {
    pub(super) fn cadence(&mut self, raw: &RawCadence) -> Cadence {
        Cadence {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            start: self.day(&raw.start),
            rule: self.word(&raw.rule, recurrence).unwrap_or_default(),
            skip: self.words(&raw.skip, parse::day),
            owner: self.maybe_who(raw.owner.as_ref()),
            grace: self.span(raw.grace.as_ref()),
            done_by: self.maybe(raw.done_by.as_ref(), parse::done_by),
        }
    }

    pub(super) fn train(&mut self, raw: &RawTrain) -> Train {
        if let (Some(rule), None) = (&raw.rule, &raw.start) {
            self.problem(&rule.at, "a rule needs a day to start from", "add `start = \"2026-11-10\"`");
        }
        Train {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            start: self.maybe(raw.start.as_ref(), parse::day),
            rule: self.maybe(raw.rule.as_ref(), recurrence),
            skip: self.words(&raw.skip, parse::day),
            owners: self.all_known(&raw.owners, Named::Person),
            areas: self.all_known(&raw.areas, Named::Area),
            versioning: match raw.versioning {
                Some(RawVersioning::None) => Versioning::None,
                Some(RawVersioning::Semver) | None => Versioning::Semver,
            },
            evidence: self.maybe(raw.evidence.as_ref(), parse::evidence),
            checklist: self.maybe_said(raw.checklist.as_ref()),
            grace: self.span(raw.grace.as_ref()).unwrap_or(Span::BusinessDays(1)),
        }
    }

    pub(super) fn releases(&mut self, raw: &[RawRelease]) -> Vec<Release> {
        let mut releases: Vec<Release> = Vec::new();
        for one in raw {
            let release = self.release(one);
            if releases.iter().any(|known| known.id == release.id) {
                let at = one.id.as_ref().unwrap_or(&one.date).at.clone();
                let message = format!("there are two releases {}", quoted(&release.id));
                self.problem(&at, &message, "put what both say into one");
            }
            releases.push(release);
        }
        releases
    }

    fn release(&mut self, raw: &RawRelease) -> Release {
        let date = self.day(&raw.date);
        let instead_of = self.maybe(raw.instead_of.as_ref(), parse::day);
        let id = self.release_id(raw, instead_of.unwrap_or(date));
        Release {
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| id.clone()),
            id,
            train: self.maybe_known(raw.train.as_ref(), Named::Train),
            date,
            instead_of,
            version: self.maybe_said(raw.version.as_ref()),
            owner: raw.owner.as_ref().map(|text| self.person_or_tbd(text)),
            deputy: raw.deputy.as_ref().map(|text| self.person_or_tbd(text)),
            areas: self.all_known(&raw.areas, Named::Area),
            evidence: self.maybe(raw.evidence.as_ref(), parse::evidence),
            grace: self.span(raw.grace.as_ref()),
            checklist: self.maybe_said(raw.checklist.as_ref()),
            supported_until: self.maybe(raw.supported_until.as_ref(), parse::day),
            why: self.maybe_said(raw.why.as_ref()),
        }
    }

    /// With a train the planned day is the identity, without one the id is.
    fn release_id(&mut self, raw: &RawRelease, planned: NaiveDate) -> String {
        match (&raw.train, &raw.id) {
            (Some(train), None) => format!("{}/{planned}", train.value),
            (Some(train), Some(id)) => {
                let remedy = "leave out `id`, or `train`";
                self.problem(&id.at, "a release of a train is called by its train and day", remedy);
                format!("{}/{planned}", train.value)
            }
            (None, Some(id)) => {
                self.spelling(id, Named::Train);
                if let Some(moved) = &raw.instead_of {
                    self.problem(&moved.at, "`instead_of` is for the day of a train", "change `date` instead");
                }
                id.value.clone()
            }
            (None, None) => {
                let remedy = "add `train = \"…\"`, or `id = \"…\"` for one without a train";
                self.problem(&raw.date.at, "nothing says which release this is", remedy);
                planned.to_string()
            }
        }
    }

    /// `TBD` is a word that people write, and a finding of `check`.
    fn person_or_tbd(&mut self, text: &Text) -> String {
        if text.value == "TBD" { text.value.clone() } else { self.known(text, Named::Person) }
    }

    pub(super) fn freeze(&mut self, raw: &RawFreeze) -> Freeze {
        let (from, to) = self.days(&raw.from, &raw.to);
        let covers = self.some(&raw.covers, "covers");
        Freeze {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            from,
            to,
            covers: covers.iter().filter_map(|text| self.scope(text)).collect(),
            except: self.all_known(&raw.except, Named::Severity),
            approver: self.maybe_who(raw.approver.as_ref()),
            why: self.maybe_said(raw.why.as_ref()),
            exceptions: raw
                .exceptions
                .iter()
                .map(|one| FreezeException {
                    commit: self.commit(&one.commit),
                    by: self.known(&one.by, Named::Person),
                    why: self.said(&one.why),
                })
                .collect(),
        }
    }

    fn scope(&mut self, text: &Text) -> Option<Scope> {
        let scope = self.word(text, parse::scope)?;
        match &scope {
            Scope::Train(id) => self.inside(text, id, Named::Train),
            Scope::Area(id) => self.inside(text, id, Named::Area),
            Scope::Everything => {}
        }
        Some(scope)
    }

    fn commit(&mut self, text: &Text) -> String {
        let hash = &text.value;
        if !(7..=64).contains(&hash.len()) || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let message = format!("{} is no commit", quoted(hash));
            self.problem(&text.at, &message, "write its hash, or at least the first 7 digits of it");
        }
        hash.clone()
    }

    pub(super) fn deprecations(&mut self, raw: &[RawDeprecation]) -> Vec<Deprecation> {
        let mut tools: Vec<&str> = Vec::new();
        let mut deprecations = Vec::new();
        for one in raw {
            if tools.contains(&one.tool.value.as_str()) {
                let message = format!("there are two deprecations of {}", quoted(&one.tool.value));
                self.problem(&one.tool.at, &message, "put what both say into one");
            }
            tools.push(&one.tool.value);
            deprecations.push(self.deprecation(one));
        }
        deprecations
    }

    fn deprecation(&mut self, raw: &RawDeprecation) -> Deprecation {
        let since = self.day(&raw.since);
        let min_window = self.maybe(raw.min_window.as_ref(), parse::period);
        let remove_on = self.maybe(raw.remove_on.as_ref(), parse::day);
        Deprecation {
            tool: self.said(&raw.tool),
            since,
            min_window,
            remove_on: remove_on.or_else(|| min_window.and_then(|window| after(since, window))),
            replacement: self.maybe_said(raw.replacement.as_ref()),
            owner: self.maybe_known(raw.owner.as_ref(), Named::Person),
        }
    }

    pub(super) fn calendar(&mut self, raw: &RawCalendar) -> CalendarFile {
        let nowhere = CalendarPlace::File(String::new());
        let place = match (&raw.file, &raw.url) {
            (Some(file), None) => CalendarPlace::File(self.said(file)),
            (None, Some(url)) => self.secure_url(url).map_or(nowhere, CalendarPlace::Url),
            (Some(_), Some(url)) => self.either(&url.at, nowhere),
            (None, None) => self.either(&raw.id.at, nowhere),
        };
        CalendarFile {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            place,
        }
    }

    fn either(&mut self, at: &Range<usize>, nowhere: CalendarPlace) -> CalendarPlace {
        self.problem(at, "a calendar has one place", "write either `file` or `url`");
        nowhere
    }
}

fn after(since: NaiveDate, window: Period) -> Option<NaiveDate> {
    match window {
        Period::Hours(hours) => since.checked_add_days(Days::new(u64::from(hours.div_ceil(24)))),
        Period::Days(days) => since.checked_add_days(Days::new(u64::from(days))),
        Period::Months(months) => since.checked_add_months(Months::new(months)),
    }
}
