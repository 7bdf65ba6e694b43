//! Two runs of one suite, case by case.
