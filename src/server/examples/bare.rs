//! Sends the bytes of one file and does nothing else: the most that any server built on axum can reach on a
//! machine. `cargo xtask bench` measures `bookplate` against it.

use anyhow::Context;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("usage: bare FILE")?;
    let body = Bytes::from(std::fs::read(&file).context("reading the file")?);
    let send = move || async move { ([(CONTENT_TYPE, "application/json")], body.clone()) };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    #[allow(
        clippy::print_stdout,
        reason = "whoever started this waits for the line"
    )]
    {
        println!("listening on http://{}", listener.local_addr()?);
    }
    axum::serve(listener, Router::new().route("/", get(send))).await?;
    Ok(())
}
