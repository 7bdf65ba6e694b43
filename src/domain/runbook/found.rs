//! Pages as they are listed and found.

use super::freshness::Freshness;
use crate::domain::text::Clean;

/// A page of the team's, without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Relative to the team file where it lies below it, with `/`; else absolute. As it was read, so it may hold anything.
    pub path: String,
    /// Header, heading or file name.
    pub title: Clean,
    /// From the header, else the owner of the area whose paths match; as written there.
    pub owner: Option<Clean>,
    /// The ids of the kinds that name it, in the team file's order.
    pub kinds: Vec<String>,
    /// Whether it can be relied on.
    pub freshness: Freshness,
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub page: Listed,
    /// The heading whose section fits best, without its marks; none for the part above the first heading.
    pub heading: Option<Clean>,
    /// Where that section begins in the file, from 1.
    pub line: usize,
    /// Higher is better; none where the page was named, not sought.
    pub score: Option<f64>,
}

/// What became of a search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// The best first; empty if nothing fits.
    pub hits: Vec<Hit>,
    /// Where nothing fits, the pages with the nearest titles, three at the most.
    pub nearest: Vec<Listed>,
    /// What could not be looked at, a sentence each: a folder that is gone, a file that is too long.
    pub doubts: Vec<Clean>,
}
