//! Refunds that do not count.

use super::AtShop;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{minute, zone_named};
use axum::extract::State;
use axum::response::Response;
use bookplate_site::console_page::{ConsolePage, RefundLine, RefundsPage};
use bookplate_store::Db;
use bookplate_wire::Code;
use bookplate_wire::orders::{Money, OpenRefund};

/// `GET /console/shops/{shop}/refunds`
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "refunds")?;
    let asked = at.page();
    let shop = at.here().shop;
    let read = move |db: &mut Db| {
        let settings = db.settings(&shop)?.ok_or(Code::NotFound)?;
        let page = db.open_refunds(&shop, asked.after.as_deref(), asked.limit)?;
        Ok::<_, Failure>((settings.time_zone, page))
    };
    let (zone, page) = app.store.read(read).await?;
    let zone = zone_named(&zone);
    let line = |open: OpenRefund| RefundLine {
        amount: Money {
            amount: open.refund.total(),
            currency: open.refund.currency().to_owned(),
        },
        number: open.refund.number,
        order: open.refund.order,
        state: open.state,
        since: minute(&zone, open.received_at),
    };
    let page = RefundsPage {
        refunds: page.refunds.into_iter().map(line).collect(),
        next: page.next,
    };
    Ok(at.show(&app, false, ConsolePage::Refunds(page)))
}
