//! How soon cases are answered and resolved, and how satisfied their shoppers are.

use super::AtShop;
use crate::app::App;
use crate::feedback::figures::{Asked, download, figures};
use crate::reply::Failure;
use axum::extract::State;
use axum::response::Response;
use bookplate_site::case_page::FiguresPage;
use bookplate_site::console_page::ConsolePage;
use bookplate_store::Db;
use bookplate_wire::Code;

/// What the address asks for; what nobody can read is as if it were not there.
fn asked(at: &AtShop) -> Asked {
    let mut asked = Asked::default();
    for name in ["from", "until", "kind", "owner"] {
        if let Some(value) = at.colleague.visit.parameter(name) {
            _ = asked.read(name, &value);
        }
    }
    asked
}

/// `GET /console/shops/{shop}/figures`: with `from`, `until`, `kind` and `owner` as in the API.
pub(crate) async fn show(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "feedback-figures")?;
    let asked = asked(&at);
    let shop = at.shop.id.clone();
    let owners = app.store.read(move |db: &mut Db| db.case_owners(&shop));
    let owners = owners.await?;
    let (figures, is_wrong) = match figures(&app, at.here(), asked.clone()).await {
        Ok(figures) => (figures, false),
        Err(Failure(problem)) if problem.code == Code::BadRequest => {
            // Days that do not fit together: those that are told usually, and what is wrong.
            let usual = Asked {
                from: None,
                until: None,
                ..asked.clone()
            };
            (figures(&app, at.here(), usual).await?, true)
        }
        Err(failure) => return Err(failure),
    };
    let typed = |day: Option<jiff::civil::Date>, shown: &str| match day {
        Some(day) if is_wrong => day.to_string(),
        _ => shown.to_owned(),
    };
    let page = FiguresPage {
        from: typed(asked.from, &figures.from),
        until: typed(asked.until, &figures.until),
        kind: asked.kind,
        owner: asked.owner,
        owners,
        figures,
        is_wrong,
    };
    Ok(at.show(&app, is_wrong, ConsolePage::Figures(Box::new(page))))
}

/// `GET /console/shops/{shop}/figures.csv`: likewise.
pub(crate) async fn export(State(app): State<App>, at: AtShop) -> Result<Response, Failure> {
    at.require("GET", "feedback-figures/export")?;
    download(&app, at.here(), asked(&at)).await
}
