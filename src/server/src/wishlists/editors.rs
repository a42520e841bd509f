//! Co-editors: whom a list's owner invites, and which lists of others a customer edits.

use super::{change, read_list, refused};
use crate::accounts::tokens::{Access, random_text};
use crate::api::{Body, no_parameters};
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::hash;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use bookplate_store::Db;
use bookplate_store::shops::Shop;
use bookplate_wire::wishlists::Wishlist;
use bookplate_wire::wishlists::editors::{
    EditedWishlists, Editors, InvitationAnswer, InvitedTo, NewListInvitation, invitation_path,
};
use bookplate_wire::{Code, CustomerId, EditorId, ListInvitationId, Problem, WishlistId};
use std::sync::Arc;

/// Who edits one of the customer's wishlists, and who is invited to.
#[utoipa::path(
    get, path = "/v1/customer/wishlists/{list}/editors", tag = "wishlists", operation_id = "list_editors",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = Editors),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_editors(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(list): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Editors>, Failure> {
    no_parameters(raw.as_deref())?;
    let list = read_list(&list)?;
    let read = move |db: &mut Db| db.editors(&access.customer, list.as_ref());
    Ok(Json(app.store.read(read).await?.map_err(refused)?))
}

/// Lets somebody edit one of the customer's wishlists no more. What was added stays.
#[utoipa::path(
    delete, path = "/v1/customer/wishlists/{list}/editors/{editor}", tag = "wishlists", operation_id = "delete_editor",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("editor" = String, Path, description = "The editor's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Edits it no more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_editor(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path((list, editor)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let list = read_list(&list)?;
    remove(&app, &shop, &access.customer, list, &editor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets somebody edit a customer's list no more.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn remove(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    list: Option<WishlistId>,
    editor: &str,
) -> Result<(), Failure> {
    let editor: EditorId = editor.parse().map_err(|_| Code::EditorNotFound)?;
    let (of, customer) = (shop.id.clone(), customer.clone());
    let work = move |db: &mut Db| db.remove_editor(&of, &customer, list.as_ref(), &editor);
    change(app, work).await
}

/// Makes an invitation to edit one of the customer's wishlists: an address that works once, within two weeks.
#[utoipa::path(
    post, path = "/v1/customer/wishlists/{list}/invitations", tag = "wishlists", operation_id = "create_list_invitation",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 201, body = NewListInvitation),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_list_invitation(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path(list): Path<String>,
) -> Result<(StatusCode, Json<NewListInvitation>), Failure> {
    let list = read_list(&list)?;
    let made = invite(&app, &shop, &access.customer, list).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Makes an invitation to edit a customer's list.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn invite(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    list: Option<WishlistId>,
) -> Result<NewListInvitation, Failure> {
    let secret = random_text();
    let (of, customer, hashed) = (shop.id.clone(), customer.clone(), hash(&secret));
    let work = move |db: &mut Db| db.invite_editor(&of, &customer, list.as_ref(), &hashed);
    let invitation = change(app, work).await?;
    let path = invitation_path(&shop.public_key, &secret);
    Ok(NewListInvitation {
        id: invitation.id,
        link: [&*app.public_url, &path].concat(),
        expires_at: invitation.expires_at,
    })
}

/// Takes an invitation back.
#[utoipa::path(
    delete, path = "/v1/customer/wishlists/{list}/invitations/{invitation}", tag = "wishlists",
    operation_id = "delete_list_invitation",
    params(
        ("list" = String, Path, description = "The list's id, or `default`"),
        ("invitation" = String, Path, description = "The invitation's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Works no more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_list_invitation(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Path((list, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let list = read_list(&list)?;
    revoke(&app, &shop, &access.customer, list, &invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an invitation back.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn revoke(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    list: Option<WishlistId>,
    invitation: &str,
) -> Result<(), Failure> {
    let invitation: ListInvitationId = invitation.parse().map_err(|_| Code::EditorNotFound)?;
    let (of, customer) = (shop.id.clone(), customer.clone());
    let work =
        move |db: &mut Db| db.revoke_editor_invitation(&of, &customer, list.as_ref(), &invitation);
    change(app, work).await
}

/// The wishlists of others that the customer edits. What is in them is read and changed as in the own ones.
#[utoipa::path(
    get, path = "/v1/customer/edited-wishlists", tag = "wishlists", operation_id = "list_edited_wishlists",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 200, body = EditedWishlists),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_edited_wishlists(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    RawQuery(raw): RawQuery,
) -> Result<Json<EditedWishlists>, Failure> {
    no_parameters(raw.as_deref())?;
    let read = move |db: &mut Db| db.edited_wishlists(&access.customer);
    let lists = app.store.read(read).await?;
    Ok(Json(EditedWishlists { lists }))
}

/// Accepts an invitation to edit somebody's wishlist.
#[utoipa::path(
    post, path = "/v1/customer/edited-wishlists", tag = "wishlists", operation_id = "accept_list_invitation",
    params(
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    request_body = InvitationAnswer,
    responses(
        (status = 201, body = Wishlist),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn accept_list_invitation(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Extension(shop): Extension<Arc<Shop>>,
    Body(answer): Body<InvitationAnswer>,
) -> Result<(StatusCode, Json<Wishlist>), Failure> {
    let list = accept(&app, &shop, &access.customer, &answer.invitation).await?;
    Ok((StatusCode::CREATED, Json(list)))
}

/// What an invitation is to.
///
/// # Errors
/// [`Code::LinkInvalid`]; else when the database does not answer.
pub(crate) async fn invited_to(app: &App, shop: &Shop, secret: &str) -> Result<InvitedTo, Failure> {
    let (of, hashed) = (shop.id.clone(), hash(secret));
    let read = move |db: &mut Db| db.invited_to(&of, &hashed);
    app.store.read(read).await?.map_err(refused)
}

/// Accepts an invitation.
///
/// # Errors
/// The refusal; else when the database does not answer.
pub(crate) async fn accept(
    app: &App,
    shop: &Shop,
    customer: &CustomerId,
    secret: &str,
) -> Result<Wishlist, Failure> {
    let (of, customer, hashed) = (shop.id.clone(), customer.clone(), hash(secret));
    let work = move |db: &mut Db| db.accept_invitation(&of, &customer, &hashed);
    change(app, work).await
}

/// Edits somebody else's wishlist no more. What was added stays.
#[utoipa::path(
    delete, path = "/v1/customer/edited-wishlists/{list}", tag = "wishlists", operation_id = "leave_wishlist",
    params(
        ("list" = String, Path, description = "The list's id"),
        ("key" = String, Query, description = "The shop's public key"),
    ),
    security(("access_token" = [])),
    responses(
        (status = 204, description = "Not edited, or not any more"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn leave_wishlist(
    State(app): State<App>,
    Extension(access): Extension<Arc<Access>>,
    Path(list): Path<String>,
) -> Result<StatusCode, Failure> {
    leave(&app, &access.customer, &list).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has a customer edit somebody else's list no more.
///
/// # Errors
/// [`Code::WishlistNotFound`] when it is no id; else when the database does not answer.
pub(crate) async fn leave(app: &App, customer: &CustomerId, list: &str) -> Result<(), Failure> {
    let list: WishlistId = list.parse().map_err(|_| Code::WishlistNotFound)?;
    let customer = customer.clone();
    let work = move |db: &mut Db| db.leave_wishlist(&customer, &list);
    Ok(app.store.write(work).await?)
}
