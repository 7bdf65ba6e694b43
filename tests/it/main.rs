//! Everything that dogwatch promises, in one test binary.

mod store;
