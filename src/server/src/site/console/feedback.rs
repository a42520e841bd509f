//! The inbox: what shoppers have written.

use super::{AtShop, faults};
use crate::app::App;
use crate::feedback::inbox::{all_changed, page, read_filter};
use crate::reply::Failure;
use crate::site::forms::Form;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::case_page::{CasesPage, cases_query};
use bookplate_site::console_page::ConsolePage;
use bookplate_site::page::Done;
use bookplate_store::Db;
use bookplate_wire::Code;
use bookplate_wire::feedback::CaseState;
use bookplate_wire::feedback::inbox::{BulkChange, CaseChange, CaseFilter, SeenCase};

impl AtShop {
    /// Which cases are asked for. What is none of the words is as if it were not there.
    fn case_filter(&self) -> CaseFilter {
        let mut filter = CaseFilter::default();
        for name in ["state", "kind", "owner", "tag", "q"] {
            let value = self.colleague.visit.parameter(name);
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                _ = read_filter(&mut filter, name, &value);
            }
        }
        filter
    }
}

/// `GET /console/shops/{shop}/cases`: with `state`, `kind`, `owner`, `tag`, `q` and `after` as in the API.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "cases")?;
    let (filter, asked) = (at.case_filter(), at.page());
    let here = at.here();
    let shop = here.shop.clone();
    let owners = app.store.read(move |db: &mut Db| db.case_owners(&shop));
    let shown = CasesPage {
        owners: owners.await?,
        after: asked.after.clone(),
        page: page(&app, here, filter.clone(), asked).await?,
        filter,
        may_change: at.may("POST", "cases/changes"),
    };
    Ok(at.show(&app, false, ConsolePage::Cases(Box::new(shown))))
}

/// `POST /console/shops/{shop}/cases`: does with all of `case` (id and version, with a colon between them) what `do` says:
/// `take`, `resolve`, or `tag` with a `tag`.
pub(crate) async fn change(
    State(app): State<App>,
    at: AtShop,
    form: Form,
) -> Result<Response, Failure> {
    at.require("POST", "cases/changes")?;
    let change = match form.text("do") {
        "take" => CaseChange {
            owner: Some(at.here().staff.to_string()),
            ..CaseChange::default()
        },
        "resolve" => CaseChange {
            state: Some(CaseState::Resolved),
            ..CaseChange::default()
        },
        "tag" => CaseChange {
            tags: Some(vec![form.text("tag").to_owned()]),
            ..CaseChange::default()
        },
        _ => return Err(Code::NotFound.into()),
    };
    let cases = form.all("case").filter_map(|seen| {
        let (id, version) = seen.split_once(':')?;
        Some(SeenCase {
            id: id.parse().ok()?,
            version: version.parse().ok()?,
        })
    });
    let bulk = BulkChange {
        cases: cases.collect(),
        change,
    };
    // Without any case, or with a tag that is none, nothing is to be done.
    _ = faults(all_changed(&app, at.here(), bulk).await)?;
    let after = at.colleague.visit.parameter("after");
    let path = format!("cases{}", cases_query(&at.case_filter(), after.as_deref()));
    Ok(at.done(&path, Done::CasesChanged))
}
