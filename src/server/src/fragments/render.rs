//! From the store's data to a widget's HTML.

use super::cache::{Reply, Seen};
use super::include;
use super::{Asked, Shape};
use crate::app::App;
use crate::feedback::case_book;
use crate::reply::Failure;
use crate::reviews::data::{OfBook, Reader, of_book};
use crate::reviews::json_ld;
use crate::settings::look;
use bookplate_store::Db;
use bookplate_store::ratings::Rated;
use bookplate_store::shops::Shop;
use bookplate_wire::accounts::AccountData;
use bookplate_wire::feedback::element::FeedbackData;
use bookplate_wire::fragments::{Fragment, Fragments, Widget};
use bookplate_wire::points::books::{EarnData, PricedBook, written_price};
use bookplate_wire::points::element::PointsData;
use bookplate_wire::reviews::RatingData;
use bookplate_wire::wishlists::{WishButtonData, WishlistData};
use bookplate_wire::{Isbn, Lang, Problem};
use std::collections::HashMap;
use std::sync::Arc;

/// Renders all widgets of a request.
///
/// # Errors
/// When the database does not answer. A widget that cannot be shown gets an empty fragment that says why.
pub(super) async fn reply(
    app: &App,
    shop: &Arc<Shop>,
    asked: Asked,
    shape: Shape,
) -> Result<Reply, Failure> {
    let asked = Arc::new(asked);
    let searches = asked
        .widgets
        .iter()
        .flatten()
        .any(|widget| matches!(widget, Widget::Reviews { query, .. } if query.is_search()));
    let gathered = {
        let (shop, asked, api) = (shop.clone(), asked.clone(), app.public_url.clone());
        app.store.read(move |db| gather(db, &shop, &asked, &api))
    };
    let turn = app.turns.search_if(searches).await?;
    let Gathered { seen, shown } = gathered.await?;
    drop(turn);
    let fragments: Vec<Fragment> = shown
        .into_iter()
        .map(|shown| match shown {
            Shown::Reviews(shown) => reviews_fragment(app, shop, *shown),
            Shown::Rating(data) => rating_fragment(app, shop, data),
            Shown::WishButton(data) => wish_button_fragment(app, shop, data),
            Shown::Account(data) => account_fragment(app, shop, data),
            Shown::Wishlist(data) => wishlist_fragment(app, shop, data),
            Shown::Points(data) => points_fragment(app, shop, data),
            Shown::Earn(data) => earn_fragment(app, shop, data),
            Shown::Feedback(data) => feedback_fragment(app, shop, data),
            Shown::Failed(problem) => Fragment::failed(problem),
        })
        .collect();
    let body = match shape {
        Shape::Json => serde_json::to_string(&Fragments { fragments }).unwrap_or_default(),
        Shape::Html => {
            let sheets = format!("{}{}", sheet_link(app), look::link(app, shop));
            include::elements(sheets, &asked.widgets, asked.lang, &fragments)
        }
    };
    let ages = |widget: &Widget| {
        matches!(
            widget,
            Widget::WishButton { count: true, .. } | Widget::Points | Widget::Earn(_)
        )
    };
    let ages = asked.widgets.iter().flatten().any(ages);
    Ok(Reply::new(body, seen, ages))
}

/// What the widgets of a request show, and the versions of the books in it.
struct Gathered {
    seen: Vec<Seen>,
    shown: Vec<Shown>,
}

/// What one widget shows.
enum Shown {
    Reviews(Box<OfBook>),
    Rating(RatingData),
    WishButton(WishButtonData),
    Account(AccountData),
    Wishlist(WishlistData),
    Points(PointsData),
    Earn(EarnData),
    Feedback(FeedbackData),
    Failed(Problem),
}

/// Reads what all widgets of a request show.
fn gather(db: &mut Db, shop: &Shop, asked: &Asked, api: &str) -> Result<Gathered, Failure> {
    let mut isbns: Vec<Isbn> = asked.widgets.iter().flatten().filter_map(isbn_of).collect();
    isbns.sort_unstable();
    isbns.dedup();
    // The versions are read first: whatever changes while the rest is read makes them old, and
    // the cache notices.
    let rated = db.ratings(&shop.id, &isbns)?;
    let rated: HashMap<Isbn, Rated> = rated.into_iter().map(|r| (r.isbn, r)).collect();
    let OfHearts { titles, counts } = of_hearts(db, shop, asked)?;
    let books = asked.widgets.iter().flatten().filter_map(priced);
    let books: Vec<PricedBook> = books.collect();
    let mut earned = db.points_for_books(&shop.id, None, &books)?.into_iter();
    let mut shown = Vec::with_capacity(asked.widgets.len());
    for widget in &asked.widgets {
        shown.push(match widget {
            Ok(Widget::Rating { isbn }) => {
                let summary = rated.get(isbn).map(|rated| &rated.summary);
                Shown::Rating(RatingData {
                    lang: asked.lang,
                    average: summary.map_or(0, |summary| summary.average),
                    count: summary.map_or(0, |summary| summary.count),
                })
            }
            Ok(Widget::WishButton { isbn, count }) => Shown::WishButton(WishButtonData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
                isbn: *isbn,
                title: titles.get(isbn).cloned().unwrap_or_default(),
                count: count.then(|| counts.get(isbn).copied().unwrap_or_default()),
            }),
            Ok(Widget::Wishlist) => Shown::Wishlist(WishlistData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
                book_url: shop.book_url.clone(),
            }),
            Ok(Widget::Points) => Shown::Points(PointsData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
                on: db.has_points(&shop.id)?,
            }),
            Ok(Widget::Earn(book)) => Shown::Earn(EarnData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
                isbn: book.isbn,
                price: book.price.as_ref().map_or_else(String::new, written_price),
                points: earned.next().flatten(),
            }),
            Ok(Widget::Feedback { isbn }) => Shown::Feedback(FeedbackData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
                book: match isbn {
                    Some(isbn) => db.edition(&shop.id, *isbn)?.map(case_book),
                    None => None,
                },
            }),
            Ok(Widget::Account) => Shown::Account(AccountData {
                lang: asked.lang,
                api: api.to_owned(),
                key: asked.key.clone(),
            }),
            Ok(Widget::Reviews { isbn, query }) => {
                let reader = Reader {
                    lang: asked.lang,
                    api: api.to_owned(),
                    key: asked.key.clone(),
                };
                match of_book(db, shop, reader, *isbn, query.clone(), rated.get(isbn)) {
                    Ok(shown) => Shown::Reviews(Box::new(shown)),
                    // A cursor that does not fit.
                    Err(Failure(problem)) if problem.status < 500 => Shown::Failed(problem),
                    Err(failure) => return Err(failure),
                }
            }
            Err(problem) => Shown::Failed(problem.clone()),
        });
    }
    let version = |isbn| rated.get(isbn).map(|r| (r.work.clone(), r.version));
    let seen = isbns.iter().map(|isbn| (*isbn, version(isbn))).collect();
    Ok(Gathered { seen, shown })
}

/// What hearts show of their books.
struct OfHearts {
    titles: HashMap<Isbn, String>,
    /// How many customers wish for those whose hearts say so.
    counts: HashMap<Isbn, u32>,
}

fn of_hearts(db: &mut Db, shop: &Shop, asked: &Asked) -> Result<OfHearts, Failure> {
    let (mut hearts, mut counted) = (Vec::new(), Vec::new());
    for widget in asked.widgets.iter().flatten() {
        if let Widget::WishButton { isbn, count } = widget {
            hearts.push(*isbn);
            counted.extend(count.then_some(*isbn));
        }
    }
    Ok(OfHearts {
        titles: db.titles(&shop.id, &hearts)?,
        counts: db.wish_counts(&shop.id, &counted)?,
    })
}

fn isbn_of(widget: &Widget) -> Option<Isbn> {
    match widget {
        Widget::Reviews { isbn, .. }
        | Widget::Rating { isbn }
        | Widget::WishButton { isbn, .. } => Some(*isbn),
        Widget::Feedback { isbn } => *isbn,
        // What a book earns has nothing to do with its reviews, whose versions these are asked for.
        Widget::Account | Widget::Wishlist | Widget::Points | Widget::Earn(_) => None,
    }
}

fn priced(widget: &Widget) -> Option<PricedBook> {
    match widget {
        Widget::Earn(book) => Some(book.clone()),
        _ => None,
    }
}

/// The fragment of `<bookplate-reviews>`.
///
/// What the shop recommends is not among the data for search engines: they take what stands there for reviews of
/// customers, and forbid a shop to add its own.
pub(crate) fn reviews_fragment(app: &App, shop: &Shop, shown: OfBook) -> Fragment {
    let data = shown.reviews;
    let json_ld = json_ld::book(shop, &data);
    let json = json_ld::for_html(&data);
    let lang = data.lang;
    let picks = bookplate_widgets::reviews::picks::render(lang, &shown.picks);
    let content = bookplate_widgets::reviews::render(data);
    Fragment {
        html: live(app, shop, ("reviews", &picks), lang, &content, &json),
        json_ld,
        problem: None,
    }
}

/// The fragment of `<bookplate-account>`, as it is while nobody is signed in. What comes once somebody is has a
/// sheet of its own.
fn account_fragment(app: &App, shop: &Shop, data: AccountData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::accounts::render(data);
    let mut html = live(app, shop, ("account", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "account.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-rating>`, which needs no data: no wasm ever takes it over.
fn rating_fragment(app: &App, shop: &Shop, data: RatingData) -> Fragment {
    let lang = data.lang;
    let content = bookplate_widgets::rating::render(data);
    Fragment {
        html: shadow(app, shop, ("rating", ""), lang, &content),
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-wish-button>`, as it is for who has wished for nothing. Its looks are a sheet of their
/// own: a page without hearts does not load them.
fn wish_button_fragment(app: &App, shop: &Shop, data: WishButtonData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::wishlists::render(data);
    let mut html = live(app, shop, ("wish-button", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "wishlists.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-wishlist>`, as it is before it is known whose list it is; with looks of its own too.
fn wishlist_fragment(app: &App, shop: &Shop, data: WishlistData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::wishlists::list::render(data);
    let mut html = live(app, shop, ("wishlist", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "wishlist.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-points>`, as it is while nobody is signed in; with looks of its own too.
fn points_fragment(app: &App, shop: &Shop, data: PointsData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::points::render(data);
    let mut html = live(app, shop, ("points", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "points.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-earn>`, as it is for everybody.
fn earn_fragment(app: &App, shop: &Shop, data: EarnData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::points::earn::render(data);
    let mut html = live(app, shop, ("earn", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "earn.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The fragment of `<bookplate-feedback>`: an empty form, with looks of its own too.
fn feedback_fragment(app: &App, shop: &Shop, data: FeedbackData) -> Fragment {
    let (lang, json) = (data.lang, json_ld::for_html(&data));
    let content = bookplate_widgets::feedback::render(&data);
    let mut html = live(app, shop, ("feedback", ""), lang, &content, &json);
    html.push_str(&own_sheet(app, "feedback.css"));
    Fragment {
        html,
        json_ld: None,
        problem: None,
    }
}

/// The link to a style sheet that only one widget needs.
fn own_sheet(app: &App, name: &str) -> String {
    format!(
        "<link rel=\"stylesheet\" href=\"{}{}\">",
        app.public_url,
        app.assets.path(name)
    )
}

/// The address of all widgets' style sheet. Where it is linked does not matter to a shop's page: it speaks of shadow
/// roots alone.
pub(crate) fn sheet(app: &App) -> String {
    format!("{}{}", app.public_url, app.assets.path("bookplate.css"))
}

/// What goes into a shadow root, with the data from which wasm takes it over.
fn live(
    app: &App,
    shop: &Shop,
    widget: (&str, &str),
    lang: Lang,
    content: &str,
    json: &str,
) -> String {
    let mut html = shadow(app, shop, widget, lang, content);
    html.push_str("<script type=\"application/json\">");
    html.push_str(json);
    html.push_str("</script>");
    html
}

fn sheet_link(app: &App) -> String {
    format!("<link rel=\"stylesheet\" href=\"{}\">", sheet(app))
}

/// What goes into a shadow root: the stylesheets, what stands above the widget and never changes, then the root that
/// wasm of the same version hydrates.
fn shadow(
    app: &App,
    shop: &Shop,
    (widget, above): (&str, &str),
    lang: Lang,
    content: &str,
) -> String {
    format!(
        "{}{}{above}<div class=\"root\" lang=\"{}\" data-widget=\"{widget}\" data-version=\"{}\">{content}</div>",
        sheet_link(app),
        look::link(app, shop),
        lang.tag(),
        app.assets.version(),
    )
}
