//! The form behind a button.

use super::Clerk;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

impl Clerk {
    fn dialog(&self) -> Option<HtmlDialogElement> {
        self.find(".frame")?.dyn_into().ok()
    }

    pub(super) fn show(&self) {
        let Some(dialog) = self.dialog() else { return };
        if let Some(desk) = self.desk.get() {
            desk.hold_page(true);
        }
        _ = dialog.show_modal();
        self.focus("#heading");
    }

    pub(super) fn close(&self) {
        if let Some(dialog) = self.dialog() {
            dialog.close();
        }
    }

    /// However that came about. The browser puts the focus back to where it was.
    pub(super) fn closed(&self) {
        if let Some(desk) = self.desk.get() {
            desk.hold_page(false);
        }
    }
}
