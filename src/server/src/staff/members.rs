//! A shop's people, as its owners see and change them.

use super::access::Here;
use super::new_link;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::notifications::{Message, To};
use bookplate_store::staff::{LinkSecrets, MailedSecret, NewLink, NotMade, RoleSet};
use bookplate_store::{Db, now};
use bookplate_wire::staff::{AccessLink, Invited, NewInvitation, RoleChange, StaffList};
use bookplate_wire::{Code, InvitationId, Problem, StaffId, contacts};

/// How long an invitation's link works, in milliseconds: seven days.
pub(crate) const INVITATION: i64 = 7 * 24 * 60 * 60 * 1_000;
/// How long a link that sets password and second factor anew works, in milliseconds: a day.
const ACCESS: i64 = 24 * 60 * 60 * 1_000;
/// How long an invitation's link works that was sent by mail, in milliseconds: a day from then on.
pub(crate) const MAILED: i64 = 24 * 60 * 60 * 1_000;

/// Who belongs to the shop's staff, and who was asked to.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/staff", tag = "staff", operation_id = "list_staff",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = StaffList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_staff(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<StaffList>, Failure> {
    let read = move |db: &mut Db| {
        Ok::<_, Failure>(StaffList {
            members: db.staff_of(&here.shop)?,
            invitations: db.invitations(&here.shop)?,
        })
    };
    Ok(Json(app.store.read(read).await?))
}

/// Asks somebody to join. The reply has a link, to be sent to that person: it works once, for seven days. Where the
/// server sends mail, another one is sent to the address, which works for a day from when it leaves and proves that the
/// address is the person's.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/invitations", tag = "staff", operation_id = "create_invitation",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewInvitation,
    responses(
        (status = 201, body = Invited, links(("revoke" = (
            operation_id = "delete_invitation",
            parameters(("shop" = "$request.path.shop"), ("invitation" = "$response.body#/invitation/id")),
        )))),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_invitation(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<NewInvitation>,
) -> Result<impl IntoResponse, Failure> {
    let invited = invite(&app, here, asked).await?;
    Ok((StatusCode::CREATED, Json(invited)))
}

/// Asks somebody to join.
pub(crate) async fn invite(
    app: &App,
    here: Here,
    asked: NewInvitation,
) -> Result<Invited, Failure> {
    let (link, hash) = new_link(&app.public_url);
    let mailed = app.mails.then(|| new_link(&app.public_url));
    let (letter, mail) = mailed.unzip();
    let new = NewLink {
        email: contacts::email(&asked.email)?,
        name: contacts::name(&asked.name)?,
        renews: false,
        secrets: LinkSecrets {
            hash,
            expires_at: now() + INVITATION,
            mail: mail.map(|hash| MailedSecret {
                hash,
                expires_at: now() + MAILED,
            }),
        },
    };
    let mailed = letter.is_some();
    if mailed {
        let attempt = app.attempts.invitation(&here.shop, &new.email);
        attempt.count(app).await?;
    }
    let invite = move |db: &mut Db| {
        let made = db.invite(&here.by(), &here.shop, asked.role, &new)?;
        let invitation = made.map_err(not_made)?;
        if let Some(link) = letter {
            let to = To::Address {
                email: &new.email,
                language: "",
            };
            let message = Message::StaffInvitation {
                invitation: invitation.id.clone(),
                role: invitation.role,
                link,
                until: new.secrets.expires_at,
            };
            db.notify(&here.shop, to, &message)?;
        }
        Ok::<_, Failure>(invitation)
    };
    let invitation = app.store.write(invite).await?;
    Ok(Invited {
        invitation,
        link,
        mailed,
    })
}

fn not_made(why: NotMade) -> Failure {
    match why {
        NotMade::AlreadyStaff => Code::AlreadyStaff.into(),
        NotMade::Unknown => Code::NotFound.into(),
        NotMade::Forbidden => Code::RoleInsufficient.into(),
    }
}

/// Takes an invitation back: its link works no more.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/invitations/{invitation}", tag = "staff",
    operation_id = "delete_invitation",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("invitation" = String, Path, description = "The invitation's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Taken back"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_invitation(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id: InvitationId = invitation.parse().map_err(|_| Code::NotFound)?;
    let revoke = move |db: &mut Db| db.revoke_invitation(&here.by(), &here.shop, &id);
    if app.store.write(revoke).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Code::NotFound.into())
    }
}

/// Gives somebody of the staff another role. It counts from the next request on.
#[utoipa::path(
    patch, path = "/v1/console/shops/{shop}/staff/{staff}", tag = "staff", operation_id = "update_staff",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("staff" = String, Path, description = "The person's id"),
    ),
    security(("staff_session" = [])),
    request_body = RoleChange,
    responses(
        (status = 204, description = "Changed"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn update_staff(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, staff)): Path<(String, String)>,
    Body(asked): Body<RoleChange>,
) -> Result<StatusCode, Failure> {
    let staff: StaffId = staff.parse().map_err(|_| Code::NotFound)?;
    let set = move |db: &mut Db| db.set_role(&here.by(), &here.shop, &staff, asked.role);
    ended(app.store.write(set).await?)
}

/// Takes somebody out of the shop's staff. It counts from the next request on.
#[utoipa::path(
    delete, path = "/v1/console/shops/{shop}/staff/{staff}", tag = "staff", operation_id = "delete_staff",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("staff" = String, Path, description = "The person's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 204, description = "Taken out"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete_staff(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, staff)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let staff: StaffId = staff.parse().map_err(|_| Code::NotFound)?;
    let remove = move |db: &mut Db| db.remove_staff(&here.by(), &here.shop, &staff);
    ended(app.store.write(remove).await?)
}

fn ended(set: RoleSet) -> Result<StatusCode, Failure> {
    match set {
        RoleSet::Done => Ok(StatusCode::NO_CONTENT),
        RoleSet::Unknown => Err(Code::NotFound.into()),
        RoleSet::Forbidden => Err(Code::RoleInsufficient.into()),
        RoleSet::LastOwner => Err(Code::LastOwner.into()),
    }
}

/// Makes a link with which somebody of the staff sets password and second factor anew, for the day on which the
/// authenticator and the recovery codes are lost. It works once, for a day, and only while the asking person owns
/// every shop where that person has a role. Not for owners, nor for oneself: `bookplate create-owner` helps them.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/staff/{staff}/access-link", tag = "staff",
    operation_id = "create_access_link",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("staff" = String, Path, description = "The person's id"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 201, body = AccessLink),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_access_link(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, staff)): Path<(String, String)>,
) -> Result<impl IntoResponse, Failure> {
    let (made, _) = access_link(&app, here, &staff).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Makes such a link; gives it with the email address of whom it is for.
pub(crate) async fn access_link(
    app: &App,
    here: Here,
    staff: &str,
) -> Result<(AccessLink, String), Failure> {
    let staff: StaffId = staff.parse().map_err(|_| Code::NotFound)?;
    let (link, hash) = new_link(&app.public_url);
    let expires_at = now() + ACCESS;
    let secrets = LinkSecrets {
        hash,
        expires_at,
        mail: None,
    };
    let make = move |db: &mut Db| {
        let made = db.make_access_link(&here.staff, &here.shop, &staff, &secrets)?;
        made.map_err(not_made)
    };
    let who = app.store.write(make).await?;
    Ok((AccessLink { link, expires_at }, who.email))
}
