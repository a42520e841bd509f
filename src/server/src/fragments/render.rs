//! From the store's data to a widget's HTML.

use super::cache::{Reply, Seen};
use super::include;
use super::{Asked, Shape};
use crate::app::App;
use crate::reply::Failure;
use crate::reviews::{data, json_ld};
use bookplate_store::ratings::Rated;
use bookplate_store::shops::Shop;
use bookplate_wire::fragments::{Fragment, Fragments, Widget};
use bookplate_wire::reviews::{RatingData, ReviewsData};
use bookplate_wire::{Isbn, Lang};
use std::collections::HashMap;

/// Renders all widgets of a request.
///
/// # Errors
/// When the database does not answer. A widget that cannot be shown gets an empty fragment that says why.
pub(super) async fn reply(
    app: &App,
    shop: &Shop,
    asked: &Asked,
    shape: Shape,
) -> Result<Reply, Failure> {
    let mut isbns: Vec<Isbn> = asked.widgets.iter().flatten().map(isbn_of).collect();
    isbns.sort_unstable();
    isbns.dedup();
    // The versions are read first: whatever changes while the rest is read makes them old, and
    // the cache notices.
    let rated: HashMap<Isbn, Rated> = app
        .store
        .ratings(&shop.id, &isbns)
        .await?
        .into_iter()
        .map(|rated| (rated.isbn, rated))
        .collect();
    let mut fragments = Vec::with_capacity(asked.widgets.len());
    for widget in &asked.widgets {
        let rated = |isbn| rated.get(isbn);
        fragments.push(match widget {
            Ok(Widget::Rating { isbn }) => rating_fragment(app, asked.lang, rated(isbn)),
            Ok(Widget::Reviews { isbn, query }) => {
                let (key, lang, query) = (&asked.key, asked.lang, query.clone());
                match data::reviews_data(app, shop, key, lang, *isbn, query, rated(isbn)).await {
                    Ok(data) => reviews_fragment(app, data),
                    // A cursor that does not fit.
                    Err(Failure(problem)) if problem.status < 500 => Fragment::failed(problem),
                    Err(failure) => return Err(failure),
                }
            }
            Err(problem) => Fragment::failed(problem.clone()),
        });
    }
    let body = match shape {
        Shape::Json => serde_json::to_string(&Fragments { fragments }).unwrap_or_default(),
        Shape::Html => include::elements(&sheet(app), &asked.widgets, asked.lang, &fragments),
    };
    let seen: Vec<Seen> = isbns
        .into_iter()
        .map(|isbn| {
            (
                isbn,
                rated
                    .get(&isbn)
                    .map(|rated| (rated.work.clone(), rated.version)),
            )
        })
        .collect();
    Ok(Reply::new(body, seen))
}

fn isbn_of(widget: &Widget) -> Isbn {
    match widget {
        Widget::Reviews { isbn, .. } | Widget::Rating { isbn } => *isbn,
    }
}

/// The fragment of `<bookplate-reviews>`.
pub(crate) fn reviews_fragment(app: &App, data: ReviewsData) -> Fragment {
    let json_ld = json_ld::book(&data);
    let json = json_ld::for_html(&data);
    let lang = data.lang;
    let mut html = shadow(
        app,
        "reviews",
        lang,
        &bookplate_widgets::reviews::render(data),
    );
    html.push_str("<script type=\"application/json\">");
    html.push_str(&json);
    html.push_str("</script>");
    Fragment {
        html,
        json_ld,
        problem: None,
    }
}

/// The fragment of `<bookplate-rating>`, which needs no data: no wasm ever takes it over.
fn rating_fragment(app: &App, lang: Lang, rated: Option<&Rated>) -> Fragment {
    let (average, count) =
        rated.map_or((0, 0), |rated| (rated.summary.average, rated.summary.count));
    let content = bookplate_widgets::rating::render(RatingData {
        lang,
        average,
        count,
    });
    Fragment {
        html: shadow(app, "rating", lang, &content),
        json_ld: None,
        problem: None,
    }
}

/// The address of all widgets' style sheet. Where it is linked does not matter to a shop's page: it speaks of shadow
/// roots alone.
pub(crate) fn sheet(app: &App) -> String {
    format!("{}{}", app.public_url, app.assets.path("bookplate.css"))
}

/// What goes into a shadow root: the stylesheet, then the root that wasm of the same version hydrates.
fn shadow(app: &App, widget: &str, lang: Lang, content: &str) -> String {
    format!(
        "<link rel=\"stylesheet\" href=\"{}\"><div class=\"root\" lang=\"{}\" \
         data-widget=\"{widget}\" data-version=\"{}\">{content}</div>",
        sheet(app),
        lang.tag(),
        app.assets.version(),
    )
}
