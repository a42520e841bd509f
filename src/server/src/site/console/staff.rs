//! A shop's people.

use super::{AtShop, faults};
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::site::failures::must_wait;
use crate::site::forms::Form;
use crate::staff::members::{
    access_link, delete_invitation, delete_staff, invite, list_staff, update_staff,
};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use bookplate_site::console_page::{ConsolePage, MadeLink, StaffPage};
use bookplate_wire::Code;
use bookplate_wire::staff::{AccessLink, NewInvitation, Role, RoleChange};

/// `GET /console/shops/{shop}/staff`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "staff")?;
    page(&app, &at, None, Vec::new()).await
}

async fn page(
    app: &App,
    at: &AtShop,
    link: Option<MadeLink>,
    faults: Vec<String>,
) -> Result<Response, Failure> {
    let Json(list) = list_staff(State(app.clone()), Extension(at.here())).await?;
    let wrong = !faults.is_empty();
    let page = StaffPage {
        members: list.members,
        invitations: list.invitations,
        link,
        may_change: at.may("POST", "invitations"),
        faults,
    };
    Ok(at.show(app, wrong, ConsolePage::Staff(page)))
}

/// `POST /console/shops/{shop}/staff`: `form` is `invite`, `revoke`, `role`, `remove` or `link`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    let (state, here) = (State(app.clone()), Extension(at.here()));
    let text = |name| form.text(name).to_owned();
    let role = || Role::from_word(form.text("role")).ok_or(Code::NotFound);
    let path = Path((String::new(), text("id")));
    let done = match form.text("form") {
        "invite" => {
            at.require("POST", "invitations")?;
            let new = NewInvitation {
                email: text("email"),
                name: text("name"),
                role: role()?,
            };
            let made = invite(&app, at.here(), new).await;
            let wait = made.as_ref().err().and_then(|Failure(why)| why.retry_after);
            return match faults(made)? {
                Ok(made) => {
                    let link = MadeLink {
                        link: made.link,
                        email: made.invitation.email,
                        mailed: made.mailed,
                    };
                    page(&app, &at, Some(link), Vec::new()).await
                }
                Err(faults) => {
                    let page = page(&app, &at, None, faults).await?;
                    Ok(match wait {
                        Some(seconds) => must_wait(page, seconds),
                        None => page,
                    })
                }
            };
        }
        "link" => {
            at.require("POST", "staff/{staff}/access-link")?;
            return match faults(access_link(&app, at.here(), form.text("id")).await)? {
                Ok((AccessLink { link, .. }, email)) => {
                    let link = MadeLink {
                        link,
                        email,
                        mailed: false,
                    };
                    page(&app, &at, Some(link), Vec::new()).await
                }
                Err(faults) => page(&app, &at, None, faults).await,
            };
        }
        "role" => {
            at.require("PATCH", "staff/{staff}")?;
            update_staff(state, here, path, Body(RoleChange { role: role()? })).await
        }
        "remove" => {
            at.require("DELETE", "staff/{staff}")?;
            delete_staff(state, here, path).await
        }
        "revoke" => {
            at.require("DELETE", "invitations/{invitation}")?;
            delete_invitation(state, here, path).await
        }
        _ => return Err(Code::NotFound.into()),
    };
    match faults(done)? {
        Ok(_) => Ok(at.saved("staff")),
        Err(faults) => page(&app, &at, None, faults).await,
    }
}
