//! What is mounted in the page, each under a number that JavaScript can hold.
//!
//! A component lives as long as the handle that mounting it returned. JavaScript cannot own a Rust
//! value without a class and a finaliser for it, but it can own a number, and it knows when an element
//! leaves the page.

use std::any::Any;
use std::cell::RefCell;

thread_local! {
    static MOUNTS: RefCell<Mounts> = const { RefCell::new(Mounts { handles: Vec::new() }) };
}

/// Handles by number. Freed places are used again: a page that re-creates its elements for ever needs
/// no more places than it has elements at a time.
struct Mounts {
    handles: Vec<Option<Box<dyn Any>>>,
}

impl Mounts {
    fn keep(&mut self, handle: Box<dyn Any>) -> u32 {
        let free = self.handles.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            self.handles.push(None);
            self.handles.len() - 1
        });
        self.handles[place] = Some(handle);
        // A page with four thousand million elements has other troubles.
        place as u32
    }

    fn take(&mut self, mount: u32) -> Option<Box<dyn Any>> {
        self.handles.get_mut(mount as usize)?.take()
    }
}

/// Keeps a mounted component alive until [`end`] is called with the returned number.
pub fn keep(handle: Box<dyn Any>) -> u32 {
    MOUNTS.with_borrow_mut(|mounts| mounts.keep(handle))
}

/// Drops the component that was kept under this number; nothing happens when it has ended before.
pub fn end(mount: u32) {
    // Unmounting runs the component's clean-up, which may mount or end others: not while borrowed.
    let handle = MOUNTS.with_borrow_mut(|mounts| mounts.take(mount));
    drop(handle);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn a_handle_lives_until_its_mount_ends() {
        let component = Rc::new(());
        let mount = keep(Box::new(Rc::clone(&component)));
        assert_eq!(Rc::strong_count(&component), 2);
        end(mount);
        assert_eq!(Rc::strong_count(&component), 1);
        end(mount);
        end(mount + 1_000);
    }

    #[test]
    fn five_hundred_elements_one_after_another_need_one_place() {
        let places: Vec<u32> = (0..500)
            .map(|_| {
                let mount = keep(Box::new(()));
                end(mount);
                mount
            })
            .collect();
        assert!(places.iter().all(|place| *place == places[0]));
    }

    /// Ends another mount when dropped, as a component does that holds nested ones.
    struct Nested(u32);

    impl Drop for Nested {
        fn drop(&mut self) {
            end(self.0);
        }
    }

    #[test]
    fn a_component_may_end_others_while_it_ends() {
        let inner = Rc::new(());
        let inner_mount = keep(Box::new(Rc::clone(&inner)));
        let outer_mount = keep(Box::new(Nested(inner_mount)));
        end(outer_mount);
        assert_eq!(Rc::strong_count(&inner), 1);
    }
}
