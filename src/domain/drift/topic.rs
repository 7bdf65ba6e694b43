//! Which keywords promise something, and what about.

use super::Change;

/// Where a bound stands between the values it lets through and the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The greater, the fewer values.
    Lower,
    /// The smaller, the fewer values.
    Upper,
}

/// What a keyword says, as far as it is reasoned about.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Description,
    Deprecated,
    /// Of inputs only: what a server fills in, or shows.
    Aside(Change),
    Header,
    Values,
    Bound(Edge),
    Constraint,
    Properties,
    Additional,
    Items,
    Variants,
    /// Combines schemas in ways that are not reasoned about, or limits what such a keyword does.
    Combinator,
}

/// None of keywords that promise nothing, are told with another, or are compared first.
pub(super) fn topic(keyword: &str) -> Option<Topic> {
    Some(match keyword {
        "description" => Topic::Description,
        "deprecated" => Topic::Deprecated,
        "default" => Topic::Aside(Change::DefaultChanged),
        "examples" => Topic::Aside(Change::ExamplesChanged),
        "x-mcp-header" => Topic::Header,
        "enum" => Topic::Values,
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => Topic::Bound(Edge::Lower),
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => Topic::Bound(Edge::Upper),
        "pattern" | "format" | "multipleOf" | "uniqueItems" => Topic::Constraint,
        "properties" => Topic::Properties,
        "additionalProperties" => Topic::Additional,
        "items" => Topic::Items,
        "anyOf" | "oneOf" => Topic::Variants,
        "$ref"
        | "$dynamicRef"
        | "$recursiveRef"
        | "allOf"
        | "not"
        | "if"
        | "then"
        | "else"
        | "patternProperties"
        | "prefixItems"
        | "additionalItems"
        | "contains"
        | "minContains"
        | "maxContains"
        | "propertyNames"
        | "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "contentSchema" => Topic::Combinator,
        _ => return None,
    })
}
