//! The customer's points and their statement.

use super::Member;
use crate::api::Page;
use crate::app::App;
use crate::points::cards::card;
use crate::points::{balance, download, entries, tiers};
use crate::reply::Failure;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, PointsView};
use bookplate_wire::points::EntryKind;

/// `GET /shops/{key}/member/points`: with `kind` and `after` as in the API.
pub(crate) async fn show_points(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let kind = member.visit.parameter("kind");
    let kind = kind.and_then(|word| EntryKind::from_word(&word));
    let after = member.visit.parameter("after");
    let first = after.is_none();
    let whose = (member.shop.id.clone(), member.access.customer.clone());
    let balance = balance(&app, whose.0.clone(), whose.1.clone()).await?;
    let asked = Page {
        after,
        ..Page::default()
    };
    let is_whole = first && kind.is_none();
    let page = PointsView {
        balance,
        tiers: tiers::shown(&app, whose.clone(), is_whole).await?,
        card: Some(card(&app, whose.clone()).await?),
        page: entries(&app, whose, kind, asked).await?,
        kind,
        first,
    };
    Ok(member.show(&app, StatusCode::OK, Content::Points(Box::new(page))))
}

/// `GET /shops/{key}/member/points.csv`: a file.
pub(crate) async fn download_points(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    download(&app, &member.access).await
}
