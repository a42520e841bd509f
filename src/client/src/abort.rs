//! Ending a request that nobody waits for any more.

use web_sys::{AbortController, AbortSignal};

/// Ends the requests that carry its signal when it is dropped.
///
/// Keep it where the reply is awaited. Putting another one in its place, or taking that place away,
/// then ends the older request by itself.
#[derive(Debug)]
pub struct Abort(Option<AbortController>);

impl Abort {
    /// One that has not been dropped yet.
    pub fn new() -> Self {
        // The constructor throws in no browser that runs wasm; without it, requests just run on.
        Self(AbortController::new().ok())
    }

    /// What a request has to carry in order to be ended.
    pub fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
