//! Who asks for the head of anything changes nothing: every address that the server has is asked for by everybody, and the
//! database is the same before and after.
//!
//! The addresses are those of the API's description, and those that the server's source gives to its router. One that is
//! added is asked for by itself; where its path has a part of a new name, this fails until it is said here what that is.

use crate::desk::show_at_once;
use crate::feedback_own::{answer, full, inbox, new_case, writes};
use crate::members::mail_server;
use crate::points::{Club, id_of, refund};
use crate::points_tiers::{paid, tiers};
use crate::shelf::{KEY, ORIGIN, PRIDE, shopper};
use crate::wishlist_editors::{invite, secret};
use crate::wishlist_gifts::{pages_in, share};
use crate::wishlists::put;
use crate::{bookshop::Shop, points_rewards, surveys};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::mail::MailServer;
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::stories;
use bookplate_tests::wait_until;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

// What is written does not depend on the database.
stories!(@on sqlite Sqlite asking_for_the_head_of_anything_changes_nothing);

/// What may differ, and why.
const MAY_DIFFER: [(&str, &str); 1] = [(
    "attempts",
    "Looking for something by its code counts as a guess, or guessing by HEAD would have no end.",
)];

/// How often in a row the database has to be the same to be at rest.
const LOOKS: u32 = 10;
/// Addresses at which nobody here finds anything: a link that lets somebody in is used by then, a page that there is none, and
/// nothing is simulated.
const NOTHING_THERE: [&str; 3] = [
    "/console/enter",
    "/console/{*rest}",
    "/v1/console/shops/{shop}/points/simulation",
];

async fn asking_for_the_head_of_anything_changes_nothing(mut setup: Setup) {
    let mail = mail_server(&mut setup).await;
    let program = setup.program();
    for limit in ["ADDRESS", "SIGN_IN", "CUSTOMER", "PROGRAM"] {
        program.set(&format!("BOOKPLATE_LIMIT_{limit}"), "0");
    }
    let shop = Shop::open(setup).await;
    let rules =
        json!({ "tiers": tiers(json!({}))["tiers"], "referral": { "points": 100, "welcome": 50 } });
    let club = Club::open(&shop, rules).await;
    let told = json!({ "name": "Ann", "email": "ann@mail.example" });
    let ann = shop.customer("c-1", told).await;
    // Of whom nothing is made yet that is made when it is first asked for.
    let ben = shop.customer("c-2", json!({ "name": "Ben" })).await;
    let (anns, bens) = (
        pages_in(shop.world(), &ann).await,
        pages_in(shop.world(), &ben).await,
    );
    let names = Names::of(&shop, &club, &mail, &ann).await;
    let everybody = [
        ("a guest", shopper(shop.world())),
        ("a customer", ann),
        ("a customer at the hosted pages", anns),
        ("another customer", ben),
        ("another customer at the hosted pages", bens),
        ("the staff", club.olga.browser.clone()),
        ("a program", shop.backend()),
    ];
    let addresses = addresses(&shop).await;
    let before = at_rest(&shop).await;
    let mut found = BTreeSet::new();
    for address in &addresses {
        let path = names.path(address);
        for (who, actor) in &everybody {
            let reply = actor.send(Method::HEAD, &path).await;
            assert!(reply.status() < 500, "{who}: {path}: {}", reply.status());
            if reply.status() < 400 {
                found.insert(address.as_str());
            }
        }
    }
    let after = at_rest(&shop).await;
    let differ: Vec<&String> = after
        .iter()
        .filter(|(table, rows)| before.get(*table) != Some(rows))
        .map(|(table, _)| table)
        .filter(|table| !MAY_DIFFER.iter().any(|(may, _)| may == table))
        .collect();
    for table in &differ {
        let (old, new) = (&before[*table], &after[*table]);
        for row in new.iter().filter(|row| !old.contains(row)) {
            eprintln!("{table}: {row}");
        }
    }
    assert_eq!(differ, [] as [&str; 0]);
    // What nobody finds is not tried by that.
    let missed: Vec<&String> = addresses
        .iter()
        .filter(|address| !found.contains(address.as_str()))
        .collect();
    assert_eq!(missed, NOTHING_THERE);
}

/// What the parts of paths are called, by the name that a path has for them.
struct Names(Vec<(&'static str, String)>);

impl Names {
    /// Makes one of everything that has an address.
    async fn of(shop: &Shop, club: &Club<'_>, mail: &MailServer, ann: &Actor<'_>) -> Self {
        let olga = &club.olga;
        show_at_once(olga).await;
        shop.send(paid("A-1", 20_000)).await;
        let post = async |path: &str, body: Value| -> String {
            let made = olga.browser.post(&olga.path(path), &body).await;
            let made: Value = made.json();
            made["id"].as_str().unwrap().to_owned()
        };
        let settings = json!({ "asks": true, "after_days": 0 });
        let path = olga.path("nps/settings");
        let set = olga.browser.send_json(Method::PUT, &path, &settings).await;
        set.expect_status(200);
        let canned =
            json!({ "title": "Late", "texts": [{ "language": "en", "text": "It comes." }] });
        let article = json!({ "language": "en", "title": "When does it come?", "body": "Soon." });
        let article = json!({ "texts": [article], "published": true });
        let pick = json!({ "isbn": PRIDE, "name": "Olga", "body": "Read it.", "status": "published", "language": "en" });
        let survey = surveys::opened(olga, json!({})).await;
        let reward = points_rewards::write(club, &points_rewards::coupon(json!({}))).await;

        let photo = async || -> String {
            let jpeg = file(&picture(60, 40), ImageFormat::Jpeg);
            let sender = ann.clone().with("content-type", "image/jpeg");
            let sent = sender.send_bytes(Method::POST, "/v1/customer/photos", jpeg);
            let sent: Value = sent.await.expect_status(201).json();
            sent["id"].as_str().unwrap().to_owned()
        };
        let shown = photo().await;
        let review = json!({
            "rating": 40, "title": "Good", "body": "I liked it.", "author": "Ann", "language": "en",
            "photos": [{ "id": shown }],
        });
        let path = format!("/v1/books/{PRIDE}/reviews");
        let review: Value = ann.post(&path, &review).await.expect_status(201).json();
        let case = new_case(
            1,
            "complaint",
            "Torn.",
            json!({ "photos": [photo().await] }),
        );
        let case = writes(ann, &case).await.case.id;
        let own_photo = full(olga, &case).await.entries[0].photos[0].url.clone();

        put(ann, "default", PRIDE, json!({})).await;
        let list = share(ann).await;
        let invitation = invite(ann).await;
        let referral: Value = ann.get("/v1/customer/points/referral").await.json();
        let referral = referral["code"].as_str().unwrap();
        Self(vec![
            // Where the path alone does not say it.
            ("/photos/{photo}/{secret}/{size}", own_photo),
            (
                "/shops/{key}/invite/{code}",
                format!("/shops/{{key}}/invite/{referral}"),
            ),
            (
                "/shops/{key}/feedback/rate/{code}",
                rate_page(shop, club, mail).await,
            ),
            (
                "/shops/{key}/member/invitations/{secret}",
                format!("/shops/{{key}}/member/invitations/{}", secret(&invitation)),
            ),
            (
                "/shops/{key}/member/connect",
                format!("/shops/{{key}}/member/connect?for={ORIGIN}"),
            ),
            ("/unsubscribe", way_out(shop, mail).await),
            ("/v1/fragments", "/v1/fragments?w=reviews/{isbn}".to_owned()),
            (
                "/v1/fragments.html",
                "/v1/fragments.html?w=reviews/{isbn}".to_owned(),
            ),
            (
                "/v1/customer/wishes",
                "/v1/customer/wishes?isbns={isbn}".to_owned(),
            ),
            (
                "/v1/customer/points/books",
                "/v1/customer/points/books?books={isbn}".to_owned(),
            ),
            (
                "/v1/console/shops/{shop}/customers",
                "/v1/console/shops/{shop}/customers?q=ann".to_owned(),
            ),
            ("{key}", KEY.to_owned()),
            ("{shop}", olga.shop().to_string()),
            ("{isbn}", PRIDE.to_owned()),
            ("{list}", "default".to_owned()),
            ("{customer}", id_of(shop, "c-1").await),
            ("{answer}", post("canned-answers", canned).await),
            ("{article}", post("faq", article).await),
            ("{pick}", post("picks", pick).await),
            ("{survey}", survey.id.to_string()),
            ("{code}", survey.code),
            ("{reward}", reward.id.to_string()),
            ("{review}", review["id"].as_str().unwrap().to_owned()),
            ("{case}", case.to_string()),
            ("{secret}", list),
            ("{photo}", shown),
            ("{size}", "photo".to_owned()),
            // Files of older versions lead to those of now.
            ("{version}", "0123456789ab".to_owned()),
            ("{name}", "app.js".to_owned()),
            ("{*rest}", "nothing".to_owned()),
        ])
    }

    /// Where one can ask at an address.
    fn path(&self, address: &str) -> String {
        let whole = self.0.iter().find(|(name, _)| *name == address);
        let mut path = whole.map_or(address, |(_, path)| path).to_owned();
        let parts = self.0.iter().filter(|(name, _)| name.starts_with('{'));
        for (name, value) in parts {
            path = path.replace(name, value);
        }
        assert!(!path.contains('{'), "say what that is: {path}");
        path
    }
}

/// The page to which the letter leads that says that a case is resolved.
async fn rate_page(shop: &Shop, club: &Club<'_>, mail: &MailServer) -> String {
    let left = json!({ "email": "mei@mail.example" });
    let new = new_case(2, "question", "Do you buy books?", left);
    let sent = shopper(shop.world()).post("/v1/feedback", &new).await;
    sent.expect_status(201);
    let cases = inbox(&club.olga, "").await.cases;
    let seen = cases.iter().find(|case| case.email == "mei@mail.example");
    answer(&club.olga, seen.unwrap(), "On Mondays.", "resolved")
        .await
        .expect_status(200);
    let letter = mail.mail("mei@mail.example", 1).await.text;
    let link = letter
        .split_whitespace()
        .find(|word| word.contains("/rate/"));
    let link = link.unwrap_or_else(|| panic!("{letter}"));
    let (_, path) = link.split_once("/shops/").unwrap();
    format!("/shops/{path}")
}

/// The page to which letters lead those who want no more of them.
async fn way_out(shop: &Shop, mail: &MailServer) -> String {
    shop.refund(refund("R-1", "A-1", "a", 0, 100)).await;
    let mut link = None;
    wait_until("a letter says how to get no more of them", async || {
        let received = mail.received();
        let mut links = received
            .iter()
            .filter_map(|mail| mail.header("list-unsubscribe"));
        link = links
            .next()
            .map(|link| link.trim_matches(['<', '>']).to_owned());
        link.is_some()
    })
    .await;
    let link = link.unwrap();
    let path = link.strip_prefix(shop.world().server().address());
    path.unwrap().to_owned()
}

/// The addresses that can be asked for, each once.
async fn addresses(shop: &Shop) -> BTreeSet<String> {
    let document: Value = shop
        .world()
        .anonymous()
        .get("/v1/openapi.json")
        .await
        .json();
    let paths = document["paths"].as_object().unwrap().iter();
    let described = paths.filter(|(_, methods)| methods.get("get").is_some());
    let mut all: BTreeSet<String> = described.map(|(path, _)| path.clone()).collect();
    let described = all.len();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/server/src");
    read_routes(&source, &mut all);
    assert!(described > 50 && all.len() > described + 50, "{all:?}");
    all
}

/// Adds the addresses to which the source in a folder gives an answer.
fn read_routes(folder: &Path, all: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_routes(&path, all);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for other in [".nest(", ".nest_service(", ".route_service("] {
            assert!(
                !text.contains(other),
                "{}: read {other} too",
                path.display()
            );
        }
        for (at, _) in text.match_indices(".route(") {
            let rest = &text[at + ".route(".len()..];
            let (path, handlers) = rest.split_once(',').unwrap();
            let handlers = &handlers[..end_of(handlers)];
            if handlers.contains("get(") {
                all.insert(named(&text, path.trim()));
            }
        }
    }
}

/// Where the bracket ends that is open at the beginning.
fn end_of(text: &str) -> usize {
    let mut open = 1;
    let end = text.find(|c| {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    end.unwrap()
}

/// The text of a literal, or of the constant of that name.
fn named(source: &str, path: &str) -> String {
    let literal = path.strip_prefix('"').unwrap_or_else(|| {
        let start = format!("const {path}: &str = \"");
        let found = source.split_once(&start);
        found.unwrap_or_else(|| panic!("what is {path}?")).1
    });
    literal.split('"').next().unwrap().to_owned()
}

/// What stands in all tables, as soon as nothing changes it any more that was under way.
async fn at_rest(shop: &Shop) -> BTreeMap<String, Vec<String>> {
    let store = Store::open(shop.world().setup().database_url())
        .await
        .unwrap();
    let (mut last, mut looks) = (BTreeMap::new(), 0);
    wait_until("the database is at rest", async || {
        let now = store.read(everything).await.unwrap();
        looks = if is_done(&now) && now == last {
            looks + 1
        } else {
            0
        };
        last = now;
        looks == LOOKS
    })
    .await;
    store.close().await;
    last
}

/// Whether the server has done what it does by itself after something has happened: looked at birthdays and tiers, and at who
/// has bought what is reviewed.
fn is_done(tables: &BTreeMap<String, Vec<String>>) -> bool {
    let waiting = ["point_tier_reviews", "purchase_changes"];
    waiting.iter().all(|table| tables[*table].is_empty()) && !tables["point_birthdays"].is_empty()
}

fn everything(db: &mut Db) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    // Of a virtual table the tables behind it are read.
    let tables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    let tables: Vec<String> = Sql::new(tables).values(db)?;
    let mut all = BTreeMap::new();
    for table in tables {
        let columns: Vec<String> = Sql::new("SELECT name FROM pragma_table_info($1)")
            .arg(&table)
            .values(db)?;
        let columns: Vec<String> = columns
            .iter()
            .map(|column| format!("'{column}=' || quote({column})"))
            .collect();
        let rows = format!(
            "SELECT {} FROM {table} ORDER BY 1",
            columns.join(" || ' ' || ")
        );
        all.insert(table, Sql::new(rows.leak()).values(db)?);
    }
    Ok(all)
}
