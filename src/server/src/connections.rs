//! How connections are held: who takes no reply does not keep one.

use axum_server::accept::Accept;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_io_timeout::TimeoutStream;

/// How long a client may take none of a reply. Who asks again and again and reads nothing would hold on to all that was
/// answered.
const TAKEN: Duration = Duration::from_secs(30);

/// Accepts connections that end when a reply is not taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acceptor;

impl<S> Accept<TcpStream, S> for Acceptor {
    type Stream = Pin<Box<TimeoutStream<TcpStream>>>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        // A reply goes out as a whole: there is nothing to wait for.
        let begun = stream.set_nodelay(true);
        ready(begun.map(|()| (ending_after(TAKEN, stream), service)))
    }
}

fn ending_after(taken: Duration, stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(taken));
    Box::pin(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn who_reads_nothing_is_let_go() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (accepted, _) = listener.accept().await.unwrap();
        let mut stream = ending_after(Duration::from_millis(20), accepted);
        let reply = vec![0; 64 * 1024 * 1024];
        let error = stream.write_all(&reply).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(client);
    }
}
