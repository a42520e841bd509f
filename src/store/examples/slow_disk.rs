//! A disk that takes a millisecond for each sync, as common ones do: loaded before a program (`LD_PRELOAD`), it stands in front
//! of what the machine has. Where a sync costs nothing, as on many virtual disks, there is nothing to be gained by
//! sharing one, and `cargo xtask bench` could not tell whether that is done.

#![cfg(target_os = "linux")]
#![expect(unsafe_code, reason = "the names are those of the C library")]

use std::ffi::c_int;
use std::os::fd::BorrowedFd;
use std::thread::sleep;
use std::time::Duration;

/// What is added to each sync.
const SYNC: Duration = Duration::from_millis(1);

/// In place of the C library's: the millisecond, and then the disk.
///
/// # Safety
/// `file` is open, as whoever syncs it has made sure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    sleep(SYNC);
    // SAFETY: as above.
    let file = unsafe { BorrowedFd::borrow_raw(file) };
    // A call of the kernel's, not of the C library's: it does not come back here.
    rustix::fs::fdatasync(file).map_or(-1, |()| 0)
}

/// Likewise.
///
/// # Safety
/// As for [`fdatasync`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    sleep(SYNC);
    // SAFETY: as above.
    let file = unsafe { BorrowedFd::borrow_raw(file) };
    rustix::fs::fsync(file).map_or(-1, |()| 0)
}
