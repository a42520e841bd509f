//! How far an import is.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A reader that tells others how many bytes went through it.
///
/// ```
/// use bookplate_import::CountingReader;
/// use std::io::Read;
/// use std::sync::atomic::Ordering;
///
/// let (mut reader, count) = CountingReader::new(&b"isbn,title"[..]);
/// reader.read_to_end(&mut Vec::new())?;
/// assert_eq!(count.load(Ordering::Relaxed), 10);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct CountingReader<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> CountingReader<R> {
    /// Wraps `inner`. The counter can be read from any thread while the import runs.
    pub fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        (
            Self {
                inner,
                count: Arc::clone(&count),
            },
            count,
        )
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
