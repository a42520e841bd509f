//! How a page asks for several widgets at once, and what it gets.
//!
//! `GET /v1/fragments?key=pk_…&lang=en&w=rating/9780141439518&w=reviews/9780141439518%3Fsort%3Dnewest`
//! names each widget as `kind/ISBN`, with the widget's own query string behind a `?`; a widget that is about no
//! book is `account/`, `wishlist/`, `points/` or `feedback/` (which can have one too). The reply has one fragment for each `w`, in their order.

use crate::points::books::{PricedBook, read_price};
use crate::problem::{Code, Problem};
use crate::reviews::ReviewsQuery;
use crate::{Isbn, query};
use serde::{Deserialize, Serialize};

/// How many widgets one request may ask for; the loader splits what is more.
pub const WIDGETS_MAX: usize = 200;

/// One widget that a page asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Widget {
    /// `<bookplate-reviews isbn>`
    Reviews {
        /// The book.
        isbn: Isbn,
        /// Which of its reviews.
        query: ReviewsQuery,
    },
    /// `<bookplate-rating isbn>`
    Rating {
        /// The book.
        isbn: Isbn,
    },
    /// `<bookplate-wish-button isbn>`
    WishButton {
        /// The book.
        isbn: Isbn,
        /// Whether it says how many customers wish for the book.
        count: bool,
    },
    /// `<bookplate-account>`
    Account,
    /// `<bookplate-wishlist>`
    Wishlist,
    /// `<bookplate-points>`
    Points,
    /// `<bookplate-earn isbn>`
    Earn(PricedBook),
    /// `<bookplate-feedback>`
    Feedback {
        /// The book that goes along, where the page names one.
        isbn: Option<Isbn>,
    },
}

impl Widget {
    /// Reads `kind/ISBN`, `kind/ISBN?query` or `kind/`.
    ///
    /// # Errors
    /// When the kind is unknown, the ISBN is none, or the query has a wrong parameter.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (path, options) = text.split_once('?').unwrap_or((text, ""));
        let (kind, isbn_text) = path.split_once('/').unwrap_or((path, ""));
        let isbn = || -> Result<Isbn, Problem> {
            isbn_text
                .parse()
                .map_err(|_| Problem::new(Code::IsbnInvalid, "the ISBN is not valid").at("isbn"))
        };
        match kind {
            "reviews" => {
                let isbn = isbn()?;
                let mut query = ReviewsQuery::default();
                if let Some(name) = query::repeated(options, "") {
                    let rule = "this parameter is given twice";
                    return Err(Problem::new(Code::BadRequest, rule).at(name));
                }
                for pair in query::pairs(options) {
                    let (key, value) = pair.ok_or_else(|| {
                        Problem::new(Code::BadRequest, "a broken percent-escape").at("w")
                    })?;
                    query.set(&key, &value)?;
                }
                Ok(Self::Reviews { isbn, query })
            }
            "rating" if options.is_empty() => Ok(Self::Rating { isbn: isbn()? }),
            "wish-button" if matches!(options, "" | "count") => Ok(Self::WishButton {
                isbn: isbn()?,
                count: !options.is_empty(),
            }),
            "account" if isbn_text.is_empty() && options.is_empty() => Ok(Self::Account),
            "wishlist" if isbn_text.is_empty() && options.is_empty() => Ok(Self::Wishlist),
            "points" if isbn_text.is_empty() && options.is_empty() => Ok(Self::Points),
            "earn" => Ok(Self::Earn(PricedBook {
                isbn: isbn()?,
                price: (!options.is_empty())
                    .then(|| read_price(options))
                    .transpose()?,
            })),
            "feedback" if options.is_empty() => Ok(Self::Feedback {
                isbn: (!isbn_text.is_empty()).then(isbn).transpose()?,
            }),
            _ => {
                let rule = "w is reviews/ISBN, rating/ISBN, wish-button/ISBN, earn/ISBN, account/, wishlist/, points/, feedback/ or feedback/ISBN";
                Err(Problem::new(Code::BadRequest, rule).at("w"))
            }
        }
    }
}

/// The reply to a request for fragments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fragments {
    /// One for each widget of the request, in the same order.
    pub fragments: Vec<Fragment>,
}

/// What goes into one widget's shadow root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fragment {
    /// The content: a stylesheet link, the widget's HTML, and its data as JSON for hydration.
    pub html: String,
    /// schema.org data for the page's head, as the text of a `<script type="application/ld+json">`;
    /// absent where there is nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_ld: Option<String>,
    /// Why there is nothing to show, where this widget could not be read: `html` is then empty. The other
    /// widgets of the request are none the worse for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

impl Fragment {
    /// What stands in the place of a widget that cannot be shown: nothing.
    pub fn failed(problem: Problem) -> Self {
        Self {
            html: String::new(),
            json_ld: None,
            problem: Some(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reviews::Sort;

    #[test]
    fn widgets_are_read() {
        let isbn: Isbn = "9780141439518".parse().unwrap();
        assert_eq!(
            Widget::parse("rating/0-14-143951-3"),
            Ok(Widget::Rating { isbn })
        );
        let query = ReviewsQuery {
            sort: Sort::Newest,
            stars: Some(5),
            ..Default::default()
        };
        assert_eq!(
            Widget::parse("reviews/9780141439518?sort=newest&stars=5"),
            Ok(Widget::Reviews { isbn, query })
        );
        for (text, count) in [("", false), ("?count", true)] {
            let heart = Widget::WishButton { isbn, count };
            let text = format!("wish-button/9780141439518{text}");
            assert_eq!(Widget::parse(&text), Ok(heart));
        }
        assert_eq!(Widget::parse("account/"), Ok(Widget::Account));
        assert_eq!(Widget::parse("wishlist/"), Ok(Widget::Wishlist));
        assert_eq!(Widget::parse("points/"), Ok(Widget::Points));
        let feedback = |isbn| Ok(Widget::Feedback { isbn });
        assert_eq!(Widget::parse("feedback/"), feedback(None));
        assert_eq!(
            Widget::parse("feedback/0-14-143951-3"),
            feedback(Some(isbn))
        );
        let earn = |text: &str| match Widget::parse(text) {
            Ok(Widget::Earn(book)) => (book.isbn, book.price.map(|price| price.amount)),
            other => panic!("{other:?}"),
        };
        assert_eq!(earn("earn/0-14-143951-3"), (isbn, None));
        assert_eq!(earn("earn/9780141439518?12.50 EUR"), (isbn, Some(1_250)));
    }

    #[test]
    fn what_is_no_widget_is_refused_with_its_field() {
        let field = |text: &str| Widget::parse(text).unwrap_err().field.unwrap();
        assert_eq!(field("price/9780141439518"), "w");
        assert_eq!(field("reviews"), "isbn");
        assert_eq!(field("reviews/123"), "isbn");
        assert_eq!(field("rating/9780141439518?sort=newest"), "w");
        assert_eq!(field("account/9780141439518"), "w");
        assert_eq!(field("wishlist/9780141439518"), "w");
        assert_eq!(field("wish-button/9780141439518?count=2"), "w");
        assert_eq!(field("points/9780141439518"), "w");
        assert_eq!(field("feedback/123"), "isbn");
        assert_eq!(field("feedback/?kind=praise"), "w");
        assert_eq!(field("earn"), "isbn");
        assert_eq!(field("earn/9780141439518?12.50"), "price");
        assert_eq!(field("reviews/9780141439518?sort=%"), "w");
        assert_eq!(field("reviews/9780141439518?sort=best"), "sort");
        assert_eq!(
            field("reviews/9780141439518?sort=newest&sort=newest"),
            "sort"
        );
    }
}
