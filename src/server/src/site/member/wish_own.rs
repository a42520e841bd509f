//! What is the owner's own about wishes: what it is, and what the forms of a wish's row do with it.

use super::Member;
use crate::app::App;
use crate::reply::Failure;
use crate::site::forms::Form;
use crate::wishlists::change;
use bookplate_site::page::{AlertDraft, OwnWish, OwnWishes};
use bookplate_store::{Db, StoreError};
use bookplate_wire::consents::{ConsentChannel, ConsentPurpose, NewConsent};
use bookplate_wire::orders::Money;
use bookplate_wire::wishlists::WishChange;
use bookplate_wire::wishlists::alerts::{AlertChoice, PriceAlert};
use bookplate_wire::wishlists::follows::{FollowKind, NewFollow};
use bookplate_wire::wishlists::shelf::ShelfState;
use bookplate_wire::{Code, CustomerId, Isbn, Problem, ShopId, WishlistId};

/// What is a customer's own about some books.
///
/// # Errors
/// When the database does not answer.
pub(super) fn read(
    db: &mut Db,
    shop: &ShopId,
    customer: &CustomerId,
    isbns: &[Isbn],
) -> Result<OwnWishes, StoreError> {
    let wishes = db.wish_own(shop, customer, isbns)?;
    let wishes = wishes.into_iter().map(|own| OwnWish {
        isbn: own.isbn,
        alert: own.alert,
        shelf: own.shelf,
        follows: own.follows,
    });
    Ok(OwnWishes {
        wishes: wishes.collect(),
        by_mail: has_news_by_mail(db, customer)?,
        draft: None,
    })
}

/// Whether a customer allows news by email.
///
/// # Errors
/// When the database does not answer.
pub(super) fn has_news_by_mail(db: &mut Db, customer: &CustomerId) -> Result<bool, StoreError> {
    db.has_consent(customer, ConsentChannel::Email, ConsentPurpose::News)
}

/// The form of alerts as it was sent.
pub(super) fn draft(form: &Form) -> Option<AlertDraft> {
    Some(AlertDraft {
        isbn: form.text("isbn").parse().ok()?,
        choice: chosen(form, None),
        at_most: form.text("at_most").to_owned(),
    })
}

/// Does what a form says: `alerts`, `shelf`, `follow`, `unfollow`, `any` or `this`.
///
/// # Errors
/// The problem with it; [`Code::NotFound`] for anything else.
pub(super) async fn perform(
    app: &App,
    member: &Member,
    form: &Form,
    (what, list, isbn): (&str, Option<WishlistId>, Isbn),
) -> Result<(), Failure> {
    let (shop, customer) = (member.shop.id.clone(), member.access.customer.clone());
    match what {
        "alerts" => {
            let choice = chosen(form, at_most(form)?).checked()?;
            let allow = choice.is_any() && form.text("mail") == "on";
            let work = move |db: &mut Db| {
                if allow {
                    let yes = NewConsent {
                        channel: ConsentChannel::Email,
                        purpose: ConsentPurpose::News,
                        granted: true,
                    };
                    db.set_consents(&customer, &[yes])?;
                }
                db.set_alert(&shop, &customer, isbn, &choice)
            };
            change(app, work).await.map(drop)
        }
        "shelf" => match ShelfState::from_word(form.text("state")) {
            Some(state) => {
                let work = move |db: &mut Db| db.put_on_shelf(&shop, &customer, isbn, state);
                change(app, work).await.map(drop)
            }
            None => {
                let work = move |db: &mut Db| db.take_off_shelf(&shop, &customer, isbn);
                change(app, work).await
            }
        },
        "follow" | "unfollow" => {
            let named = read_follow(form)?.checked()?;
            if what == "unfollow" {
                let write = move |db: &mut Db| db.unfollow_named(&customer, &named);
                return Ok(app.store.write(write).await?);
            }
            let work = move |db: &mut Db| db.follow(&shop, &customer, &named);
            change(app, work).await.map(drop)
        }
        "any" | "this" => {
            let changed = WishChange {
                any_edition: Some(what == "any"),
                ..WishChange::default()
            };
            let work =
                move |db: &mut Db| db.put_wish(&shop, &customer, list.as_ref(), isbn, &changed);
            change(app, work).await.map(drop)
        }
        _ => Err(Code::NotFound.into()),
    }
}

/// Whom or what a form names.
///
/// # Errors
/// [`Code::NotFound`] where its kind is none.
pub(super) fn read_follow(form: &Form) -> Result<NewFollow, Failure> {
    Ok(NewFollow {
        kind: FollowKind::from_word(form.text("kind")).ok_or(Code::NotFound)?,
        name: form.text("name").to_owned(),
    })
}

fn chosen(form: &Form, at_most: Option<Money>) -> AlertChoice {
    let is = |name| form.text(name) == "on";
    AlertChoice {
        price: is("price").then_some(PriceAlert { at_most }),
        back_in_stock: is("stock"),
        new_format: is("format"),
        new_book: is("book"),
    }
}

/// The most that a book may cost, where one was typed.
fn at_most(form: &Form) -> Result<Option<Money>, Problem> {
    let (text, currency) = (form.text("at_most").trim(), form.text("currency"));
    if text.is_empty() || form.text("price") != "on" {
        return Ok(None);
    }
    let amount = bookplate_import::amount(text, currency).filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| {
        Problem::new(Code::FieldInvalid, "this is no amount of the currency").at("at_most")
    })?;
    let currency = currency.to_owned();
    Ok(Some(Money { amount, currency }))
}
