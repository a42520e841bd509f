//! The customer's points and their statement.

use super::Member;
use crate::api::Page;
use crate::app::App;
use crate::points::cards::card;
use crate::points::referrals::referral;
use crate::points::{balance, download, entries, tiers};
use crate::reply::Failure;
use crate::site::visit::is_to_be_seen;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use bookplate_site::page::{Content, PointsView, ReferralView};
use bookplate_wire::Code;
use bookplate_wire::points::EntryKind;
use bookplate_wire::points::referrals::INVITE;

/// `GET /shops/{key}/member/points`: with `kind` and `after` as in the API.
pub(crate) async fn show_points(
    State(app): State<App>,
    member: Member,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let code = member.visit.parameter(INVITE).unwrap_or_default();
    let page = view(&app, &member, (&method, &headers), code, None).await?;
    Ok(member.show(&app, StatusCode::OK, Content::Points(Box::new(page))))
}

/// The page, with the code of an invitation that somebody has come with, or why it was not taken. What it has made and noted by
/// being looked at is not where only its head is asked for.
pub(super) async fn view(
    app: &App,
    member: &Member,
    (method, headers): (&Method, &HeaderMap),
    code: String,
    refused: Option<Code>,
) -> Result<PointsView, Failure> {
    let kind = member.visit.parameter("kind");
    let kind = kind.and_then(|word| EntryKind::from_word(&word));
    let after = member.visit.parameter("after");
    let first = after.is_none();
    let whose = (member.shop.id.clone(), member.access.customer.clone());
    let balance = balance(app, whose.0.clone(), whose.1.clone()).await?;
    let asked = Page {
        after,
        ..Page::default()
    };
    let celebrate = first && kind.is_none() && is_to_be_seen(method, headers);
    let own = referral(app, &member.shop, &whose.1, method).await?;
    let card = if *method == Method::HEAD {
        None
    } else {
        Some(card(app, whose.clone()).await?)
    };
    Ok(PointsView {
        balance,
        tiers: tiers::shown(app, whose.clone(), celebrate).await?,
        card,
        referral: Some(ReferralView { own, code, refused }),
        page: entries(app, whose, kind, asked).await?,
        kind,
        first,
    })
}

/// `GET /shops/{key}/member/points.csv`: a file.
pub(crate) async fn download_points(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    download(&app, &member.access).await
}
