//! Reading no more than was allowed, whatever an archive says of itself.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};

/// A reader that stops when its allowance is spent.
pub(super) struct Bounded<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<'a, R> Bounded<'a, R> {
    /// Reads from here as long as bytes are left; several may share what is left.
    pub const fn new(inner: R, left: &'a Cell<u64>) -> Self {
        Self { inner, left }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.ok_or_else(|| io::Error::other("too much to read"))?);
        Ok(read)
    }
}

impl<R: Seek> Seek for Bounded<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
