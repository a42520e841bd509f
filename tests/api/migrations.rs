//! What becomes of data that older programs have written.

use crate::colleagues::{Colleague, owner};
use crate::feedback_own::{followed, full, inbox, says};
use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{KEY, ORIGIN, PRIDE, shopper};
use bookplate_store::db::Sql;
use bookplate_store::{Db, Store, StoreError};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::feedback::{CaseKind, CaseState, CaseTimeline, EntryBy, EntryKind, OwnCases};
use serde_json::json;

stories!(cases_from_before_there_was_an_inbox_are_whole_in_it);

/// A shop, a book and a customer, as they were kept then; two reviews that were handed over, the second of which was dealt with.
const BEFORE: [&str; 8] = [
    "INSERT INTO shops (id, name, time_zone, created_at) \
     VALUES ('shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'Old shop', 'Asia/Shanghai', 1700000000000)",
    "INSERT INTO shop_keys (public_key, shop_id, created_at) \
     VALUES ('pk_shelf', 'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 1700000000000)",
    "INSERT INTO works (id, shop_id, source_key, created_at) \
     VALUES ('work_0192f3a0c1d27c3e8a5b6c7d8e9f0a02', 'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'pride', 1700000000000)",
    "INSERT INTO editions (id, shop_id, work_id, isbn, title, subtitle, authors, publisher, published_on, format, language, \
     cover_url, updated_at) VALUES ('edn_0192f3a0c1d27c3e8a5b6c7d8e9f0a03', 'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', \
     'work_0192f3a0c1d27c3e8a5b6c7d8e9f0a02', '9780141439518', 'Pride and Prejudice', '', 'Jane Austen', '', '2003', \
     'paperback', 'en', '', 1700000000000)",
    "INSERT INTO customers (id, shop_id, name, email, phone, birthday, member_card, language, told_name, told_phone, \
     told_birthday, told_at, email_checked, phone_checked, created_at, updated_at, signed_out_at) \
     VALUES ('cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a04', 'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'Mei Lindqvist', \
     'mei@mail.example', '', '', '', 'en', 'Mei Lindqvist', '', '', 0, 1, 0, 1700000000000, 1700000000000, 0)",
    "INSERT INTO customer_identifiers (shop_id, kind, value, customer_id, told_at) \
     VALUES ('shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'external', 'c-1', 'cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a04', 0)",
    "INSERT INTO feedback_cases (id, shop_id, customer_id, edition_id, review_id, review_version, title, body, language, \
     opened_at, closed_at, closed_by) VALUES ('case_0192f3a0c1d27c3e8a5b6c7d8e9f0a05', \
     'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a04', \
     'edn_0192f3a0c1d27c3e8a5b6c7d8e9f0a03', 'rev_0192f3a0c1d27c3e8a5b6c7d8e9f0a06', 1, 'Wet', '快递太慢了，书角破损', \
     'zh-CN', 1700000001000, NULL, '')",
    "INSERT INTO feedback_cases (id, shop_id, customer_id, edition_id, review_id, review_version, title, body, language, \
     opened_at, closed_at, closed_by) VALUES ('case_0192f3a0c1d37c3e8a5b6c7d8e9f0a07', \
     'shop_0192f3a0c1d27c3e8a5b6c7d8e9f0a01', 'cus_0192f3a0c1d27c3e8a5b6c7d8e9f0a04', \
     'edn_0192f3a0c1d27c3e8a5b6c7d8e9f0a03', 'rev_0192f3a0c1d27c3e8a5b6c7d8e9f0a06', 2, 'Torn', 'The cover is torn.', \
     'en', 1700000002000, 1700000003000, 'stf_0192f3a0c1d27c3e8a5b6c7d8e9f0a08')",
];
const OPEN: &str = "case_0192f3a0c1d27c3e8a5b6c7d8e9f0a05";
const CLOSED: &str = "case_0192f3a0c1d37c3e8a5b6c7d8e9f0a07";

/// What an entry is, who has made it, and what it says.
type Entry<'a> = (EntryKind, EntryBy, &'a str, &'a str);

fn entries(case: &CaseTimeline) -> Vec<Entry<'_>> {
    let entries = case.entries.iter();
    entries
        .map(|entry| (entry.kind, entry.by, &*entry.text, &*entry.value))
        .collect()
}

/// The ids of the cases that a search finds.
async fn found(olga: &Colleague<'_>, text: &str) -> Vec<String> {
    let mut query = "?state=all".to_owned();
    query.push('&');
    bookplate_wire::query::push(&mut query, "q", text);
    let cases = inbox(olga, &query).await.cases.into_iter();
    cases.map(|case| case.case.id.to_string()).collect()
}

async fn cases_from_before_there_was_an_inbox_are_whole_in_it(setup: Setup) {
    let setup = Setup::without_tables(setup.database().kind()).await;
    let store = Store::open(setup.database_url()).await.unwrap();
    store.migrate_before("feedback inbox").await.unwrap();
    let write = |db: &mut Db| {
        for statement in BEFORE {
            Sql::new(statement).run(db)?;
        }
        Ok::<_, StoreError>(())
    };
    store.write(write).await.unwrap();
    store.close().await;
    setup.run(&["migrate"]).await;
    setup.shop(KEY, &[ORIGIN]).await;
    let secret = new_secret(&setup, "identity").await.1;
    let world = setup.open().await;
    let olga = owner(&world, KEY, "olga@example.com").await;
    let session = sign_in(&shopper(&world), &identity(&secret, "c-1", json!({}))).await;
    let mei = shopper(&world).bearing(&session.access_token);

    let list = inbox(&olga, "?state=all").await;
    let states: Vec<_> = list
        .cases
        .iter()
        .map(|case| (case.case.id.as_str(), case.case.state))
        .collect();
    assert_eq!(
        (list.open, states),
        (
            1,
            vec![(CLOSED, CaseState::Resolved), (OPEN, CaseState::Received)]
        )
    );
    for (id, number, body) in [
        (OPEN, 1, "快递太慢了，书角破损"),
        (CLOSED, 2, "The cover is torn."),
    ] {
        let id = id.parse().unwrap();
        let seen = full(&olga, &id).await;
        let case = &seen.case.case;
        assert_eq!((case.kind, &*case.body), (CaseKind::Complaint, body));
        assert_eq!(case.book.as_ref().unwrap().isbn.as_str(), PRIDE);
        assert_eq!(&*seen.case.name, "Mei Lindqvist");
        assert_eq!(case.opened_at, 1_700_000_000_000 + number * 1_000);
        assert!(case.review.is_some() && seen.case.customer.is_some());
        // And so its customer sees it.
        let own = followed(&mei, &id).await;
        let said = (EntryKind::Message, EntryBy::Shopper, body, "");
        let ended = (EntryKind::State, EntryBy::Staff, "", "resolved");
        let ends = if number == 2 {
            vec![said, ended]
        } else {
            vec![said]
        };
        assert_eq!(entries(&own), ends);
    }
    let own: OwnCases = mei.get("/v1/customer/feedback").await.json();
    assert_eq!(own.cases.len(), 2);
    // What they say is found, and so is who has written it.
    assert_eq!(found(&olga, "递太慢").await, [OPEN]);
    assert_eq!(found(&olga, "cover torn").await, [CLOSED]);
    assert_eq!(found(&olga, "lindqvist").await, [CLOSED, OPEN]);
    // They go on like any other.
    let said = says(&mei, &OPEN.parse().unwrap(), 1, "It is still so.").await;
    let said: CaseTimeline = said.expect_status(201).json();
    assert_eq!(said.entries.len(), 2);
}
