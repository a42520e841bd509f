//! `Idempotency-Key`: a request that is sent again, because its reply was lost, gets the same reply.

use crate::app::App;
use crate::reply::Failure;
use crate::secrets::Backend;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bookplate_store::Db;
use bookplate_store::orders::Remembered;
use bookplate_wire::{Code, Problem, ShopId};
use serde::Serialize;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in characters.
const KEY_MAX: usize = 255;

/// Does `work` with what was `sent`, `count` of something, in one transaction with remembering its reply, or gives the reply that is
/// remembered. Only a success is: what was refused has changed nothing and can be tried again.
///
/// # Errors
/// What `work` fails with; [`Code::IdempotencyConflict`] when the key was used for something else.
pub(crate) async fn once<S, R>(
    app: &App,
    backend: Arc<Backend>,
    headers: &HeaderMap,
    count: usize,
    sent: S,
    work: impl FnOnce(&mut Db, &ShopId, &S) -> Result<R, Failure> + Send + 'static,
) -> Result<Response, Failure>
where
    S: Serialize + Send + 'static,
    R: Serialize,
{
    let key = key(headers)?;
    let shop = backend.shop.clone();
    let write = move |db: &mut Db| {
        let shop = &backend.shop;
        let Some(key) = key else {
            return json(&work(db, shop, &sent)?);
        };
        let request = format!("{:032x}", xxh3_128(json(&sent)?.as_bytes()));
        match db.remembered_reply(shop, &key, &request)? {
            Remembered::Reply(body) => Ok(body),
            Remembered::OtherRequest => Err(Code::IdempotencyConflict.into()),
            Remembered::Nothing => {
                let body = json(&work(db, shop, &sent)?)?;
                db.remember_reply(shop, &key, &request, &body)?;
                Ok(body)
            }
        }
    };
    let turn = app.turns.write(&shop, count).await?;
    let body: String = app.store.write(write).await?;
    drop(turn);
    let kind = HeaderValue::from_static("application/json");
    Ok(([(CONTENT_TYPE, kind)], body).into_response())
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|_| Code::Internal.into())
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim();
    let is_visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_visible || !(1..=KEY_MAX).contains(&key.len()) {
        let rule = "an idempotency key has 1 to 255 visible ASCII characters";
        return Err(Problem::new(Code::BadRequest, rule).at("idempotency-key"));
    }
    Ok(Some(key.to_owned()))
}
