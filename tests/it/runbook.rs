//! Runbooks: found by symptom, read whatever they hold.

mod finding;
mod owning;
mod pages;
mod symptoms;
mod walking;
mod words;
