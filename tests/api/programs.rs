//! The shop's own programs that webhooks call, as the stories need them.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jsonwebtoken::crypto::sign as hmac;
use jsonwebtoken::{Algorithm, EncodingKey};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Somebody who is called.
pub struct Program {
    /// Where.
    pub address: String,
    calls: watch::Receiver<Vec<(HeaderMap, String)>>,
}

type Answers = (watch::Sender<Vec<(HeaderMap, String)>>, Mutex<Vec<u16>>);

impl Program {
    /// Answers the first calls with these status codes, the others with 204.
    pub async fn start(mut answers: Vec<u16>) -> Self {
        let (sender, calls) = watch::channel(Vec::new());
        answers.reverse();
        let state = Arc::new((sender, Mutex::new(answers)));
        let take = async |State(state): State<Arc<Answers>>, headers: HeaderMap, body: String| {
            state.0.send_modify(|calls| calls.push((headers, body)));
            let answer = state.1.lock().unwrap().pop().unwrap_or(204);
            StatusCode::from_u16(answer).unwrap()
        };
        let router = Router::new().route("/hook", post(take)).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { address, calls }
    }

    /// All calls, as soon as there are so many.
    pub async fn called(&self, times: usize) -> Vec<(HeaderMap, String)> {
        let mut calls = self.calls.clone();
        let waited = calls.wait_for(|calls| calls.len() >= times);
        let waited = tokio::time::timeout(Duration::from_secs(60), waited).await;
        waited.expect("the program was not called").unwrap().clone()
    }
}

/// The signatures that a call came with.
pub fn signatures(headers: &HeaderMap) -> Vec<String> {
    let list = headers["webhook-signature"].to_str().unwrap();
    list.split(' ').map(str::to_owned).collect()
}

/// The signature that a call has to have for who knows this secret.
pub fn sign(secret: &str, headers: &HeaderMap, body: &str) -> String {
    let header = |name: &str| headers[name].to_str().unwrap();
    let signed = format!(
        "{}.{}.{body}",
        header("webhook-id"),
        header("webhook-timestamp")
    );
    let key = secret.strip_prefix("whsec_").unwrap();
    let key = EncodingKey::from_base64_secret(key).unwrap();
    let signature = hmac(signed.as_bytes(), &key, Algorithm::HS256).unwrap();
    // The library for tokens speaks base64 for addresses.
    let signature = signature.replace('-', "+").replace('_', "/");
    format!("v1,{signature}=")
}
