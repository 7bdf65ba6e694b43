//! A runbook as lines of the screen, each with what it stands for.
//!
//! Text is wrapped to the width. Code and tables that are wider are whole all
//! the same: the viewer moves them sideways, a pipe gets them as they are, and
//! no command is ever broken into wrong ones.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::text::Line;

use super::markdown;
use crate::domain::runbook::document::Document;
use crate::theme::Theme;

/// A line of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As it is drawn; wider than the page only if `wide`.
    pub line: Line<'static>,
    /// The line of the file that it comes from, from 1.
    pub source: usize,
    /// What it belongs to.
    pub stands: Stands,
    /// Whether it is code or a table, which is moved sideways where it does not fit.
    pub wide: bool,
    /// How many of its first columns stay where they are when it is moved: the indent of a list, the bar of a quote.
    pub fixed: u16,
    /// Which of its columns lead where: the place in the document's `links`.
    pub links: Vec<(Range<u16>, usize)>,
}

/// What a line belongs to, by its place in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Nothing in particular.
    Text,
    /// A heading.
    Heading(usize),
    /// The first line of a step.
    Step(usize),
    /// A block of code, and the line above it that says what it is.
    Code(usize),
}

/// How links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `text [1]`, and the addresses in a list below the page: where they cannot be followed.
    Numbered,
    /// As their text alone: where a key or the terminal follows them.
    Plain,
}

/// Whether code has its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Highlight {
    /// Comments, words in quotes, flags.
    #[default]
    On,
    /// One colour: over a slow line.
    Off,
}

/// How a page is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'a> {
    /// In columns, at least 1.
    pub width: u16,
    /// Its colours.
    pub theme: &'a Theme,
    /// How links are written.
    pub links: Links,
    /// Whether code has its colours.
    pub highlight: Highlight,
    /// Links that lead nowhere, by how they are written, and why: `no such file`.
    pub broken: &'a BTreeMap<String, &'static str>,
}

/// The whole page, then its footnotes and, where links are numbered, their addresses.
///
/// The lines of the file never go back from one row to the next.
pub fn rows(document: &Document, manner: &Manner<'_>) -> Vec<Row> {
    markdown::page(document, manner)
}
