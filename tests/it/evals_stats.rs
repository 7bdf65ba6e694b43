//! Telling a regression from noise: figures, comparisons, and what a sequence of runs raises.

mod compare;
mod evidence;
mod findings;
mod simulation;
mod vectors;
mod world;
