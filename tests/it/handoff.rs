//! The handoff: nothing that somebody has said they have is left hanging, and
//! what is written means the same everywhere. Sample people, all of them.

mod dropped;
mod gate;
mod kept;
mod made;
mod page;
mod property;
mod shift;
