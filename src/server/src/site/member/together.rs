//! What a customer's page of wishlists has of others, and the page where an invitation to edit is accepted.

use super::Member;
use crate::api::read_isbn;
use crate::app::App;
use crate::reply::Failure;
use crate::shops::{day, today};
use crate::site::forms::Form;
use crate::wishlists::editors::{accept, invite, invited_to, leave, remove, revoke};
use crate::wishlists::{change, gifts, occasions, refused};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{Content, Done, Wishlists};
use bookplate_site::together::{InvitationPage, OccasionDraft, Together};
use bookplate_store::Db;
use bookplate_wire::wishlists::WishChange;
use bookplate_wire::wishlists::gifts::GiftsAsked;
use bookplate_wire::wishlists::occasions::{NewOccasion, OccasionKind};
use bookplate_wire::{Code, Problem, WishlistId, query};

/// What the page has of others, for the list that it shows.
pub(super) async fn of_page(
    app: &App,
    member: &Member,
    list: Option<&WishlistId>,
    is_own: bool,
) -> Result<Together, Failure> {
    let (customer, today) = (member.access.customer.clone(), today(&member.shop));
    let list = list.cloned();
    let read = move |db: &mut Db| -> Result<_, Failure> {
        let mut together = Together {
            edited: db.edited_wishlists(&customer)?,
            ..Together::default()
        };
        if is_own {
            together.editors = db.editors(&customer, list.as_ref())?.map_err(refused)?;
            let received = db.received_gifts(&customer, list.as_ref(), &today)?;
            together.received = received.map_err(refused)?;
        }
        together.today = today;
        Ok(together)
    };
    let mut together = app.store.read(read).await?;
    let at = |instant: i64| day(&member.shop, instant);
    let editors = together.editors.editors.iter();
    let invitations = together.editors.invitations.iter();
    together.days = (
        editors.map(|editor| at(editor.joined_at)).collect(),
        invitations
            .map(|invitation| at(invitation.expires_at))
            .collect(),
    );
    Ok(together)
}

/// What was sent and cannot be taken, for the form that is shown again. Says whether the page can tell what is wrong.
pub(super) fn sent_again(page: &mut Wishlists, form: &Form, problem: &Problem) -> bool {
    let together = &mut page.together;
    if form.text("do") == "occasion" {
        together.occasion = Some(OccasionDraft {
            kind: OccasionKind::from_word(form.text("kind")).unwrap_or(OccasionKind::Birthday),
            words: form.text("words").to_owned(),
            on: form.text("on").to_owned(),
        });
    }
    if is_said(problem.code, form) {
        form.text("isbn").clone_into(&mut together.isbn);
        together.refused = Some(problem.code);
        return true;
    }
    false
}

/// Whether the page says why something was refused.
pub(super) fn is_said(code: Code, form: &Form) -> bool {
    match form.text("do") {
        "put" => matches!(code, Code::BookNotFound | Code::IsbnInvalid),
        "invite" => code == Code::EditorLimit,
        _ => false,
    }
}

/// Makes an invitation. Its address is in the very reply.
pub(super) async fn invitation(
    app: &App,
    member: &Member,
    list: Option<WishlistId>,
    page: &mut Wishlists,
) -> Result<(), Failure> {
    let made = invite(app, &member.shop, &member.access.customer, list.clone()).await?;
    let until = day(&member.shop, made.expires_at);
    page.together = of_page(app, member, list.as_ref(), true).await?;
    page.together.invited = Some((made, until));
    Ok(())
}

/// Does what a form says that has to do with others. Gives what is done, and whether the list is shown no more.
pub(super) async fn perform(
    app: &App,
    member: &Member,
    form: &Form,
    list: Option<WishlistId>,
) -> Result<(Done, bool), Failure> {
    let (shop, customer) = (&member.shop, &member.access.customer);
    match form.text("do") {
        "occasion" => {
            let new = NewOccasion {
                kind: OccasionKind::from_word(form.text("kind")).ok_or(Code::NotFound)?,
                words: form.text("words").to_owned(),
                on: form.text("on").to_owned(),
            };
            occasions::keep(app, shop, customer, list, Some(new)).await?;
        }
        "no_occasion" => {
            occasions::keep(app, shop, customer, list, None).await?;
        }
        "show_gifts" => {
            let sure = form.text("sure") == "yes";
            gifts::show(app, shop, customer, list, GiftsAsked { sure }).await?;
        }
        "remove_editor" => remove(app, shop, customer, list, form.text("editor")).await?,
        "revoke" => revoke(app, shop, customer, list, form.text("invitation")).await?,
        "leave" => {
            leave(app, customer, form.text("list")).await?;
            return Ok((Done::ListLeft, true));
        }
        "put" => {
            let isbn = read_isbn(form.text("isbn").trim())?;
            let (shop, customer) = (shop.id.clone(), customer.clone());
            let none = WishChange::default();
            let work = move |db: &mut Db| db.put_wish(&shop, &customer, list.as_ref(), isbn, &none);
            change(app, work).await?;
            return Ok((Done::WishAdded, false));
        }
        _ => return Err(Code::NotFound.into()),
    }
    Ok((Done::Saved, false))
}

/// `GET /shops/{key}/member/invitations/{secret}`: asks whether somebody is to edit a list.
pub(crate) async fn show_invitation(
    State(app): State<App>,
    Path((_key, secret)): Path<(String, String)>,
    member: Member,
) -> Result<Response, Failure> {
    invitation_page(&app, &member, &secret, None).await
}

/// `POST /shops/{key}/member/invitations/{secret}`: accepts it.
pub(crate) async fn accept_invitation(
    State(app): State<App>,
    Path((_key, secret)): Path<(String, String)>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    drop(form);
    match accept(&app, &member.shop, &member.access.customer, &secret).await {
        Ok(list) => {
            let mut path = member.path("wishlists");
            path.push('?');
            query::push(&mut path, "list", list.id.as_str());
            Ok(member.visit.go(&path, Done::EditorJoined))
        }
        Err(Failure(problem)) if is_of_invitation(problem.code) => {
            invitation_page(&app, &member, &secret, Some(problem.code)).await
        }
        Err(failure) => Err(failure),
    }
}

fn is_of_invitation(code: Code) -> bool {
    matches!(
        code,
        Code::LinkInvalid | Code::WishlistIsOwn | Code::EditorLimit
    )
}

async fn invitation_page(
    app: &App,
    member: &Member,
    secret: &str,
    refused: Option<Code>,
) -> Result<Response, Failure> {
    let (to, refused) = match invited_to(app, &member.shop, secret).await {
        Ok(to) => (Some(to), refused),
        Err(Failure(problem)) if problem.code == Code::LinkInvalid => (None, Some(problem.code)),
        Err(failure) => return Err(failure),
    };
    let status = match refused {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let content = Content::Invitation(InvitationPage { to, refused });
    Ok(member.show(app, status, content))
}
