//! Runbooks: the pages that somebody paged at night works by.
//!
//! A page is somebody's text: it is taken apart to be found, shown and ticked
//! off, and nothing in it is ever run. What was done with it is written down
//! elsewhere; the page itself is never changed.

pub mod command;
pub mod document;
pub mod edit;
pub mod found;
pub mod freshness;
pub mod header;
pub mod markup;
pub mod owned;
pub mod run;
pub mod words;
