//! What a page that shows a case asks while it is open: to be told when something changes, or, with `do=look`, how it is now.

use super::{Guest, Member};
use crate::app::App;
use crate::feedback::guests::find;
use crate::feedback::live::{Watcher, once, stream};
use crate::feedback::own::one;
use crate::limits::Caller;
use crate::reply::Failure;
use crate::secrets::hash;
use crate::site::forms::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use bookplate_wire::feedback::guests::{CaseCode, plain_code};
use bookplate_wire::{CaseId, Code};

/// `POST /shops/{key}/feedback/track/live`: by the code, and the email address where one was left.
pub(crate) async fn follow_track(
    State(app): State<App>,
    guest: Guest,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let asked = CaseCode {
        code: form.text("code").to_owned(),
        email: form.text("email").to_owned(),
    };
    let found = find(&app, &guest.shop, caller, &asked).await?;
    // How far it is the code alone tells; what was written is not its to follow.
    let case = found.case.ok_or(Code::CaseNotFound)?.case.id;
    let watcher = Watcher::Guest(hash(&plain_code(&asked.code)));
    follow(&app, caller, case, watcher, &form).await
}

/// `POST /shops/{key}/member/feedback/{case}/live`
pub(crate) async fn follow_own_case(
    State(app): State<App>,
    Path((_key, case)): Path<(String, String)>,
    member: Member,
    caller: Caller,
    form: Form,
) -> Result<Response, Failure> {
    let customer = &member.access.customer;
    let case = one(&app, &member.shop, customer, &case).await?.case.id;
    let watcher = Watcher::Customer(customer.clone(), member.access.standing());
    follow(&app, caller, case, watcher, &form).await
}

async fn follow(
    app: &App,
    caller: Caller,
    case: CaseId,
    watcher: Watcher,
    form: &Form,
) -> Result<Response, Failure> {
    if form.text("do") == "look" {
        return once(app, &case, &watcher).await;
    }
    stream(app, caller, case, watcher).await
}
