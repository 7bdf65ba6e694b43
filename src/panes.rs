//! What can be shown beside the queue, as pure text: no screen is touched here.

pub mod markdown;
