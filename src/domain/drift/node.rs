//! One schema against another, keyword by keyword.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::canon::escaped;
use super::schema::{EnumWord, Part, Schema, Sum, Without, spelled};
use super::topic::{Edge, Topic, topic};
use super::wording::says_deprecated;
use super::{Change, Direction, Drift, Impact};

/// All that a type may be; the same as not naming any.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// What two schemas hold at the same place.
type Pair<'a> = (&'a Schema, &'a Schema);

/// A walk through two versions of one tool, which remembers where it is and what it found.
pub(super) struct Walk<'a> {
    tool: &'a str,
    direction: Direction,
    path: String,
    found: Vec<Drift>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(tool: &'a str) -> Self {
        Self { tool, direction: Direction::Input, path: String::new(), found: Vec::new() }
    }

    pub(super) fn found(self) -> Vec<Drift> {
        self.found
    }

    /// Notes one difference at the place `steps` from here.
    pub(super) fn tell(&mut self, steps: &[&str], change: Change, impact: Impact, values: [Option<&Value>; 2]) {
        let path = steps.iter().fold(self.path.clone(), |path, step| format!("{path}/{}", escaped(step)));
        let [old, new] = values.map(Option::<&Value>::cloned);
        self.found.push(Drift { tool: self.tool.to_owned(), path, change, impact, old, new });
    }

    /// Compares what the tool takes in or gives out, a schema at the root of the tool.
    pub(super) fn root(&mut self, keyword: &str, direction: Direction, pair: Pair<'_>) {
        self.direction = direction;
        self.within(&[keyword], |walk| {
            walk.schema(pair);
            if pair.0.cut || pair.1.cut {
                for keyword in ["$defs", "definitions"] {
                    let values = [pair.0.data(keyword), pair.1.data(keyword)];
                    if values[0] != values[1] {
                        walk.tell(&[keyword], Change::CompositionChanged, Impact::Breaking, [None, None]);
                    }
                }
            }
        });
    }

    /// A text that agents read.
    pub(super) fn text(&mut self, keyword: &str, old: &str, new: &str) {
        if old == new {
            return;
        }
        let change = match (says_deprecated(old), says_deprecated(new)) {
            (false, true) => Change::DeprecationAnnounced,
            (true, false) => Change::DeprecationWithdrawn,
            (false, false) | (true, true) => Change::DescriptionChanged,
        };
        let shown = |text: &str| (!text.is_empty()).then(|| Value::from(text));
        let (old, new) = (shown(old), shown(new));
        self.tell(&[keyword], change, Impact::Wording, [old.as_ref(), new.as_ref()]);
    }

    fn within(&mut self, steps: &[&str], look: impl FnOnce(&mut Self)) {
        let here = self.path.len();
        for step in steps {
            self.path.push('/');
            self.path.push_str(&escaped(step));
        }
        look(self);
        self.path.truncate(here);
    }

    fn schema(&mut self, pair: Pair<'_>) {
        if self.types(pair) == Kinship::Foreign {
            return;
        }
        let (old, new) = pair;
        let fresh = new.parts.keys().filter(|keyword| !old.parts.contains_key(*keyword));
        for keyword in old.parts.keys().chain(fresh) {
            if let Some(topic) = topic(keyword) {
                self.keyword(topic, keyword, pair);
            }
        }
    }

    fn keyword(&mut self, topic: Topic, keyword: &str, pair: Pair<'_>) {
        match topic {
            Topic::Description => self.text(keyword, pair.0.text(keyword), pair.1.text(keyword)),
            Topic::Deprecated => self.deprecated(pair),
            Topic::Aside(change) => self.aside(keyword, change, pair),
            Topic::Header => self.header(pair),
            Topic::Values => self.values(pair),
            Topic::Bound(edge) => self.bound(keyword, edge, pair),
            Topic::Constraint => self.constraint(keyword, pair),
            Topic::Properties => self.properties(pair),
            Topic::Additional => self.additional(pair),
            Topic::Items => self.items(pair),
            Topic::Variants => self.variants(keyword, pair),
            Topic::Combinator => self.combinator(keyword, pair),
        }
    }

    fn types(&mut self, (old, new): Pair<'_>) -> Kinship {
        if old.data("type") == new.data("type") {
            return Kinship::Same;
        }
        let kinship = Kinship::of(&types(old), &types(new));
        let (change, impact) = match kinship {
            Kinship::Same => return kinship,
            Kinship::Narrower => (Change::TypeNarrowed, self.direction.less()),
            Kinship::Wider => (Change::TypeWidened, self.direction.more()),
            Kinship::Foreign => (Change::TypeChanged, Impact::Breaking),
        };
        self.tell(&["type"], change, impact, [old.data("type"), new.data("type")]);
        kinship
    }

    fn deprecated(&mut self, (old, new): Pair<'_>) {
        let values = [old.data("deprecated"), new.data("deprecated")];
        let change = match values.map(|value| value == Some(&Value::Bool(true))) {
            [false, true] => Change::DeprecationAnnounced,
            [true, false] => Change::DeprecationWithdrawn,
            [false, false] | [true, true] => return,
        };
        self.tell(&["deprecated"], change, Impact::Wording, values);
    }

    fn aside(&mut self, keyword: &str, change: Change, (old, new): Pair<'_>) {
        let values = [old.data(keyword), new.data(keyword)];
        if self.direction == Direction::Input && values[0] != values[1] {
            self.tell(&[keyword], change, Impact::Wording, values);
        }
    }

    fn header(&mut self, (old, new): Pair<'_>) {
        let values = [old.data("x-mcp-header"), new.data("x-mcp-header")];
        if self.direction == Direction::Output || values[0] == values[1] {
            return;
        }
        let (change, impact) = match values[1] {
            Some(_) => (Change::HeaderBindingChanged, Impact::Breaking),
            None => (Change::HeaderBindingRemoved, Impact::Compatible),
        };
        self.tell(&["x-mcp-header"], change, impact, values);
    }

    fn values(&mut self, (old, new): Pair<'_>) {
        if old.data("enum") == new.data("enum") {
            return;
        }
        let listed =
            |schema: &Schema| schema.list("enum").map(|list| list.iter().map(spelled).collect::<BTreeSet<Vec<u8>>>());
        let kinship = match (listed(old), listed(new)) {
            (None, None) => return,
            (None, Some(_)) => Kinship::Narrower,
            (Some(_), None) => Kinship::Wider,
            (Some(old), Some(new)) => Kinship::of(&old, &new),
        };
        let (change, impact) = match kinship {
            Kinship::Same => return,
            Kinship::Narrower => (Change::EnumNarrowed, self.direction.less()),
            Kinship::Wider => (Change::EnumWidened, self.direction.more()),
            Kinship::Foreign => (Change::EnumChanged, Impact::Breaking),
        };
        let word: EnumWord = if new.list("enum").is_some() { new.word } else { old.word };
        self.tell(&[word.word()], change, impact, [old.data("enum"), new.data("enum")]);
    }

    fn bound(&mut self, keyword: &str, edge: Edge, (old, new): Pair<'_>) {
        let values = [effective_bound(keyword, old), effective_bound(keyword, new)];
        let is_tighter = match values {
            [old, new] if old == new => return,
            [None, _] => true,
            [_, None] => false,
            [Some(old), Some(new)] => match (old.as_f64(), new.as_f64()) {
                (Some(old), Some(new)) => (new > old) == (edge == Edge::Lower),
                (None, _) | (_, None) => {
                    return self.tell(&[keyword], Change::ConstraintChanged, Impact::Breaking, values);
                }
            },
        };
        let (change, impact) = if is_tighter {
            (Change::BoundTightened, self.direction.less())
        } else {
            (Change::BoundLoosened, self.direction.more())
        };
        self.tell(&[keyword], change, impact, values);
    }

    fn constraint(&mut self, keyword: &str, (old, new): Pair<'_>) {
        let values = [old.data(keyword), new.data(keyword)];
        let (change, impact) = match values {
            [old, new] if old == new => return,
            [None, _] => (Change::ConstraintAdded, self.direction.less()),
            [_, None] => (Change::ConstraintRemoved, self.direction.more()),
            [Some(_), Some(_)] => (Change::ConstraintChanged, Impact::Breaking),
        };
        self.tell(&[keyword], change, impact, values);
    }

    fn properties(&mut self, (old, new): Pair<'_>) {
        let none = BTreeMap::new();
        let before = old.named("properties").unwrap_or(&none);
        let after = new.named("properties").unwrap_or(&none);
        for (name, was) in before {
            let steps = ["properties", name.as_str()];
            if let Some(is) = after.get(name) {
                self.guarantee(name, (old, new));
                self.within(&steps, |walk| walk.schema((was, is)));
                continue;
            }
            let (change, breaks) = match self.direction {
                Direction::Input => (Change::InputRemoved, new.is_closed()),
                Direction::Output => (Change::OutputRemoved, old.requires(name)),
            };
            let impact = if breaks { Impact::Breaking } else { Impact::Wording };
            self.tell(&steps, change, impact, [Some(&was.to_value()), None]);
        }
        for (name, is) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            let (change, impact) = match self.direction {
                Direction::Input if new.requires(name) => (Change::RequiredInputAdded, Impact::Breaking),
                Direction::Input => (Change::OptionalInputAdded, Impact::Compatible),
                Direction::Output => (Change::OutputAdded, Impact::Compatible),
            };
            self.tell(&["properties", name], change, impact, [None, Some(&is.to_value())]);
        }
    }

    /// Whether a property that both have has to be there.
    fn guarantee(&mut self, name: &str, (old, new): Pair<'_>) {
        let (was, is) = (old.requires(name), new.requires(name));
        let (change, impact) = match (self.direction, was, is) {
            (_, false, false) | (_, true, true) => return,
            (Direction::Input, false, true) => (Change::InputNowRequired, Impact::Breaking),
            (Direction::Input, true, false) => (Change::InputNowOptional, Impact::Compatible),
            (Direction::Output, false, true) => (Change::OutputNowGuaranteed, Impact::Compatible),
            (Direction::Output, true, false) => (Change::OutputNoLongerGuaranteed, Impact::Breaking),
        };
        self.tell(&["properties", name], change, impact, [None, None]);
    }

    fn additional(&mut self, (old, new): Pair<'_>) {
        const KEYWORD: &str = "additionalProperties";
        let values = [old.parts.get(KEYWORD).map(Part::to_value), new.parts.get(KEYWORD).map(Part::to_value)];
        let values = [values[0].as_ref(), values[1].as_ref()];
        match (old.is_closed(), new.is_closed()) {
            (true, true) => {}
            (false, true) => self.tell(&[KEYWORD], Change::AdditionalClosed, self.direction.less(), values),
            (true, false) => self.tell(&[KEYWORD], Change::AdditionalOpened, Impact::Compatible, values),
            (false, false) => self.inner(KEYWORD, (old, new)),
        }
    }

    fn items(&mut self, (old, new): Pair<'_>) {
        let is_tuple = |schema: &Schema| matches!(schema.parts.get("items"), Some(Part::Many(_)));
        if is_tuple(old) || is_tuple(new) {
            self.combinator("items", (old, new));
        } else {
            self.inner("items", (old, new));
        }
    }

    /// Goes on in the schemas that a keyword holds; where it is absent, anything goes.
    fn inner(&mut self, keyword: &str, (old, new): Pair<'_>) {
        let anything = Schema::default();
        let (was, is) = (one(old, keyword), one(new, keyword));
        if was.is_some() || is.is_some() {
            let pair = (was.unwrap_or(&anything), is.unwrap_or(&anything));
            self.within(&[keyword], |walk| walk.schema(pair));
        }
    }

    fn variants(&mut self, keyword: &str, (old, new): Pair<'_>) {
        let parts = (old.parts.get(keyword), new.parts.get(keyword));
        let (Some(Part::Many(was)), Some(Part::Many(is))) = parts else {
            return self.combinator(keyword, (old, new));
        };
        let sums = |branches: &[Schema]| -> Vec<Sum> {
            branches.iter().map(|branch| branch.sum(Without::TextsAndDefaults)).collect()
        };
        let (before, after) = (sums(was), sums(is));
        if before == after {
            return self.each(keyword, was, is);
        }
        let (change, impact) = match Kinship::of(&before.into_iter().collect(), &after.into_iter().collect()) {
            Kinship::Same => return,
            Kinship::Narrower => (Change::VariantRemoved, self.direction.less()),
            Kinship::Wider => (Change::VariantAdded, self.direction.more()),
            Kinship::Foreign => (Change::CompositionChanged, Impact::Breaking),
        };
        self.differ(keyword, change, impact, (old, new));
    }

    /// Keywords that are equal but for their texts, or else changed in a way that nobody can vouch for.
    fn combinator(&mut self, keyword: &str, (old, new): Pair<'_>) {
        let (was, is) = match (old.parts.get(keyword), new.parts.get(keyword)) {
            (None, None) => return,
            (Some(was), Some(is)) => (was, is),
            (Some(_), None) | (None, Some(_)) => {
                return self.differ(keyword, Change::CompositionChanged, Impact::Breaking, (old, new));
            }
        };
        if was.sum(keyword, Without::Texts) != is.sum(keyword, Without::Texts) {
            return self.differ(keyword, Change::CompositionChanged, Impact::Breaking, (old, new));
        }
        match (was, is) {
            (Part::One(was), Part::One(is)) => self.within(&[keyword], |walk| walk.schema((was, is))),
            (Part::Named(was), Part::Named(is)) => {
                for (name, was) in was {
                    if let Some(is) = is.get(name) {
                        self.within(&[keyword, name], |walk| walk.schema((was, is)));
                    }
                }
            }
            (Part::Many(was), Part::Many(is)) => {
                let sum = |schema: &Schema| schema.sum(Without::Texts);
                if was.iter().map(sum).eq(is.iter().map(sum)) {
                    self.each(keyword, was, is);
                }
            }
            // Data that is equal has no texts in it, and equal things are of one sort.
            (Part::Data(_) | Part::One(_) | Part::Named(_) | Part::Many(_), _) => {}
        }
    }

    fn each(&mut self, keyword: &str, was: &[Schema], is: &[Schema]) {
        for (at, pair) in was.iter().zip(is).enumerate() {
            self.within(&[keyword, &at.to_string()], |walk| walk.schema(pair));
        }
    }

    fn differ(&mut self, keyword: &str, change: Change, impact: Impact, (old, new): Pair<'_>) {
        let values = [old, new].map(|schema| schema.parts.get(keyword).map(Part::to_value));
        self.tell(&[keyword], change, impact, [values[0].as_ref(), values[1].as_ref()]);
    }
}

/// How what is allowed now stands to what was allowed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kinship {
    Same,
    Narrower,
    Wider,
    Foreign,
}

impl Kinship {
    fn of<T: Ord>(old: &BTreeSet<T>, new: &BTreeSet<T>) -> Self {
        match (new.is_subset(old), old.is_subset(new)) {
            (true, true) => Self::Same,
            (true, false) => Self::Narrower,
            (false, true) => Self::Wider,
            (false, false) => Self::Foreign,
        }
    }
}

/// The types that a schema allows, `integer` wherever `number` is.
fn types(schema: &Schema) -> BTreeSet<String> {
    let Some(list) = schema.list("type") else { return TYPES.map(str::to_owned).into() };
    let mut types: BTreeSet<String> =
        list.iter().map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned)).collect();
    if types.contains("number") {
        types.insert("integer".to_owned());
    }
    types
}

/// A bound that keeps something out: no length and no count is below zero.
fn effective_bound<'a>(keyword: &str, schema: &'a Schema) -> Option<&'a Value> {
    let value = schema.data(keyword)?;
    let counts = matches!(keyword, "minLength" | "minItems" | "minProperties");
    let says_nothing = value == &Value::Bool(false) || (counts && value.as_f64().is_some_and(|least| least <= 0.0));
    (!says_nothing).then_some(value)
}

fn one<'a>(schema: &'a Schema, keyword: &str) -> Option<&'a Schema> {
    match schema.parts.get(keyword)? {
        Part::One(inner) => Some(inner),
        Part::Data(_) | Part::Named(_) | Part::Many(_) => None,
    }
}
