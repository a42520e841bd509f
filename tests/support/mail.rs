//! A mail server, so that a story reads what people get.

use crate::logs;
use mailin::response::{INTERNAL_ERROR, NO_MAILBOX, OK};
use mailin::{Action, Handler, Response, Session, SessionBuilder};
use mailparse::{MailHeaderMap, ParsedMail};
use std::collections::HashSet;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a story waits for a message before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A message that somebody has received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it was handed over for.
    pub to: String,
    /// The header `Message-ID`.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// All headers as they stand there.
    pub headers: Vec<(String, String)>,
}

impl Mail {
    /// The first address in the text.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn link(&self) -> &str {
        let words = self.text.split_whitespace();
        let mut links = words.filter(|word| word.starts_with("http"));
        links
            .next()
            .unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// The value of a header, where there is one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What the server does with messages for some addresses.
#[derive(Debug, Default)]
struct Moods {
    /// Addresses that are unknown: refused for good.
    unknown: HashSet<String>,
    /// Addresses whose next message is refused for now.
    busy: HashSet<String>,
}

/// A mail server on loopback. It ends with its owner.
#[derive(Debug)]
pub struct MailServer {
    address: String,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    moods: Mutex<Moods>,
    received: watch::Sender<Vec<Mail>>,
    /// Whether a message that was received is told to be so.
    answers: watch::Sender<bool>,
}

impl MailServer {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State {
            moods: Mutex::default(),
            received: watch::Sender::default(),
            answers: watch::Sender::new(true),
        });
        let listening = tokio::spawn({
            let state = state.clone();
            async move {
                while let Ok((stream, from)) = listener.accept().await {
                    let state = state.clone();
                    // A client that leaves in the middle is its own matter.
                    tokio::spawn(async move { converse(stream, from.ip(), state).await.ok() });
                }
            }
        });
        Self {
            address,
            state,
            listening,
        }
    }

    /// The address for the setting `smtp_url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Knows nobody at `address`: whatever comes for it is refused for good.
    pub fn forget(&self, address: &str) {
        self.moods().unknown.insert(address.to_owned());
    }

    /// Knows `address` again.
    pub fn remember(&self, address: &str) {
        self.moods().unknown.remove(address);
    }

    /// Refuses the next message for `address`, for now.
    pub fn be_busy(&self, address: &str) {
        self.moods().busy.insert(address.to_owned());
    }

    /// Receives messages but does not say so, until [`MailServer::answer`].
    pub fn fall_silent(&self) {
        self.state.answers.send_replace(false);
    }

    /// Says again what it has received.
    pub fn answer(&self) {
        self.state.answers.send_replace(true);
    }

    /// All messages so far.
    pub fn received(&self) -> Vec<Mail> {
        self.state.received.borrow().clone()
    }

    /// Waits until there are `count` messages for `address`, and gives the last of them.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn mail(&self, address: &str, count: usize) -> Mail {
        let mut received = self.state.received.subscribe();
        let mine = |mails: &Vec<Mail>| -> Vec<Mail> {
            let mine = mails.iter().filter(|mail| mail.to == address);
            mine.cloned().collect()
        };
        let arrived = received.wait_for(|mails| mine(mails).len() >= count);
        let arrived = tokio::time::timeout(PATIENCE, arrived).await;
        let Ok(arrived) = arrived else {
            let all = self.received();
            panic!("no {count} messages for {address}, only {all:#?}");
        };
        mine(&arrived.unwrap()).swap_remove(count - 1)
    }

    fn moods(&self) -> MutexGuard<'_, Moods> {
        self.state.moods.lock().unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// What one connection brings.
struct Receiver {
    state: Arc<State>,
    to: Vec<String>,
    data: Vec<u8>,
}

impl Handler for Receiver {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, _from: &str) -> Response {
        self.to.clear();
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let mut moods = self.state.moods.lock().unwrap();
        if moods.unknown.contains(to) {
            return NO_MAILBOX;
        }
        if moods.busy.remove(to) {
            return INTERNAL_ERROR;
        }
        self.to.push(to.to_owned());
        OK
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.data.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let data = std::mem::take(&mut self.data);
        let mails = self.to.iter().map(|to| read(to, &data));
        let mails: Vec<Mail> = mails.collect();
        self.state
            .received
            .send_modify(|received| received.extend(mails));
        OK
    }
}

fn read(to: &str, data: &[u8]) -> Mail {
    let parsed = mailparse::parse_mail(data).unwrap();
    let header = |name| parsed.headers.get_first_value(name).unwrap_or_default();
    let text = part(&parsed, "text/plain");
    logs::keep_out(to);
    let links = text
        .split_whitespace()
        .filter(|word| word.starts_with("http"));
    links.for_each(logs::keep_out);
    Mail {
        to: to.to_owned(),
        id: header("Message-ID"),
        subject: header("Subject"),
        text,
        html: part(&parsed, "text/html"),
        headers: parsed
            .headers
            .iter()
            .map(|header| (header.get_key(), header.get_value()))
            .collect(),
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> String {
    let part = mail.parts().find(|part| part.ctype.mimetype == kind);
    part.map(|part| part.get_body().unwrap())
        .unwrap_or_default()
}

async fn converse(stream: TcpStream, ip: IpAddr, state: Arc<State>) -> io::Result<()> {
    let mut answers = state.answers.subscribe();
    let receiver = Receiver {
        state: state.clone(),
        to: Vec::new(),
        data: Vec::new(),
    };
    let mut session: Session<Receiver> = SessionBuilder::new("mail.example").build(ip, receiver);
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    to.write_all(&session.greeting().buffer()?).await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if from.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let before = state.received.borrow().len();
        let response = session.process(&line);
        if state.received.borrow().len() > before && answers.wait_for(|yes| *yes).await.is_err() {
            return Ok(());
        }
        match response.action {
            Action::NoReply => {}
            Action::Close => return to.write_all(&response.buffer()?).await,
            Action::Reply | Action::UpgradeTls => to.write_all(&response.buffer()?).await?,
        }
    }
}
