//! What the customer can have for points, and the codes.

use super::Member;
use crate::accounts::tokens::random_text;
use crate::api::Page;
use crate::app::App;
use crate::points::{balance, rewards};
use crate::qr;
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, OwnCode, RewardsView};
use bookplate_wire::Code;
use bookplate_wire::points::rewards::{NewRedemption, Redemption, RedemptionState};

/// `GET /shops/{key}/member/rewards`: with `after` as in the API's list of codes.
pub(crate) async fn show_rewards(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    page(&app, &member, None).await
}

async fn page(app: &App, member: &Member, fault: Option<Code>) -> Result<Response, Failure> {
    let after = member.visit.parameter("after");
    let first = after.is_none();
    let asked = Page {
        after,
        ..Page::default()
    };
    let whose = (member.shop.id.clone(), member.access.customer.clone());
    let balance = balance(app, whose.0, whose.1).await?;
    let own = rewards::redemptions(app, &member.access, asked).await?;
    let codes = own.redemptions.into_iter().map(drawn);
    let view = RewardsView {
        balance,
        rewards: rewards::offered(app, &member.access).await?.rewards,
        codes: codes.collect::<Result<_, _>>()?,
        next: own.next,
        first,
        reference: random_text(),
        fault,
    };
    let status = if fault.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(member.show(app, status, Content::Rewards(Box::new(view))))
}

/// A code, with its picture while it can be used.
fn drawn(redemption: Redemption) -> Result<OwnCode, Failure> {
    let qr_svg = match redemption.state {
        RedemptionState::Open => qr::picture(&redemption.code)?,
        _ => String::new(),
    };
    Ok(OwnCode { redemption, qr_svg })
}

/// `POST /shops/{key}/member/rewards`: `do` is `redeem` or `cancel`.
pub(crate) async fn change_rewards(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let done = match form.text("do") {
        "redeem" => {
            let reward = rewards::read_reward(form.text("reward"))?;
            let new = NewRedemption {
                reference: form.text("reference").to_owned(),
                points: form.text("points").parse().map_err(|_| Code::NotFound)?,
            };
            rewards::redeem(&app, &member.access, reward, new).await
        }
        "cancel" => {
            let id = form.text("redemption").parse();
            let id = id.map_err(|_| Code::RedemptionNotFound)?;
            rewards::cancel(&app, &member.access, id).await
        }
        _ => return Err(Code::NotFound.into()),
    };
    match done {
        Ok(_) => Ok(member.visit.go(&member.path("rewards"), Done::Saved)),
        Err(Failure(problem)) if [409, 422].contains(&problem.status) => {
            page(&app, &member, Some(problem.code)).await
        }
        Err(failure) => Err(failure),
    }
}
