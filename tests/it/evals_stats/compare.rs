//! Two runs, case by case.
