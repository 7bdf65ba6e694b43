//! What a file is, by its first bytes and its outermost structure.

/// The outermost structure of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A zip archive with these members.
    Archive(Vec<String>),
    /// XML with this root element.
    Xml(String),
    /// One JSON object with these keys.
    Object(Vec<String>),
    /// JSON objects, one a line or in one array: the keys of the first few.
    Rows(Vec<Vec<String>>),
}

impl Shape {
    /// Whether it is one object with all of these keys.
    pub fn is_object_with(&self, keys: &[&str]) -> bool {
        matches!(self, Self::Object(has) if has_all(has, keys))
    }

    /// Whether one of the first rows has all of these keys.
    pub fn has_row_with(&self, keys: &[&str]) -> bool {
        matches!(self, Self::Rows(rows) if rows.iter().any(|has| has_all(has, keys)))
    }
}

fn has_all(has: &[String], keys: &[&str]) -> bool {
    keys.iter().all(|key| has.iter().any(|one| one == key))
}
