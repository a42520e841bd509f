//! Authors and series that the customer follows.

use super::Member;
use super::wish_own::{has_news_by_mail, read_follow};
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::wishlists::change;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, FollowsPage};
use bookplate_store::{Db, StoreError};
use bookplate_wire::wishlists::follows::FollowKind;
use bookplate_wire::{Code, FollowId};

/// `GET /shops/{key}/member/follows`
pub(crate) async fn show_follows(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let page = page(&app, &member).await?;
    Ok(member.show(&app, StatusCode::OK, Content::Follows(page)))
}

async fn page(app: &App, member: &Member) -> Result<FollowsPage, StoreError> {
    let customer = member.access.customer.clone();
    let read = move |db: &mut Db| -> Result<_, StoreError> {
        Ok((db.follows(&customer)?, has_news_by_mail(db, &customer)?))
    };
    let (follows, by_mail) = app.store.read(read).await?;
    Ok(FollowsPage {
        follows,
        by_mail,
        kind: FollowKind::Author,
        name: String::new(),
        faults: Vec::new(),
        full: false,
    })
}

/// `POST /shops/{key}/member/follows`: `do` is `follow` or `unfollow`.
pub(crate) async fn change_follows(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    if form.text("do") == "unfollow" {
        let follow: FollowId = form.text("follow").parse().map_err(|_| Code::NotFound)?;
        let write = move |db: &mut Db| db.unfollow(&customer, &follow);
        app.store.write(write).await?;
        return Ok(member.visit.go(&member.path("follows"), Done::Saved));
    }
    let new = read_follow(&form)?;
    let (kind, name) = (new.kind, new.name.clone());
    let followed = match new.checked() {
        Ok(new) => change(&app, move |db| db.follow(&shop, &customer, &new)).await,
        Err(problem) => Err(problem.into()),
    };
    match followed {
        Ok(_) => Ok(member.visit.go(&member.path("follows"), Done::Saved)),
        Err(Failure(problem)) if matches!(problem.code, Code::FieldInvalid | Code::FollowLimit) => {
            let page = FollowsPage {
                kind,
                name,
                full: problem.code == Code::FollowLimit,
                faults: problem.fields().map(str::to_owned).collect(),
                ..page(&app, &member).await?
            };
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
            Ok(member.show(&app, status, Content::Follows(page)))
        }
        Err(failure) => Err(failure),
    }
}
