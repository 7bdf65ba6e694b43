//! Runbooks: the pages that somebody paged at night works by.

mod starters;
