//! The line by which a page is known as ours, with the day as of which it was
//! written and the file that it was written from.

use chrono::NaiveDate;

use crate::domain::hash;

/// The form of the page that this program writes.
pub const VERSION: u32 = 1;
/// What every marker begins with.
const BEGIN: &str = "<!-- dogwatch:publish/";
/// A marker stands within so many lines from the top, or it is part of somebody's text.
const LINES: usize = 10;
/// So many bytes of the hash are told, in two digits each.
const HASH_BYTES: usize = 8;

/// Whether people are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// They are.
    Told,
    /// They have stand-ins.
    Replaced,
}

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The form of the page.
    pub version: u32,
    /// The day as of which it was written.
    pub as_of: NaiveDate,
    /// The first 16 digits of the SHA-256 of the team file's text.
    pub model: String,
    /// Whether people are named in it.
    pub names: Names,
}

impl Marker {
    /// Of a page that is written from this text of a team file; with which line ends it was checked out is no matter.
    pub fn new(team_file: &str, as_of: NaiveDate, names: Names) -> Self {
        let model = hash::sha256_prefix(team_file.replace("\r\n", "\n").as_bytes(), HASH_BYTES);
        Self { version: VERSION, as_of, model, names }
    }

    /// That of a page; none of a text that somebody else has written.
    pub fn of(page: &str) -> Option<Self> {
        page.lines().take(LINES).find_map(Self::read)
    }

    fn read(line: &str) -> Option<Self> {
        let inside = line.trim_end().strip_prefix(BEGIN)?.strip_suffix(" -->")?;
        let mut words = inside.split(' ');
        let version = words.next()?.parse().ok()?;
        let day = words.next()?.strip_prefix("as-of=").filter(|day| day.len() == 10)?;
        let as_of = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
        let model = words.next()?.strip_prefix("model=")?.to_owned();
        let is_hash = model.len() == 2 * HASH_BYTES && model.bytes().all(|byte| byte.is_ascii_hexdigit());
        let names = match (words.next(), words.next()) {
            (None, _) => Names::Told,
            (Some("redacted"), None) => Names::Replaced,
            (Some(_), _) => return None,
        };
        is_hash.then_some(Self { version, as_of, model, names })
    }

    /// The line itself.
    pub fn line(&self) -> String {
        let Self { version, as_of, model, names } = self;
        let names = match names {
            Names::Told => "",
            Names::Replaced => " redacted",
        };
        format!("{BEGIN}{version} as-of={as_of} model={model}{names} -->")
    }
}
