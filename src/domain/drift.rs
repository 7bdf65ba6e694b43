//! What a server's tools promised before, and what they promise now.
//!
//! An agent calls tools by the schema it was shown. The promise kept here:
//! whatever could make a call fail that passed before, or a reader stumble
//! over an answer, is told as *breaking*, with the place; what changes only
//! how an agent chooses is *wording*; and a list that came back in another
//! order or spelling is no drift at all.

mod canon;
mod compare;
mod ledger;
mod lint;
mod node;
mod schema;
mod tools;
mod topic;
mod version;
pub(super) mod wording;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use compare::compare;
pub use ledger::{Promise, PromiseFinding, promises};
pub use lint::lint;
pub use tools::{NotTools, Tool, Tools};
pub use version::{VersionGap, version_gap};

/// One difference between two lists of tools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The tool's name in the old list, or in the new one where it was added; as served, not cleaned.
    pub tool: String,
    /// A JSON Pointer into the tool in canonical form; empty for the tool as a whole. Not cleaned.
    pub path: String,
    /// What happened there.
    pub change: Change,
    /// What that means to callers and readers.
    pub impact: Impact,
    /// What stood there, for people to read; none if nothing did, or if it is the whole tool. Not cleaned.
    pub old: Option<Value>,
    /// What stands there now; as `old`.
    pub new: Option<Value>,
}

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// A call that passed may fail, or a reader may stumble.
    Breaking,
    /// Old calls pass and old readers parse.
    Compatible,
    /// As compatible, but an agent may behave differently.
    Wording,
}

impl Impact {
    /// All, gravest first.
    pub const ALL: [Self; 3] = [Self::Breaking, Self::Compatible, Self::Wording];

    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Wording => "wording",
        }
    }
}

/// How far a server's version has to move for what it changed; ordered, so that more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Only wording.
    Patch,
    /// Something compatible.
    Minor,
    /// Something breaking.
    Major,
}

impl Bump {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// The bump that the gravest of these asks for.
pub fn bump(drift: &[Drift]) -> Bump {
    let asks = |one: &Drift| match one.impact {
        Impact::Breaking => Bump::Major,
        Impact::Compatible => Bump::Minor,
        Impact::Wording => Bump::Patch,
    };
    drift.iter().map(asks).max().unwrap_or(Bump::None)
}

/// Whether what a server tells agents about itself has changed; an empty text is the same as none.
pub fn instructions_drift(old: Option<&str>, new: Option<&str>) -> Option<Drift> {
    let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Value::from);
    let (old, new) = (told(old), told(new));
    (old != new).then(|| Drift {
        tool: String::new(),
        path: "/instructions".to_owned(),
        change: Change::InstructionsChanged,
        impact: Impact::Wording,
        old,
        new,
    })
}

/// Declares the changes once: the name in code, the word everywhere else.
macro_rules! changes {
    ($($name:ident $word:literal $meaning:literal)*) => {
        /// What happened at a place.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Change {
            $(#[doc = $meaning] #[serde(rename = $word)] $name,)*
        }

        impl Change {
            /// All, in the order of the notes' table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word for it, on screen, in JSON and in fingerprints.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

changes! {
    ToolRemoved "tool-removed" "The tool is gone."
    ToolRenamed "tool-renamed" "The same tool has another name."
    ToolAdded "tool-added" "A tool that was not there."
    DescriptionChanged "description-changed" "Another description."
    DeprecationAnnounced "deprecation-announced" "It says now that it is deprecated."
    DeprecationWithdrawn "deprecation-withdrawn" "It no longer says that it is deprecated."
    TitleChanged "title-changed" "Another title."
    AnnotationRiskier "annotation-riskier" "A hint went back to what is assumed without it."
    AnnotationSafer "annotation-safer" "A hint now promises more than is assumed without it."
    TaskSupportNarrowed "task-support-narrowed" "A way of calling it was lost: plain, or as a task."
    TaskSupportWidened "task-support-widened" "A way of calling it was gained, none lost."
    InputSchemaEmptied "input-schema-emptied" "Agents see no parameters any more."
    InputSchemaFilled "input-schema-filled" "Agents see parameters where they saw none."
    RequiredInputAdded "required-input-added" "A new parameter without which calls fail."
    OptionalInputAdded "optional-input-added" "A new parameter that may be left out."
    InputRemoved "input-removed" "A parameter is gone: rejected, or silently ignored."
    InputNowRequired "input-now-required" "A parameter may no longer be left out."
    InputNowOptional "input-now-optional" "A parameter may be left out now."
    OutputSchemaRemoved "output-schema-removed" "Nothing is promised of the answer any more."
    OutputSchemaAdded "output-schema-added" "The answer's shape is promised now."
    OutputAdded "output-added" "The answer has a field more."
    OutputRemoved "output-removed" "The answer has a field less."
    OutputNoLongerGuaranteed "output-no-longer-guaranteed" "A field may be missing now."
    OutputNowGuaranteed "output-now-guaranteed" "A field is always there now."
    TypeNarrowed "type-narrowed" "Fewer types."
    EnumNarrowed "enum-narrowed" "Fewer values."
    BoundTightened "bound-tightened" "A narrower bound."
    ConstraintAdded "constraint-added" "A pattern, format, step or uniqueness that was not asked for."
    VariantRemoved "variant-removed" "Fewer variants."
    TypeWidened "type-widened" "More types."
    EnumWidened "enum-widened" "More values."
    BoundLoosened "bound-loosened" "A wider bound."
    ConstraintRemoved "constraint-removed" "A pattern, format, step or uniqueness is no longer asked for."
    VariantAdded "variant-added" "More variants."
    TypeChanged "type-changed" "Other types; neither holds the other."
    EnumChanged "enum-changed" "Other values; neither holds the other."
    ConstraintChanged "constraint-changed" "Another pattern, format or step; which holds more is not known."
    CompositionChanged "composition-changed" "Schemas combined differently; what that means is not known."
    AdditionalClosed "additional-closed" "Fields without a name in the schema are rejected now."
    AdditionalOpened "additional-opened" "Fields without a name in the schema are no longer rejected."
    DefaultChanged "default-changed" "The same call, another result."
    ExamplesChanged "examples-changed" "Other examples."
    HeaderBindingChanged "header-binding-changed" "A header has to go with the call."
    HeaderBindingRemoved "header-binding-removed" "No header has to go with the call any more."
    InstructionsChanged "instructions-changed" "The server tells agents something else about itself."
}

/// Whether somebody sends by a schema, or reads by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// Has to go on accepting what callers send.
    Input,
    /// Must not surprise readers.
    Output,
}

impl Direction {
    /// The impact where less is accepted or produced.
    fn less(self) -> Impact {
        match self {
            Self::Input => Impact::Breaking,
            Self::Output => Impact::Compatible,
        }
    }

    /// The impact where more is.
    fn more(self) -> Impact {
        match self {
            Self::Input => Impact::Compatible,
            Self::Output => Impact::Breaking,
        }
    }
}
