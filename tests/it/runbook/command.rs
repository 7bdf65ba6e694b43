//! What copying a block means.
