//! A value of a header, whichever language it was written in.

/// A value as its author wrote it; numbers, days and truths are their text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: `key:`, `~`, `null`.
    Nothing,
    /// Anything that is one word or text.
    Text(String),
    /// Several, in their order.
    List(Vec<Value>),
    /// Named ones, in their order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The texts in it, in their order; in a list of named things, their names.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        self.collect(&mut texts);
        texts
    }

    fn collect<'v>(&'v self, texts: &mut Vec<&'v str>) {
        match self {
            Self::Nothing => {}
            Self::Text(text) => texts.extend(Some(text.trim()).filter(|text| !text.is_empty())),
            Self::List(values) => values.iter().for_each(|value| value.collect(texts)),
            Self::Map(values) => match values.iter().find(|(key, _)| key == "name") {
                Some((_, name)) => name.collect(texts),
                None => values.iter().for_each(|(_, value)| value.collect(texts)),
            },
        }
    }
}

impl From<toml::Value> for Value {
    fn from(value: toml::Value) -> Self {
        match value {
            toml::Value::String(text) => Self::Text(text),
            toml::Value::Integer(number) => Self::Text(number.to_string()),
            toml::Value::Float(number) => Self::Text(number.to_string()),
            toml::Value::Boolean(truth) => Self::Text(truth.to_string()),
            toml::Value::Datetime(day) => Self::Text(day.to_string()),
            toml::Value::Array(values) => Self::List(values.into_iter().map(Self::from).collect()),
            toml::Value::Table(table) => {
                Self::Map(table.into_iter().map(|(key, value)| (key, Self::from(value))).collect())
            }
        }
    }
}

/// The value under a key, or under the part of it after a dot.
pub(super) fn find<'v>(keys: &'v [(String, Value)], wanted: &str) -> Option<&'v Value> {
    if let Some((_, value)) = keys.iter().find(|(key, _)| key == wanted) {
        return Some(value);
    }
    let (outer, inner) = wanted.split_once('.')?;
    match find(keys, outer)? {
        Value::Map(keys) => find(keys, inner),
        Value::Nothing | Value::Text(_) | Value::List(_) => None,
    }
}
