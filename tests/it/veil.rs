//! What others may see: nothing of a secret, and of names only what stands for them.

mod commands;
mod corpus;
mod rules;
mod screen;
