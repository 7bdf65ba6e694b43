//! Telling a regression from noise: figures, comparisons, and what a sequence of runs raises.

mod compare;
mod evidence;
mod findings;
mod overdue;
mod part;
mod simulation;
mod story;
mod vectors;
mod world;
