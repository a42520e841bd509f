//! Files that shops bring along, good and broken.

use crate::people::{identity, new_secret, sign_in};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, PRIDE_ZH, REVIEWS, UNKNOWN, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::stories;
use bookplate_wire::catalogue::{Book, BookPage};
use bookplate_wire::notifications::NotificationPage;
use bookplate_wire::orders::OrderPage;
use bookplate_wire::reviews::Summary;
use serde_json::json;

stories!(
    importing_twice_changes_nothing,
    a_changed_record_is_changed_and_nothing_else,
    good_records_are_kept_and_bad_ones_reported_with_their_line,
    the_sum_tells_all_that_was_done,
    columns_can_be_mapped,
    onix_is_read_with_both_kinds_of_tags,
    onix_2_1_is_refused_with_a_clear_word,
    a_file_that_is_cut_off_keeps_what_came_before,
    entity_bombs_are_refused,
    a_wrong_encoding_is_noticed_and_can_be_named,
    reviews_of_unknown_books_are_reported,
    orders_of_the_past_are_their_customers,
    an_edition_that_joins_another_work_takes_its_reviews_along,
    without_a_shop_nothing_is_imported,
);

async fn import(setup: &mut Setup, kind: &str, content: &[u8], more: &[&str]) -> (bool, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let arguments = [&["import", kind, file.path().to_str().unwrap()], more].concat();
    let done = setup.program().run(&arguments).await.unwrap();
    (done.status.success(), done.stdout + done.stderr.as_str())
}

fn titles(page: &BookPage) -> Vec<&str> {
    page.editions
        .iter()
        .map(|edition| edition.title.as_str())
        .collect()
}

async fn importing_twice_changes_nothing(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    assert!(
        setup
            .import_catalogue(BOOKS)
            .await
            .starts_with("3 added, 0 changed, 0 unchanged, 0 rejected")
    );
    assert!(
        setup
            .import_catalogue(BOOKS)
            .await
            .starts_with("0 added, 0 changed, 3 unchanged, 0 rejected")
    );
    assert!(
        setup
            .import_reviews(REVIEWS)
            .await
            .starts_with("5 added, 0 changed, 0 unchanged, 0 rejected")
    );
    assert!(
        setup
            .import_reviews(REVIEWS)
            .await
            .starts_with("0 added, 0 changed, 5 unchanged, 0 rejected")
    );
    setup.run(&["doctor"]).await;
}

async fn a_changed_record_is_changed_and_nothing_else(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    setup.import_reviews(REVIEWS).await;
    let books = BOOKS.replace("Emma,Jane", "Emma!,Jane");
    assert!(
        setup
            .import_catalogue(&books)
            .await
            .starts_with("0 added, 1 changed, 2 unchanged")
    );
    let reviews = REVIEWS.replace("r2,9780141439518,2", "r2,9780141439518,3");
    assert!(
        setup
            .import_reviews(&reviews)
            .await
            .starts_with("0 added, 1 changed, 4 unchanged")
    );
    setup.run(&["doctor"]).await;
    let world = setup.open().await;
    let summary: Summary = shopper(&world)
        .get(&format!("/v1/books/{PRIDE}/rating"))
        .await
        .json();
    assert_eq!((summary.stars, summary.average), ([0, 0, 1, 1, 3], 43));
}

async fn good_records_are_kept_and_bad_ones_reported_with_their_line(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let csv = "isbn,title\n\
               9780141439518,Good\n\
               9780141439519,Wrong check digit\n\
               9780141439587,\n\
               9780141439518,Again\n\
               439023483,Zero lost\n";
    let (ok, said) = import(&mut setup, "catalogue", csv.as_bytes(), &[]).await;
    assert!(ok, "{said}");
    for line in ["line 3: isbn: ", "line 4: title: ", "line 5: isbn: "] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    assert!(
        said.contains("2 added, 0 changed, 0 unchanged, 3 rejected (1 ISBN repaired)"),
        "{said}"
    );
    let world = setup.open().await;
    let page: BookPage = shopper(&world).get("/v1/books").await.json();
    assert_eq!(titles(&page), ["Good", "Zero lost"]);
}

async fn the_sum_tells_all_that_was_done(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let csv = "isbn,title,language\n\
               80442957x,A zero lost,und\n\
               9780141439518,Good,xx-klingon\n";
    let (ok, said) = import(&mut setup, "catalogue", csv.as_bytes(), &[]).await;
    assert!(ok, "{said}");
    let sum = "2 added, 0 changed, 0 unchanged, 0 rejected (1 ISBN repaired, 1 unknown language left out)";
    assert!(said.contains(sum), "{said}");
    assert!(said.contains("100 %  2 records"), "{said}");

    let folder = std::env::temp_dir();
    let arguments = ["import", "catalogue", folder.to_str().unwrap()];
    let said = setup.program().run(&arguments).await.unwrap();
    let said = said.expect_failure();
    assert_eq!(said.matches("directory").count(), 1, "{said}");
}

async fn columns_can_be_mapped(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let csv = "ISBN13;Name;Writer\n9780141439518;Pride;Jane Austen\n";
    let (ok, said) = import(
        &mut setup,
        "catalogue",
        csv.as_bytes(),
        &["--map", "title=Naem"],
    )
    .await;
    assert!(
        !ok && said.contains("Naem") && said.contains("Name"),
        "{said}"
    );
    let map = [
        "--map",
        "isbn=ISBN13",
        "--map",
        "title=Name",
        "--map",
        "authors=Writer",
    ];
    let (ok, said) = import(&mut setup, "catalogue", csv.as_bytes(), &map).await;
    assert!(ok && said.contains("1 added"), "{said}");
}

/// One ONIX product in reference tags, inside its message.
fn onix(release: &str, products: &str) -> String {
    format!("<?xml version=\"1.0\"?><ONIXMessage release=\"{release}\">{products}</ONIXMessage>")
}

const PRODUCT: &str = "<Product><RecordReference>a</RecordReference><NotificationType>03</NotificationType>\
    <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>\
    <DescriptiveDetail><ProductForm>BC</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement>\
    <TitleElementLevel>01</TitleElementLevel><TitleText>Pride</TitleText></TitleElement></TitleDetail>\
    </DescriptiveDetail></Product>";

async fn onix_is_read_with_both_kinds_of_tags(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (ok, said) = import(
        &mut setup,
        "catalogue",
        onix("3.0", PRODUCT).as_bytes(),
        &[],
    )
    .await;
    assert!(ok && said.contains("1 added"), "{said}");
    let short = "<?xml version=\"1.0\"?><ONIXmessage release=\"3.1\"><product><a001>b</a001><a002>03</a002>\
        <productidentifier><b221>15</b221><b244>9780141439587</b244></productidentifier><descriptivedetail>\
        <b012>BB</b012><titledetail><b202>01</b202><titleelement><x409>01</x409><b203>Emma</b203></titleelement>\
        </titledetail></descriptivedetail></product></ONIXmessage>";
    let (ok, said) = import(&mut setup, "catalogue", short.as_bytes(), &[]).await;
    assert!(ok && said.contains("1 added"), "{said}");
    let world = setup.open().await;
    let page: BookPage = shopper(&world).get("/v1/books").await.json();
    assert_eq!(titles(&page), ["Pride", "Emma"]);
}

async fn onix_2_1_is_refused_with_a_clear_word(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (ok, said) = import(
        &mut setup,
        "catalogue",
        onix("2.1", PRODUCT).as_bytes(),
        &[],
    )
    .await;
    assert!(
        !ok && said.contains("ONIX 2.1") && said.contains("3.0"),
        "{said}"
    );
}

async fn a_file_that_is_cut_off_keeps_what_came_before(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let whole = onix(
        "3.0",
        &[PRODUCT, &PRODUCT.replace(PRIDE, "9780141439587")].concat(),
    );
    let cut = &whole[..whole.len() - 120];
    let (ok, said) = import(&mut setup, "catalogue", cut.as_bytes(), &[]).await;
    assert!(
        !ok && said.contains("cut off") && said.contains("1 added"),
        "{said}"
    );
}

async fn entity_bombs_are_refused(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">".to_owned();
    for (name, before) in ["b", "c", "d", "e", "f", "g", "h", "i"]
        .iter()
        .zip("abcdefgh".chars())
    {
        bomb.push_str(&format!(
            "<!ENTITY {name} \"{}\">",
            format!("&{before};").repeat(10)
        ));
    }
    bomb.push_str("]>");
    bomb.push_str(&onix("3.0", &PRODUCT.replace("Pride", "&i;"))[21..]);
    let (ok, said) = import(&mut setup, "catalogue", bomb.as_bytes(), &[]).await;
    assert!(!ok && said.contains("entities"), "{said}");
}

async fn a_wrong_encoding_is_noticed_and_can_be_named(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    // 围城 in GB18030.
    let gb18030 = b"isbn,title\n9787020008735,\xce\xa7\xb3\xc7\n";
    let (ok, said) = import(&mut setup, "catalogue", gb18030, &[]).await;
    assert!(
        !ok && said.contains("line 2") && said.contains("--encoding"),
        "{said}"
    );
    let (ok, said) = import(&mut setup, "catalogue", gb18030, &["--encoding", "gb18030"]).await;
    assert!(ok, "{said}");
    let world = setup.open().await;
    let book: Book = shopper(&world)
        .get(&format!("/v1/books/{PRIDE_ZH}"))
        .await
        .json();
    assert_eq!(book.editions[0].title, "围城");
}

async fn reviews_of_unknown_books_are_reported(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (ok, said) = import(&mut setup, "reviews", REVIEWS.as_bytes(), &[]).await;
    assert!(
        ok && said.contains("line 2: isbn: ") && said.contains("5 rejected"),
        "{said}"
    );
}

async fn orders_of_the_past_are_their_customers(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup.import_catalogue(BOOKS).await;
    let secret = new_secret(&setup, "identity").await.1;
    let file = format!(
        "number,placed_at,customer,currency,isbn,quantity,price\n\
         A-1,2020-01-02,c-1,CNY,{PRIDE},2,45.00\n\
         A-1,2020-01-02,c-1,CNY,{UNKNOWN},1,10.00\n\
         A-2,2020-01-03,c-2,CNY,{PRIDE},1,45.00\n\
         A-3,2020-01-04,c-1,CNY,{PRIDE},none,45.00\n"
    );
    let (ok, said) = import(&mut setup, "orders", file.as_bytes(), &[]).await;
    assert!(ok && said.contains("line 5: quantity: "), "{said}");
    let sum = "2 added, 0 changed, 0 unchanged, 1 rejected (1 line of no known book";
    assert!(said.contains(sum), "{said}");
    // Again, with one of them told otherwise and one without any change.
    let told_otherwise = file.replace("A-2,2020-01-03", "A-2,2020-01-05");
    let (ok, said) = import(&mut setup, "orders", told_otherwise.as_bytes(), &[]).await;
    assert!(
        ok && said.contains("line 4: number: order A-2 is known"),
        "{said}"
    );
    assert!(
        said.contains("0 added, 0 changed, 1 unchanged, 2 rejected"),
        "{said}"
    );

    let world = setup.open().await;
    let page = shopper(&world);
    let session = sign_in(&page, &identity(&secret, "c-1", json!({}))).await;
    let own = page.bearing(&session.access_token);
    let orders: OrderPage = own.get("/v1/customer/orders").await.json();
    let seen = &orders.orders[0];
    assert_eq!((orders.orders.len(), seen.number.as_str()), (1, "A-1"));
    assert_eq!(
        (seen.placed_on.as_str(), seen.total.amount),
        ("2020-01-02", 10_000)
    );
    // Nobody hears of what is long past.
    let heard: NotificationPage = own.get("/v1/customer/notifications").await.json();
    assert_eq!(heard.notifications.len(), 0);
}

async fn an_edition_that_joins_another_work_takes_its_reviews_along(setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    setup
        .import_catalogue(&BOOKS.replace("9787020008735,pride", "9787020008735,other"))
        .await;
    setup.import_reviews(REVIEWS).await;
    setup.import_catalogue(BOOKS).await;
    setup.run(&["doctor"]).await;
    let world = setup.open().await;
    let summary: Summary = shopper(&world)
        .get(&format!("/v1/books/{PRIDE}/rating"))
        .await
        .json();
    assert_eq!((summary.count, summary.languages.len()), (5, 2));
}

async fn without_a_shop_nothing_is_imported(mut setup: Setup) {
    let (ok, said) = import(&mut setup, "catalogue", BOOKS.as_bytes(), &[]).await;
    assert!(!ok && said.contains("shop create"), "{said}");
}
