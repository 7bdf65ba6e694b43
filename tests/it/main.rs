//! The one test binary; each module tells a part of the story.

mod text;
mod theme;
