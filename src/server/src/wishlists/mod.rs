//! What customers wish for: their lists, what is in them, and hearts; what others make of lists that are shared; what
//! customers want to be told, follow and read.
//!
//! How changes of several devices at once are settled is said in [`bookplate_wire::wishlists`].

pub(crate) mod alerts;
pub(crate) mod demand;
pub(crate) mod digests;
pub(crate) mod editors;
pub(crate) mod follows;
pub(crate) mod gifts;
pub(crate) mod hearts;
pub(crate) mod lists;
pub(crate) mod occasions;
pub(crate) mod sharing;
pub(crate) mod shelf;
pub(crate) mod wishes;

use crate::app::App;
use crate::reply::Failure;
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_store::wishlists::{Changed, WishRefusal};
use bookplate_wire::wishlists::Wish;
use bookplate_wire::wishlists::gifts::taken as gifts_taken;
use bookplate_wire::{Code, Problem, WishlistId};

/// Changes something in one unit of work, of which nothing is kept where it is refused.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn change<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&mut Db) -> Changed<T> + Send + 'static,
) -> Result<T, Failure> {
    app.store.write(move |db| work(db)?.map_err(refused)).await
}

/// A refusal, as the API says it.
pub(crate) fn refused(refusal: WishRefusal) -> Failure {
    match refusal {
        WishRefusal::NoCustomer => Code::SessionEnded.into(),
        WishRefusal::NoBook => {
            let Failure(problem) = Code::BookNotFound.into();
            problem.at("isbn").into()
        }
        WishRefusal::NoList => Code::WishlistNotFound.into(),
        WishRefusal::NoWish => Code::WishNotFound.into(),
        WishRefusal::TooManyLists => Code::WishlistLimit.into(),
        WishRefusal::TooManyWishes => Code::WishLimit.into(),
        WishRefusal::TooManyFollows => Code::FollowLimit.into(),
        WishRefusal::TooManyOnShelf => Code::ShelfLimit.into(),
        WishRefusal::IsDefault => Code::WishlistIsDefault.into(),
        WishRefusal::NotOwn => Code::WishlistNotOwn.into(),
        WishRefusal::IsOwn => Code::WishlistIsOwn.into(),
        WishRefusal::TooManyFollowed => Code::FollowedListLimit.into(),
        WishRefusal::TooManyEditors => Code::EditorLimit.into(),
        WishRefusal::NoInvitation => {
            let Failure(problem) = Code::LinkInvalid.into();
            problem.at("invitation").into()
        }
        WishRefusal::GiftTaken(left) => gifts_taken(left).into(),
        WishRefusal::NoGift => Code::GiftNotFound.into(),
        WishRefusal::TooManyGifts => Code::GiftLimit.into(),
        WishRefusal::GiftsHidden => Code::GiftsHidden.into(),
        WishRefusal::IdTaken => {
            let rule = "this names something else: make up another id";
            Problem::new(Code::FieldInvalid, rule).at("id").into()
        }
    }
}

/// Reads which list a path names; `None` for the default one.
///
/// # Errors
/// [`Code::WishlistNotFound`] when it names none.
pub(crate) fn read_list(text: &str) -> Result<Option<WishlistId>, Failure> {
    if text == "default" {
        return Ok(None);
    }
    let id = text.parse().map_err(|_| Code::WishlistNotFound)?;
    Ok(Some(id))
}

/// A wish with the address of its cover, where the catalogue has a path of the shop's site.
pub(crate) fn with_cover(mut wish: Wish, shop: &Shop) -> Wish {
    wish.cover_url = crate::shops::picture(shop, &wish.cover_url);
    wish
}
