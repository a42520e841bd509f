//! Photos of reviews that come from a file, and that are taken along in one.

use crate::desk::{Desk, decide, decision, own};
use crate::shelf::{BOOKS, EMMA, KEY, ORIGIN, PRIDE, shopper};
use bookplate_tests::actors::Setup;
use bookplate_tests::pictures::{file, from_a_phone, picture};
use bookplate_tests::stories;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::{Review, ReviewPage, Summary};
use image::ImageFormat;
use reqwest::Method;
use serde_json::json;
use std::path::Path;
use tempfile::TempDir;

stories!(
    pictures_come_along_with_a_file_once_and_go_with_their_authors,
    photos_go_to_whom_a_later_file_names_and_with_that_account,
    what_was_exported_with_photos_is_read_again,
);

/// Three reviews of one book by a review app: two pictures, one that is there and one that is not, and none.
fn reviews() -> String {
    format!(
        "id,isbn,rating,title,body,author,created_at,customer,picture_urls\n\
         r1,{PRIDE},5,Bound,Well.,Ann,2024-01-01,lin,\"https://cdn.example/u/spine.jpg?w=9,https://cdn.example/u/my%20page.png\"\n\
         r2,{PRIDE},4,Torn,A little.,Ben,2024-01-02,,https://cdn.example/u/words.jpg https://cdn.example/u/gone.jpg spine.jpg\n\
         r3,{PRIDE},3,Plain,No picture.,Cy,2024-01-03,,\n"
    )
}

/// A folder with the pictures.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("spine.jpg", &from_a_phone(60, 40));
    put("my page.png", &file(&picture(30, 30), ImageFormat::Png));
    put("words.jpg", b"only words");
    folder
}

/// What an import with pictures says: its sum, and what was not taken.
async fn import(setup: &Setup, csv: &str, more: &[&str]) -> (String, String) {
    let folder = TempDir::new().unwrap();
    let [file, left_out] = ["reviews.csv", "left-out.csv"].map(|name| folder.path().join(name));
    std::fs::write(&file, csv).unwrap();
    let left = left_out.to_str().unwrap();
    let mut arguments = vec![
        "import",
        "reviews",
        file.to_str().unwrap(),
        "--rejected",
        left,
    ];
    arguments.extend(more);
    let sum = setup.run(&arguments).await;
    (
        sum.trim().to_owned(),
        std::fs::read_to_string(left_out).unwrap(),
    )
}

async fn pictures_come_along_with_a_file_once_and_go_with_their_authors(setup: Setup) {
    let desk = Desk::open(setup).await;
    let setup = desk.world.setup();
    let folder = folder();
    let here = ["--pictures", folder.path().to_str().unwrap()];
    let (sum, _) = import(setup, &reviews(), &[]).await;
    assert!(
        sum.contains("5 pictures not looked for: --pictures"),
        "{sum}"
    );
    let rehearsed = [&here[..], &["--dry-run"]].concat();
    let (sum, said) = import(setup, &reviews(), &rehearsed).await;
    let expected =
        "0 added, 0 changed, 3 unchanged, 0 rejected (3 pictures added, 2 pictures left out)";
    assert_eq!(sum, expected);
    assert!(said.contains("3,picture_urls,photo_unreadable,"), "{said}");
    assert!(
        said.contains("no such file in the folder (\"\"https://cdn.example/u/gone.jpg\"\")"),
        "{said}"
    );
    let (sum, _) = import(setup, &reviews(), &here).await;
    assert_eq!(sum, expected, "a rehearsal has kept nothing");
    let (sum, _) = import(setup, &reviews(), &here).await;
    assert_eq!(
        sum,
        "0 added, 0 changed, 3 unchanged, 0 rejected (2 pictures left out)"
    );

    let seen = desk.seen(PRIDE).await;
    let counts: Vec<_> = seen.iter().map(|review| review.photos.len()).collect();
    assert_eq!(counts, [0, 1, 2]);
    let path = format!("/v1/books/{PRIDE}/rating");
    let figures: Summary = shopper(&desk.world).get(&path).await.json();
    assert_eq!(figures.photos, 2);
    let only = format!("/v1/books/{PRIDE}/reviews?photos=true");
    let only: ReviewPage = shopper(&desk.world).get(&only).await.json();
    assert_eq!(only.reviews.len(), 2);
    for photo in seen.iter().flat_map(|review| &review.photos) {
        for address in [&photo.url, &photo.thumbnail] {
            let shown = desk.world.anonymous().get(address).await;
            assert!(shown.bytes().starts_with(&[0xff, 0xd8]), "{address}");
            // Nothing of the camera's.
            assert!(!shown.bytes().windows(4).any(|four| four == b"Exif"));
        }
    }
    desk.recount().await;

    // Its author turns out to be a customer, finds the photos there, and keeps one of them.
    let lin = desk.customer("lin").await;
    let review = own(&lin).await;
    assert_eq!(review.photos.len(), 2);
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.photos.len(), 2);
    let mut text = review.text();
    text.photos.remove(0);
    text.body = "Very well.".into();
    let path = format!("/v1/customer/reviews/{}", review.id);
    let sent = lin.send_json(Method::PUT, &path, &json!(text)).await;
    sent.expect_status(200);
    let olga = desk.olga().await;
    let approved = decide(&olga, &[decision(&review.id, 2, "approve")]).await;
    approved.expect_status(204);
    let [.., latest] = &*desk.seen(PRIDE).await else {
        panic!("there is a review")
    };
    assert_eq!((latest.photos.len(), &*latest.body), (1, "Very well."));
    // The file does not count any more for what its author has written anew.
    let (sum, _) = import(setup, &reviews(), &here).await;
    assert!(sum.starts_with("0 added, 0 changed, 3 unchanged"), "{sum}");
    assert!(!sum.contains("pictures added"), "{sum}");
    desk.recount().await;
    let gone = latest.photos[0].url.clone();
    let wish = json!({ "reviews": "keep_anonymous" });
    let left = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    left.expect_status(204);
    desk.world.anonymous().get(&gone).await.expect_status(404);
    desk.recount().await;
}

async fn photos_go_to_whom_a_later_file_names_and_with_that_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    let setup = desk.world.setup();
    let folder = folder();
    let here = ["--pictures", folder.path().to_str().unwrap()];
    let (lin, mei) = (desk.customer("lin").await, desk.customer("mei").await);
    import(setup, &reviews(), &here).await;
    assert_eq!(own(&lin).await.photos.len(), 2);
    let (sum, _) = import(setup, &reviews().replace(",lin,", ",mei,"), &here).await;
    assert!(sum.starts_with("0 added, 1 changed"), "{sum}");
    assert_eq!(own(&mei).await.photos.len(), 2);
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.photos.len(), 0);
    let photo = desk.seen(PRIDE).await[2].photos[0].url.clone();
    desk.world.anonymous().get(&photo).await.expect_status(200);
    let wish = json!({ "reviews": "keep_anonymous" });
    for customer in [lin, mei] {
        let left = customer.send_json(Method::DELETE, "/v1/customer", &wish);
        left.await.expect_status(204);
    }
    desk.world.anonymous().get(&photo).await.expect_status(404);
    assert_eq!(desk.seen(PRIDE).await[2].photos, []);
    desk.recount().await;
}

async fn what_was_exported_with_photos_is_read_again(setup: Setup) {
    let desk = Desk::open(setup).await;
    let setup = desk.world.setup();
    let folder = folder();
    let here = ["--pictures", folder.path().to_str().unwrap()];
    let described = reviews()
        .replace(",picture_urls\n", ",picture_urls,picture_alts\n")
        .replace("page.png\"\n", "page.png\",\"'\nA page\"\n")
        .replace("spine.jpg\n", "spine.jpg,\n")
        .replace(",,\n", ",,,\n");
    import(setup, &described.replace(",lin,", ",,"), &here).await;
    let before = desk.seen(PRIDE).await;
    let alts = |reviews: &[Review]| {
        let photos = reviews.iter().flat_map(|review| &review.photos);
        photos.map(|photo| photo.alt.clone()).collect::<Vec<_>>()
    };
    assert_eq!(alts(&before), ["", "", "A page"]);
    let olga = desk.olga().await;
    for layout in ["bookplate", "app"] {
        let path = olga.path(&format!("reviews/export?layout={layout}"));
        let exported = olga.browser.get(&path).await;
        let csv = exported.text().to_owned();
        let server = desk.world.server().address();
        for photo in before.iter().flat_map(|review| &review.photos) {
            let address = format!("{server}{}", photo.url);
            assert!(csv.contains(&address), "{address}: {csv}");
        }
        // Where it came from it changes nothing, whatever the folder has.
        let (sum, _) = import(setup, &csv, &here).await;
        assert_eq!(sum, "0 added, 0 changed, 3 unchanged, 0 rejected");
        assert_eq!(desk.seen(PRIDE).await, before);

        // Elsewhere the photos are found by their ids.
        let other = Setup::new(setup.database().kind()).await;
        other.shop(KEY, &[ORIGIN]).await;
        other.import_catalogue(BOOKS).await;
        let saved = TempDir::new().unwrap();
        for photo in before.iter().flat_map(|review| &review.photos) {
            let id = photo.url.split('/').nth(2).unwrap();
            let bytes = desk.world.anonymous().get(&photo.url).await;
            let name = saved.path().join(format!("{id}.jpg"));
            std::fs::write(name, bytes.bytes()).unwrap();
        }
        let (sum, said) = import(&other, &csv, &["--pictures", name(saved.path())]).await;
        assert_eq!(
            sum, "3 added, 0 changed, 0 unchanged, 0 rejected (3 pictures added)",
            "{said}"
        );
        if layout == "bookplate" {
            let world = other.open().await;
            let path = format!("/v1/books/{PRIDE}/reviews?sort=newest");
            let page: ReviewPage = shopper(&world).get(&path).await.json();
            assert_eq!(alts(&page.reviews), ["", "", "A page"]);
        }
    }
    assert!(desk.seen(EMMA).await.is_empty());
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}
