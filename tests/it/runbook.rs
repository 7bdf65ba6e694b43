//! Runbooks: the pages that somebody paged at night works by, taken apart, found, shown and used.

mod command;
mod document;
mod finding;
mod header;
mod owning;
mod pages;
mod paper;
mod starters;
mod symptoms;
mod using;
mod walking;
mod words;
