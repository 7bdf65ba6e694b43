//! What a sequence of runs raises, and when it is over.
