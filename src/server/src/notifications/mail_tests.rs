//! What becomes of a letter, told with a mail server that says what it is told to.

use super::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What the server says to a line: `None` for nothing now. What it held back comes before its next word.
type Words = fn(line: &str, state: &mut Told) -> Option<&'static str>;

/// What a server remembers.
#[derive(Default)]
struct Told {
    /// How many connections there were.
    connections: usize,
    /// Whether the lines are a message's.
    is_message: bool,
    /// Whom the message is for.
    to: String,
    /// What is still to be said.
    late: Option<&'static str>,
}

/// A mailer whose server says `words`, and who hears of every line that was not answered.
async fn mailer(login: &str, words: Words) -> (Mailer, mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp_url = format!("smtp://{login}{}", listener.local_addr().unwrap());
    let (held, unanswered) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut connections = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connections += 1;
            let told = Told {
                connections,
                ..Told::default()
            };
            tokio::spawn(converse(stream, told, words, held.clone()));
        }
    });
    let settings = MailSettings {
        smtp_url,
        from: "books@shop.example".to_owned(),
    };
    (Mailer::new(&settings).unwrap(), unanswered)
}

async fn converse(
    mut stream: TcpStream,
    mut told: Told,
    words: Words,
    held: mpsc::UnboundedSender<()>,
) -> std::io::Result<()> {
    let (from, mut to) = stream.split();
    to.write_all(b"220 mail.example\r\n").await?;
    let mut lines = BufReader::new(from).lines();
    while let Some(line) = lines.next_line().await? {
        if told.is_message && line != "." {
            continue;
        }
        if let Some(address) = line.strip_prefix("RCPT TO:") {
            address.clone_into(&mut told.to);
        }
        let late = told.late.take();
        let said = words(&line, &mut told);
        told.is_message = line == "DATA";
        if said.is_none() {
            held.send(()).ok();
        }
        for text in late.into_iter().chain(said) {
            to.write_all(format!("{text}\r\n").as_bytes()).await?;
        }
    }
    Ok(())
}

/// What a server says that takes everything.
fn willing(line: &str) -> &'static str {
    match line.split_whitespace().next() {
        Some("EHLO") => "250-mail.example\r\n250 AUTH PLAIN",
        Some("AUTH") => "235 welcome",
        Some("DATA") => "354 go on",
        Some("QUIT") => "221 goodbye",
        _ => "250 fine",
    }
}

async fn send(mailer: &Mailer, to: &str) -> Ended {
    let envelope = Envelope {
        id: "dlv_1",
        written_at: 0,
        shop: "Shop",
        name: "",
        address: to,
        unsubscribe: None,
    };
    let letter = Letter {
        subject: "News".to_owned(),
        text: "News\n".to_owned(),
        html: "<p>News</p>".to_owned(),
    };
    mailer.send(&envelope, letter, Some(2_000)).await
}

/// Why a letter to Mei is not delivered yet.
async fn not_yet(mailer: &Mailer) -> String {
    match send(mailer, "mei@mail.example").await {
        Ended::Failed { again_at, error } => {
            assert!(again_at > now(), "{again_at}");
            error.title
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reply_that_comes_late_is_not_taken_for_anothers() {
    let words: Words = |line, told| match line {
        "." if told.to.contains("lin@") => {
            told.late = Some("250 fine");
            None
        }
        "." => Some("554 not this"),
        line => Some(willing(line)),
    };
    let (mailer, mut unanswered) = mailer("", words).await;
    tokio::select! {
        ended = send(&mailer, "lin@mail.example") => panic!("{ended:?}"),
        held = unanswered.recv() => held.unwrap(),
    }
    // Whoever wants to keep the connection can do so now.
    tokio::task::yield_now().await;
    let error = DeliveryError::read("the mail server refused: 554");
    assert_eq!(
        send(&mailer, "mei@mail.example").await,
        Ended::GivenUp { error }
    );
}

#[tokio::test]
async fn what_is_accepted_is_delivered_without_a_farewell() {
    let words: Words = |line, _| (line != "QUIT").then(|| willing(line));
    let (mailer, mut unanswered) = mailer("", words).await;
    assert_eq!(send(&mailer, "lin@mail.example").await, Ended::Delivered);
    unanswered.recv().await.unwrap();
}

#[tokio::test]
async fn what_is_said_of_us_is_tried_again() {
    let words: Words = |line, told| match (told.connections, line.split(':').next()) {
        (1 | 2, Some(line)) if line.starts_with("AUTH") => Some("535 who are you"),
        (3, Some("MAIL FROM")) => Some("550 nobody here sends as that"),
        (4, Some("RCPT TO")) => Some("530 sign in first"),
        (5, Some("RCPT TO")) => Some("451 later"),
        _ => Some(willing(line)),
    };
    let (mailer, _unanswered) = mailer("books:secret@", words).await;
    for code in [535, 535, 550, 530, 451] {
        let error = not_yet(&mailer).await;
        assert_eq!(error, format!("the mail server refused: {code}"));
    }
    assert_eq!(send(&mailer, "mei@mail.example").await, Ended::Delivered);
}

#[tokio::test]
async fn what_is_said_of_the_receiver_is_final() {
    let words: Words = |line, _| match line.split(':').next() {
        Some("RCPT TO") => Some("550 nobody of that name"),
        _ => Some(willing(line)),
    };
    let (mailer, _unanswered) = mailer("", words).await;
    let error = DeliveryError::read("the mail server refused: 550");
    assert_eq!(
        send(&mailer, "lin@mail.example").await,
        Ended::GivenUp { error }
    );
}

#[test]
fn a_mail_server_is_known_by_its_address() {
    let known = |smtp_url: &str| {
        let settings = MailSettings {
            smtp_url: smtp_url.to_owned(),
            from: "books@shop.example".to_owned(),
        };
        settings.check().is_ok()
    };
    for good in [
        "smtp://mail.example",
        "smtp://[::1]:2525/books.example",
        "smtp://mail.example:587?tls=required",
        "smtp://mail.example?tls=opportunistic",
        "smtps://books%40shop.example:a%2Fb@mail.example",
    ] {
        assert!(known(good), "{good}");
    }
    for bad in [
        "mail.example",
        "https://mail.example",
        "smtp://mail.example?tls=some",
        "smtp://",
    ] {
        assert!(!known(bad), "{bad}");
    }
}
