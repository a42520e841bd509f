//! The least HTTP client that measures a server rather than itself: one kept connection, one request at a
//! time.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

/// A connection to a server.
pub struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
    /// A header of every request, with its line's end; or nothing.
    header: String,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
        // A request is one small packet; waiting for more to send would be measured.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
            header: String::new(),
        })
    }

    /// The same, known by a secret key.
    pub fn bearing(self, key: &str) -> Self {
        Self {
            header: format!("authorization: Bearer {key}\r\n"),
            ..self
        }
    }

    /// The same, for somebody at another address, as a proxy says it.
    pub fn on_behalf_of(self, address: Ipv4Addr) -> Self {
        Self {
            header: format!("x-forwarded-for: {address}\r\n"),
            ..self
        }
    }

    /// The body of the reply to `GET path`.
    ///
    /// # Errors
    /// When the reply is no success, or comes without its length.
    pub fn get(&mut self, path: &str) -> Result<&[u8]> {
        let header = &self.header;
        let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{header}\r\n");
        self.ask(&request, path)
    }

    /// The body of the reply to JSON posted to `path`.
    ///
    /// # Errors
    /// When the reply is no success, or comes without its length.
    pub fn post(&mut self, path: &str, json: &str) -> Result<&[u8]> {
        let (length, header) = (json.len(), &self.header);
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n{header}\r\n{json}"
        );
        self.ask(&request, path)
    }

    fn ask(&mut self, request: &str, path: &str) -> Result<&[u8]> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse().context("content-length")?);
            }
        }
        let length: usize = length.with_context(|| format!("no content-length: {path}"))?;
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        if !status
            .split(' ')
            .nth(1)
            .is_some_and(|code| code.starts_with('2'))
        {
            bail!("{status}: {path}: {}", String::from_utf8_lossy(&self.body));
        }
        Ok(&self.body)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(
            self.stream.read_line(&mut line)? > 0,
            "the server closed the connection"
        );
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_connection_serves_several_requests_and_refuses_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            for reply in [
                "200 OK\r\nContent-Length: 2\r\n\r\nhi",
                "404 No\r\ncontent-length: 1\r\n\r\n!",
            ] {
                let mut line = String::new();
                while line != "\r\n" {
                    line.clear();
                    stream.read_line(&mut line).unwrap();
                }
                stream
                    .get_mut()
                    .write_all(format!("HTTP/1.1 {reply}").as_bytes())
                    .unwrap();
            }
        });
        let mut connection = Connection::open(address).unwrap();
        assert_eq!(connection.get("/").unwrap(), b"hi");
        let error = connection.get("/other").unwrap_err().to_string();
        assert_eq!(error, "HTTP/1.1 404 No: /other: !");
        server.join().unwrap();
    }
}
