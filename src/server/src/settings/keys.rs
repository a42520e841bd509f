//! The keys of the shop's pages and programs: made, shown once, and exchanged without a pause.

use crate::accounts::identity_secret;
use crate::api::Body;
use crate::app::App;
use crate::reply::Failure;
use crate::secrets::{is_public_half, new_key, new_public_key};
use crate::staff::access::Here;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use bookplate_store::secrets::Material;
use bookplate_store::settings::{KeyRetirement, NewPublicKey};
use bookplate_store::{Db, now};
use bookplate_wire::settings::{CreatedKey, Key, KeyKind, KeyList, NewKey, Retirement};
use bookplate_wire::{Code, Problem, SecretId, contacts};

/// Milliseconds in an hour.
const HOUR: i64 = 60 * 60 * 1_000;

/// All keys of the shop, retired ones included, without what is secret of them.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/keys", tag = "settings", operation_id = "list_keys",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = KeyList),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_keys(
    State(app): State<App>,
    Extension(here): Extension<Here>,
) -> Result<Json<KeyList>, Failure> {
    let keys = app.store.read(move |db| db.keys(&here.shop)).await?;
    Ok(Json(KeyList { keys }))
}

/// What a new key is made of.
enum Made {
    Public(NewPublicKey),
    Secret {
        shown: Option<String>,
        material: Material,
    },
}

/// Makes a key. What is secret of it is in this reply and never shown again.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/keys", tag = "settings", operation_id = "create_key",
    params(("shop" = String, Path, description = "The shop's id")),
    security(("staff_session" = [])),
    request_body = NewKey,
    responses(
        (status = 201, body = CreatedKey, links(("retire" = (
            operation_id = "retire_key",
            parameters(("shop" = "$request.path.shop"), ("id" = "$response.body#/key/id")),
        )))),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create_key(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Body(asked): Body<NewKey>,
) -> Result<impl IntoResponse, Failure> {
    let made = create(&app, here, &asked).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Makes a key.
pub(crate) async fn create(app: &App, here: Here, asked: &NewKey) -> Result<CreatedKey, Failure> {
    let name = contacts::name(&asked.name)?;
    let made = make(asked, &name)?;
    let write = move |db: &mut Db| {
        let (by, shop) = (here.by(), &here.shop);
        let (id, secret) = match made {
            Made::Public(new) => {
                db.add_public_key(&by, shop, &new)?;
                (new.key, None)
            }
            Made::Secret { shown, material } => {
                let id = db.add_secret(&by, shop, &name, &material)?;
                (id.to_string(), shown)
            }
        };
        let key = find(db.keys(shop)?, &id)?;
        Ok::<_, Failure>(CreatedKey { key, secret })
    };
    app.store.write(write).await
}

fn make(asked: &NewKey, name: &str) -> Result<Made, Problem> {
    let refused = |rule| Err(Problem::new(Code::FieldInvalid, rule).at("public_key"));
    if asked.kind != KeyKind::IdentityPublic && !asked.public_key.is_empty() {
        return refused("only a key of the kind identity_public is brought along");
    }
    Ok(match asked.kind {
        KeyKind::Public => Made::Public(NewPublicKey {
            key: new_public_key(),
            name: name.to_owned(),
        }),
        KeyKind::Api => {
            let (key, hash) = new_key();
            Made::Secret {
                shown: Some(key),
                material: Material::Api(hash),
            }
        }
        KeyKind::Identity => {
            let secret = identity_secret();
            Made::Secret {
                shown: Some(secret.clone()),
                material: Material::Hs256(secret),
            }
        }
        KeyKind::IdentityPublic if is_public_half(&asked.public_key) => Made::Secret {
            shown: None,
            material: Material::EdDsa(asked.public_key.clone()),
        },
        KeyKind::IdentityPublic => {
            return refused("this has to be the public half of an Ed25519 pair as PEM");
        }
    })
}

/// Plans when a key stops being taken. Until then it works beside its successor.
#[utoipa::path(
    post, path = "/v1/console/shops/{shop}/keys/{id}/retire", tag = "settings", operation_id = "retire_key",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("id" = String, Path, description = "The key's id; of a public key the key itself"),
    ),
    security(("staff_session" = [])),
    request_body = Retirement,
    responses(
        (status = 200, body = Key),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn retire_key(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    Path((_shop, id)): Path<(String, String)>,
    Body(asked): Body<Retirement>,
) -> Result<Json<Key>, Failure> {
    let at = now() + i64::from(asked.checked()?.after_hours) * HOUR;
    let write = move |db: &mut Db| {
        let (by, shop) = (here.by(), &here.shop);
        let retired = match id.parse::<SecretId>() {
            Ok(secret) if db.retire_secret(&by, shop, &secret, at)? => KeyRetirement::Planned,
            Ok(_) => KeyRetirement::Unknown,
            Err(_) => db.retire_public_key(&by, shop, &id, at)?,
        };
        match retired {
            KeyRetirement::Planned => find(db.keys(shop)?, &id),
            KeyRetirement::Unknown => Err(Code::NotFound.into()),
            KeyRetirement::Last => Err(Code::LastKey.into()),
        }
    };
    Ok(Json(app.store.write(write).await?))
}

fn find(keys: Vec<Key>, id: &str) -> Result<Key, Failure> {
    let found = keys.into_iter().find(|key| key.id == id);
    found.ok_or_else(|| Code::Internal.into())
}
