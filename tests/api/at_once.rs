//! Two who write at the same moment, the second one before the first one has ended. Told to the store itself,
//! because no request can be held up half way.

use crate::people::new_secret;
use crate::shelf::{BOOKS, KEY, ORIGIN, UNKNOWN, shopper};
use bookplate_store::accounts::{Claims, Login, Refusal, SignUp, Standing};
use bookplate_store::catalogue::NewEdition;
use bookplate_store::db::Sql;
use bookplate_store::ratings::Rated;
use bookplate_store::reviews::NewReview;
use bookplate_store::{Backend, Db, Store, StoreError, now};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::accounts::CustomerRef;
use bookplate_wire::catalogue::{Edition, Format};
use bookplate_wire::orders::{Money, NewOrder, NewOrderLine, NewOrders};
use bookplate_wire::privacy::ReviewsKept;
use bookplate_wire::reviews::{ReviewsQuery, Summary};
use bookplate_wire::{CustomerId, Isbn, Lang, ShopId};
use futures_util::future::join_all;
use std::sync::{Arc, Barrier};

stories!(
    two_imports_of_a_changed_file_count_once,
    a_review_that_is_changed_while_its_writer_goes_counts_once,
    an_order_finds_the_book_that_is_being_imported,
    an_import_finds_the_order_that_is_being_taken,
    an_order_by_an_address_that_is_being_given_up_is_nobodys,
    who_signs_in_while_signing_out_is_not_signed_in,
    who_signs_out_while_signing_in_is_not_signed_in,
    who_signs_in_while_the_password_changes_is_refused,
    who_was_quicker_than_the_new_password_is_signed_out,
    readers_do_not_wait_for_writers,
    who_would_wait_for_ever_is_told_that_the_database_is_busy,
    a_search_does_not_hold_a_connection_for_long,
    the_databases_own_isolation_level_changes_nothing,
);

/// The database of a story with a shop, its id and a customer `c-1` of it.
async fn shop(setup: &mut Setup) -> (Store, ShopId, CustomerId) {
    setup.shop(KEY, &[ORIGIN]).await;
    let url = setup.program().database().url().to_owned();
    let store = Store::open(&url).await.unwrap();
    let shop = store.read(|db| db.shop_by_key(KEY)).await.unwrap();
    let shop = shop.unwrap().id;
    let claims = Claims {
        external_id: "c-1".into(),
        ..Claims::default()
    };
    let put = {
        let shop = shop.clone();
        move |db: &mut Db| db.put_customer(&shop, &claims)
    };
    let customer = store.write(put).await.unwrap();
    (store, shop, customer)
}

/// Does `first` and, after that has done its work but before it has ended, `second`.
pub async fn overlapping<T: Send + 'static, U: Send + 'static>(
    store: &Store,
    first: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    second: impl FnOnce(&mut Db) -> Result<U, StoreError> + Send + 'static,
) -> (T, U) {
    let (done, held) = tokio::sync::oneshot::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let write = move |db: &mut Db| {
        let result = first(db)?;
        done.send(()).unwrap();
        wait.recv().unwrap();
        Ok::<_, StoreError>(result)
    };
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.write(write).await }
    });
    held.await.unwrap();
    let second = tokio::spawn({
        let store = store.clone();
        async move { store.write(second).await }
    });
    while !second.is_finished() && !somebody_waits(store).await {
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    (
        first.await.unwrap().unwrap(),
        second.await.unwrap().unwrap(),
    )
}

/// Whether a unit of work waits for another one; on SQLite each does.
async fn somebody_waits(store: &Store) -> bool {
    if store.backend() == Backend::Sqlite {
        return true;
    }
    let waiting = Sql::new(
        "SELECT pid FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    let read = move |db: &mut Db| waiting.row(db);
    store.read(read).await.unwrap().is_some()
}

fn edition(isbn: &str) -> NewEdition {
    NewEdition {
        edition: Edition {
            isbn: isbn.parse().unwrap(),
            title: "A title".into(),
            subtitle: String::new(),
            authors: Vec::new(),
            publisher: String::new(),
            published_on: String::new(),
            format: Format::Other,
            language: "en".into(),
            cover_url: String::new(),
        },
        work_key: None,
        series: String::new(),
        categories: Vec::new(),
    }
}

fn review(isbn: &str, rating: u8) -> NewReview {
    NewReview {
        source_id: "r1".into(),
        isbn: isbn.parse().unwrap(),
        rating,
        title: None,
        body: Some("A text".into()),
        language: Some("en".into()),
        author: "Ann".into(),
        created_at: 1_767_225_600_000,
        edited_at: None,
        votes: None,
        customer: None,
        email: String::new(),
        here: Default::default(),
        answer: None,
        answered_at: None,
        incentivised: false,
        notes: None,
    }
}

fn order(number: &str, isbn: &str) -> NewOrder {
    NewOrder {
        number: number.into(),
        placed_at: 1_795_132_800_000,
        delivered_at: None,
        customer: Some(CustomerRef::ExternalId("c-1".into())),
        branch: String::new(),
        lines: vec![NewOrderLine {
            line: Some("a".into()),
            isbn: Some(isbn.into()),
            sku: String::new(),
            title: String::new(),
            categories: Vec::new(),
            quantity: 1,
            total: Money {
                amount: 100,
                currency: "CNY".into(),
            },
        }],
    }
}

async fn two_imports_of_a_changed_file_count_once(mut setup: Setup) {
    let (store, shop, _) = shop(&mut setup).await;
    let put = |rating| {
        let shop = shop.clone();
        move |db: &mut Db| db.put_reviews(&shop, &[review(UNKNOWN, rating)])
    };
    let catalogue = {
        let shop = shop.clone();
        move |db: &mut Db| db.put_editions(&shop, &[edition(UNKNOWN)])
    };
    store.write(catalogue).await.unwrap();
    store.write(put(50)).await.unwrap();
    let (first, second) = overlapping(&store, put(10), put(10)).await;
    assert_eq!((first.written.changed, second.written.unchanged), (1, 1));
    assert_eq!(store.read(Db::miscounted_works).await.unwrap(), []);
    // Nor when the book goes to another work meanwhile.
    let elsewhere = || {
        let shop = shop.clone();
        let moved = NewEdition {
            work_key: Some("another".into()),
            ..edition(UNKNOWN)
        };
        move |db: &mut Db| db.put_editions(&shop, &[moved])
    };
    overlapping(&store, elsewhere(), put(30)).await;
    overlapping(&store, put(40), elsewhere()).await;
    assert_eq!(store.read(Db::miscounted_works).await.unwrap(), []);
}

async fn a_review_that_is_changed_while_its_writer_goes_counts_once(mut setup: Setup) {
    let (store, shop, customer) = shop(&mut setup).await;
    let put = |rating| {
        let shop = shop.clone();
        let review = NewReview {
            customer: Some("c-1".into()),
            ..review(UNKNOWN, rating)
        };
        move |db: &mut Db| {
            db.put_editions(&shop, &[edition(UNKNOWN)])?;
            db.put_reviews(&shop, &[review])
        }
    };
    store.write(put(50)).await.unwrap();
    let go = {
        let shop = shop.clone();
        move |db: &mut Db| db.delete_customer(&shop, &customer, ReviewsKept::Remove)
    };
    overlapping(&store, put(10), go).await;
    assert_eq!(store.read(Db::miscounted_works).await.unwrap(), []);
}

/// The book of a customer's only order.
async fn book_of_the_order(store: &Store, customer: CustomerId) -> Option<Isbn> {
    let read = move |db: &mut Db| db.orders(&customer, None, 10);
    let page = store.read(read).await.unwrap();
    page.orders[0].lines[0].isbn
}

async fn an_order_finds_the_book_that_is_being_imported(mut setup: Setup) {
    let (store, shop, customer) = shop(&mut setup).await;
    let import = {
        let shop = shop.clone();
        move |db: &mut Db| db.put_editions(&shop, &[edition(UNKNOWN)])
    };
    let take = move |db: &mut Db| db.take_orders(&shop, &[order("A-1", UNKNOWN)]);
    let (_, taken) = overlapping(&store, import, take).await;
    assert_eq!(taken.unwrap()[0].unmatched, [] as [String; 0]);
    let book = book_of_the_order(&store, customer).await;
    assert_eq!(book, Some(UNKNOWN.parse().unwrap()));
}

async fn an_import_finds_the_order_that_is_being_taken(mut setup: Setup) {
    let (store, shop, customer) = shop(&mut setup).await;
    let import = {
        let shop = shop.clone();
        move |db: &mut Db| db.put_editions(&shop, &[edition(UNKNOWN)])
    };
    let take = move |db: &mut Db| db.take_orders(&shop, &[order("A-1", UNKNOWN)]);
    let (taken, _) = overlapping(&store, take, import).await;
    assert_eq!(taken.unwrap()[0].unmatched, ["a"]);
    let book = book_of_the_order(&store, customer).await;
    assert_eq!(book, Some(UNKNOWN.parse().unwrap()));
}

async fn an_order_by_an_address_that_is_being_given_up_is_nobodys(mut setup: Setup) {
    let (store, shop, customer) = shop(&mut setup).await;
    let tell = |email: &str, told_at| {
        let shop = shop.clone();
        let claims = Claims {
            external_id: "c-1".into(),
            email: Some(email.into()),
            told_at,
            ..Claims::default()
        };
        move |db: &mut Db| db.put_customer(&shop, &claims)
    };
    store.write(tell("old@example.com", 1)).await.unwrap();
    let take = {
        let shop = shop.clone();
        let mut order = order("A-1", UNKNOWN);
        order.customer = Some(CustomerRef::Email("old@example.com".into()));
        move |db: &mut Db| db.take_orders(&shop, &[order])
    };
    let (_, taken) = overlapping(&store, tell("new@example.com", 2), take).await;
    taken.unwrap();
    let read = move |db: &mut Db| db.orders(&customer, None, 10);
    assert_eq!(store.read(read).await.unwrap().orders, []);
}

/// Signs a customer in on another device with an identity token that was made at `issued_at`.
fn sign_in(
    customer: &CustomerId,
    issued_at: i64,
) -> impl FnOnce(&mut Db) -> Result<Result<Standing, Refusal>, StoreError> + Send + use<> {
    let customer = customer.clone();
    move |db| db.see_session(&customer, "Firefox, Linux", issued_at)
}

fn sign_out(
    customer: &CustomerId,
) -> impl FnOnce(&mut Db) -> Result<(), StoreError> + Send + use<> {
    let customer = customer.clone();
    move |db| db.end_sessions(&customer, None)
}

async fn who_signs_in_while_signing_out_is_not_signed_in(mut setup: Setup) {
    let (store, _, customer) = shop(&mut setup).await;
    let before = now();
    let (_, refused) = overlapping(&store, sign_out(&customer), sign_in(&customer, before)).await;
    assert_eq!(refused, Err(Refusal::SignedOut));
}

async fn who_signs_out_while_signing_in_is_not_signed_in(mut setup: Setup) {
    let (store, _, customer) = shop(&mut setup).await;
    let before = now();
    let (begun, _) = overlapping(&store, sign_in(&customer, before), sign_out(&customer)).await;
    let begun = begun.unwrap();
    let stands = {
        let (customer, begun) = (customer.clone(), begun.clone());
        move |db: &mut Db| db.is_signed_in(&customer, &begun)
    };
    assert!(!store.read(stands.clone()).await.unwrap());
    // Who signs in again is, but not with what was given out before.
    let next = store.write(sign_in(&customer, before + 60_000)).await;
    let next = next.unwrap().unwrap();
    assert_eq!(next.session, begun.session);
    assert!(!store.read(stands).await.unwrap());
    let stands = move |db: &mut Db| db.is_signed_in(&customer, &next);
    assert!(store.read(stands).await.unwrap());
}

/// A customer with a login of ours.
async fn login(store: &Store, shop: &ShopId) -> Login {
    let (shop, sign_up) = (
        shop.clone(),
        SignUp {
            email: "lin@example.com".into(),
            password: "old".into(),
            name: String::new(),
            language: Lang::En,
        },
    );
    let make = move |db: &mut Db| {
        db.add_sign_up(&shop, "token", &sign_up)?;
        db.confirm_sign_up(&shop, "token")?;
        db.login(&shop, "lin@example.com")
    };
    store.write(make).await.unwrap().unwrap()
}

/// Signs in by a login that was read before; `None` is a refusal.
fn by_login(
    login: &Login,
) -> impl FnOnce(&mut Db) -> Result<Option<Standing>, StoreError> + Send + use<> {
    let login = login.clone();
    move |db| {
        if !db.hold_login(&login)? {
            return Ok(None);
        }
        db.begin_session(&login.customer, "").map(Some)
    }
}

fn new_password(login: &Login) -> impl FnOnce(&mut Db) -> Result<(), StoreError> + Send + use<> {
    let customer = login.customer.clone();
    move |db| {
        db.change_password(&customer, "new")?;
        db.end_sessions(&customer, None)
    }
}

async fn who_signs_in_while_the_password_changes_is_refused(mut setup: Setup) {
    let (store, shop, _) = shop(&mut setup).await;
    let old = login(&store, &shop).await;
    let (_, refused) = overlapping(&store, new_password(&old), by_login(&old)).await;
    assert_eq!(refused, None);
}

async fn who_was_quicker_than_the_new_password_is_signed_out(mut setup: Setup) {
    let (store, shop, _) = shop(&mut setup).await;
    let old = login(&store, &shop).await;
    let (begun, _) = overlapping(&store, by_login(&old), new_password(&old)).await;
    let begun = begun.unwrap();
    let stands = move |db: &mut Db| db.is_signed_in(&old.customer, &begun);
    assert!(!store.read(stands).await.unwrap());
}

async fn readers_do_not_wait_for_writers(mut setup: Setup) {
    let (store, _, _) = shop(&mut setup).await;
    if store.backend() == Backend::Sqlite {
        return;
    }
    setup.import_catalogue(BOOKS).await;
    let key = new_secret(&setup, "api").await.1;
    let world = setup.open().await;
    let backend = world.anonymous().bearing(&key);
    // Everything that writes orders has to wait for this, as for the locks of a large batch.
    let (locked, held) = tokio::sync::oneshot::channel();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = tokio::spawn({
        let store = store.clone();
        let lock = move |db: &mut Db| {
            Sql::new("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").run(db)?;
            locked.send(()).unwrap();
            wait.recv().unwrap();
            Ok::<_, StoreError>(())
        };
        async move { store.write(lock).await }
    });
    held.await.unwrap();
    let sent = NewOrders {
        orders: vec![order("A-1", UNKNOWN)],
    };
    let sent = serde_json::to_value(&sent).unwrap();
    let sends = join_all((0..20).map(|_| backend.post("/v1/orders", &sent)));
    let reads = async {
        while !somebody_waits(&store).await {
            tokio::task::yield_now().await;
        }
        for _ in 0..20 {
            shopper(&world).get("/v1/books").await.expect_status(200);
        }
        go.send(()).unwrap();
    };
    let (replies, ()) = tokio::join!(sends, reads);
    hold.await.unwrap().unwrap();
    for reply in replies {
        assert!([200, 503].contains(&reply.status()), "{}", reply.text());
    }
}

async fn who_would_wait_for_ever_is_told_that_the_database_is_busy(mut setup: Setup) {
    let (store, _, _) = shop(&mut setup).await;
    if store.backend() == Backend::Sqlite {
        return;
    }
    let both = Arc::new(Barrier::new(2));
    let lock = |first: &str, second: &str| {
        let (first, second) = (first.to_owned(), second.to_owned());
        let both = both.clone();
        store.write(move |db: &mut Db| {
            db.lock([first])?;
            both.wait();
            db.lock([second])
        })
    };
    let ended = tokio::join!(lock("one", "two"), lock("two", "one"));
    let refused = match ended {
        (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused, StoreError::Busy(_)), "{refused:?}");
    assert!(refused.is_unavailable());
    let impatient = |db: &mut Db| {
        Sql::new("SET LOCAL lock_timeout = 1").run(db)?;
        db.lock(["one".to_owned()])
    };
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (locked, held) = tokio::sync::oneshot::channel();
    let hold = store.write(move |db| {
        db.lock(["one".to_owned()])?;
        locked.send(()).unwrap();
        wait.recv().unwrap();
        Ok::<_, StoreError>(())
    });
    let refused = async {
        held.await.unwrap();
        let refused = store.write(impatient).await;
        go.send(()).unwrap();
        refused
    };
    let (held, refused) = tokio::join!(hold, refused);
    held.unwrap();
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
}

async fn a_search_does_not_hold_a_connection_for_long(mut setup: Setup) {
    let (store, shop, _) = shop(&mut setup).await;
    if store.backend() == Backend::Sqlite {
        return;
    }
    let put = move |db: &mut Db| {
        db.put_editions(&shop, &[edition(UNKNOWN)])?;
        Ok::<_, StoreError>(db.ratings(&shop, &[UNKNOWN.parse().unwrap()])?.remove(0))
    };
    let rated: Rated = store.write(put).await.unwrap();
    let of_many = Rated {
        summary: Summary {
            count: 1_000_000,
            ..rated.summary
        },
        ..rated
    };
    let search = |text: &str| {
        let query = ReviewsQuery {
            search: text.into(),
            ..ReviewsQuery::default()
        };
        let of_many = of_many.clone();
        move |db: &mut Db| db.reviews(&of_many, &query)
    };
    // As long as nobody can read them, looking at all reviews takes for ever.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (locked, held) = tokio::sync::oneshot::channel();
    let hold = store.write(move |db| {
        Sql::new("LOCK TABLE reviews IN ACCESS EXCLUSIVE MODE").run(db)?;
        locked.send(()).unwrap();
        wait.recv().unwrap();
        Ok::<_, StoreError>(())
    });
    let slow = async {
        held.await.unwrap();
        let slow = store.read(search("wit")).await;
        // What the counts tell is known without looking.
        let verified = ReviewsQuery {
            verified: true,
            ..ReviewsQuery::default()
        };
        let of_many = of_many.clone();
        let none = store.read(move |db| db.reviews(&of_many, &verified));
        assert_eq!(none.await.unwrap().reviews, []);
        go.send(()).unwrap();
        slow
    };
    let (held, slow) = tokio::join!(hold, slow);
    held.unwrap();
    assert_eq!(slow, Err(StoreError::TooSlow));
    assert_eq!(store.read(search("wit")).await.unwrap().reviews, []);
}

async fn the_databases_own_isolation_level_changes_nothing(mut setup: Setup) {
    let (store, _, _) = shop(&mut setup).await;
    if store.backend() == Backend::Sqlite {
        return;
    }
    let strict = "options=-c%20default_transaction_isolation%3Dserializable";
    let url = format!("{}&{strict}", setup.program().database().url());
    let store = Store::open(&url).await.unwrap();
    let level = |db: &mut Db| Sql::new("SHOW transaction_isolation").value::<String>(db);
    let level = store.write(level).await.unwrap();
    assert_eq!(level.as_deref(), Some("read committed"));
}
