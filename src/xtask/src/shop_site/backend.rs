//! What the pretend shop's backend has to do with Bookplate: it holds the shop's two secrets, reports orders, and
//! signs identity tokens.

use super::customers::{self, Customer};
use crate::demo::{KEY, Program};
use anyhow::{Context, Result, bail};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long an identity token can be used, in seconds: long enough for a slow network, no longer.
const LIFETIME: i64 = 60;

/// The shop's secrets, as it keeps them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Backend {
    /// Signs identity tokens.
    identity: String,
    /// Speaks to the API.
    api: String,
}

impl Backend {
    /// Gets the secrets of the first run, or makes them, and reports the demo's orders to the server at
    /// `address`. Reported again, they count once.
    ///
    /// # Errors
    /// When the server does not take them, or the file with the secrets cannot be written.
    pub async fn open(program: &Program, folder: &Path, address: &str) -> Result<Self> {
        let file = folder.join("shop-secrets.json");
        let kept = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        if let Some(kept) = kept
            && kept.report(address).await?
        {
            return Ok(kept);
        }
        // The first run, or the database is another one than before.
        let new = Self {
            identity: secret(program, "identity")?,
            api: secret(program, "api")?,
        };
        if !new.report(address).await? {
            bail!("the server does not take the key that it has just made");
        }
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        fs::write(&file, serde_json::to_string(&new)?)
            .with_context(|| format!("writing {}", file.display()))?;
        Ok(new)
    }

    /// Says who a customer is, for the page to hand on.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn token(&self, customer: &Customer) -> Result<String> {
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "aud": KEY, "sub": customer.id, "iat": now, "exp": now + LIFETIME,
            "name": customer.name, "email": customer.email, "member_card": customer.member_card,
        });
        let key = EncodingKey::from_secret(self.identity.as_bytes());
        Ok(encode(&Header::new(Algorithm::HS256), &claims, &key)?)
    }

    /// Whether the server knows the shop's key; then it has all orders and refunds.
    async fn report(&self, address: &str) -> Result<bool> {
        let (orders, refunds) = customers::orders()?;
        for (path, body) in [
            ("/v1/orders", serde_json::to_string(&orders)?),
            ("/v1/refunds", serde_json::to_string(&refunds)?),
        ] {
            let reply = self.post(address, path, &body).await?;
            match reply.split(' ').nth(1) {
                Some("200") => {}
                Some("401") => return Ok(false),
                _ => bail!("{path}: {reply}"),
            }
        }
        Ok(true)
    }

    /// The reply to a request, head and all.
    async fn post(&self, address: &str, path: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("connecting to {address}"))?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            self.api,
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).await?;
        Ok(String::from_utf8_lossy(&reply).into_owned())
    }
}

/// A new secret of the shop.
fn secret(program: &Program, kind: &str) -> Result<String> {
    let mut create = program.command(&["secret", "create", kind, "--shop", KEY]);
    let said = crate::shell::read(create.args(["--name", "the pretend shop"]))?;
    let (_, secret) = said.trim().split_once("  ").context("a new secret")?;
    Ok(secret.to_owned())
}
