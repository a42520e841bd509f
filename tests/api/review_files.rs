//! Reviews that come from a file, and the file that they are taken along in.

use crate::desk::Desk;
use crate::review_writing::{Shop, text, write};
use crate::shelf::{BOOKS, KEY, ORIGIN, PRIDE, REVIEWS, shopper};
use bookplate_tests::actors::{Setup, World};
use bookplate_tests::stories;
use bookplate_wire::audit::{Action, AuditPage};
use bookplate_wire::reviews::writing::OwnReviews;
use bookplate_wire::reviews::{Review, ReviewPage};
use bookplate_wire::staff::Role;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

stories!(
    a_dry_run_tells_what_would_be_written_and_writes_nothing,
    what_was_exported_is_read_again,
    a_review_apps_file_brings_answers_and_authors,
    the_staff_takes_the_reviews_along,
);

/// What a spreadsheet would take for a formula.
const FORMULA: &str = "=cmd|\" /C calc\"!A0";

async fn shown(world: &World) -> Vec<Review> {
    let path = format!("/v1/books/{PRIDE}/reviews?sort=newest&limit=100");
    let page: ReviewPage = shopper(world).get(&path).await.json();
    page.reviews
}

/// What a dry run of importing `content` says: its sum, and all else.
async fn rehearse(setup: &mut Setup, kind: &str, content: &str) -> (String, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let arguments = ["import", kind, file.path().to_str().unwrap(), "--dry-run"];
    let done = setup.program().run(&arguments).await.unwrap();
    (done.stdout, done.stderr)
}

async fn a_dry_run_tells_what_would_be_written_and_writes_nothing(mut setup: Setup) {
    setup.shop(KEY, &[ORIGIN]).await;
    let (sum, said) = rehearse(&mut setup, "catalogue", BOOKS).await;
    assert!(
        sum.starts_with("3 added, 0 changed, 0 unchanged, 0 rejected"),
        "{sum}"
    );
    assert!(said.contains("nothing of this was written"), "{said}");
    // No book was: all reviews are of unknown ones.
    let (sum, said) = rehearse(&mut setup, "reviews", REVIEWS).await;
    assert!(
        sum.starts_with("0 added, 0 changed, 0 unchanged, 5 rejected"),
        "{sum}"
    );
    assert!(
        said.contains("line 2: isbn: the shop's catalogue has no book"),
        "{said}"
    );
    setup.import_catalogue(BOOKS).await;
    let wrong = REVIEWS.replace("r2,9780141439518,2", "r2,9780141439518,7");
    let wrong = wrong.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},colour\n"),
        _ => format!("{line},red\n"),
    });
    let wrong: String = wrong.collect();
    let (sum, said) = rehearse(&mut setup, "reviews", &wrong).await;
    assert!(
        sum.starts_with("4 added, 0 changed, 0 unchanged, 1 rejected"),
        "{sum}"
    );
    assert!(
        said.contains("line 3: rating: a rating is 0.5 to 5"),
        "{said}"
    );
    assert!(said.contains("columns that are not read: colour"), "{said}");
    let world = setup.open().await;
    assert!(shown(&world).await.is_empty());
}

async fn what_was_exported_is_read_again(setup: Setup) {
    let shop = Shop::open(setup).await;
    let setup = shop.world.setup();
    let with_answer = REVIEWS.replacen("votes\n", "votes,answer,answered_at\n", 1);
    let lines = with_answer.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line}\n"),
        1 => format!("{line},Thank you!,2024-01-03\n"),
        _ => format!("{line},,\n"),
    });
    setup.import_reviews(&lines.collect::<String>()).await;
    let lin = shop.customer("lin").await;
    let mut words = text(40, FORMULA);
    words["body"] = json!("'=1+1\n\n- wit; =A1\n\"and\", commas");
    words["author"] = json!("＠lin");
    write(&lin, &words).await;
    // Who gives no name has a review all the same.
    let mei = shop.customer("mei").await;
    let mut nameless = text(30, "Fine");
    nameless["author"] = json!("");
    nameless["notes"] =
        json!({ "warnings": ["war", "death"], "moods": ["dark", "dark"], "pace": "slow" });
    nameless["incentivised"] = json!(true);
    let review = write(&mei, &nameless).await;
    nameless["body"] = json!("Changed.");
    let path = format!("/v1/customer/reviews/{}", review.id);
    let changed = mei.send_json(Method::PUT, &path, &nameless).await;
    changed.expect_status(200);
    let first = shop
        .reviews()
        .await
        .into_iter()
        .find(|review| review.author == "Ann");
    let vote = format!("/v1/reviews/{}/vote", first.unwrap().id);
    let voted = lin
        .send_json(Method::PUT, &vote, &json!({ "helpful": true }))
        .await;
    voted.expect_status(200);
    let before = shop.reviews().await;

    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ours.csv");
    let file = file.to_str().unwrap();
    let ours = file;
    setup.run(&["export", "reviews", file]).await;
    let content = std::fs::read_to_string(file).unwrap();
    assert!(
        content.starts_with("\u{feff}id,isbn,book,rating,"),
        "{content}"
    );
    assert!(
        content.contains("\"'=cmd|\"\" /C calc\"\"!A0\""),
        "{content}"
    );
    assert!(
        content.contains("\"''=1+1\n\n'- wit;' =A1") && content.contains("'＠lin"),
        "{content}"
    );
    let sum = setup.run(&["import", "reviews", file]).await;
    assert!(
        sum.starts_with("0 added, 0 changed, 7 unchanged, 0 rejected"),
        "{sum}"
    );
    assert_eq!(shop.reviews().await, before);
    shop.doctor().await;
    // Somebody votes, and it is read once more: no vote counts twice.
    let cem = shop.customer("cem").await;
    let voted = cem
        .send_json(Method::PUT, &vote, &json!({ "helpful": true }))
        .await;
    voted.expect_status(200);
    let voted = shop.reviews().await;
    setup.run(&["import", "reviews", file]).await;
    assert_eq!(shop.reviews().await, voted);
    let gone = cem.send(Method::DELETE, &vote).await;
    gone.expect_status(200);

    // Another shop reads it, in either layout, as it was written.
    let app = folder.path().join("app.csv");
    let app = app.to_str().unwrap();
    setup
        .run(&["export", "reviews", app, "--layout", "app"])
        .await;
    let header = std::fs::read_to_string(app).unwrap();
    assert!(
        header.starts_with(
            "title,body,rating,review_date,reviewer_name,reviewer_email,product_handle,"
        ),
        "{header}"
    );
    // Of what that layout does not have, nothing is lost.
    let before = shop.reviews().await;
    let sum = setup.run(&["import", "reviews", app]).await;
    assert!(
        sum.starts_with("0 added, 0 changed, 7 unchanged, 0 rejected"),
        "{sum}"
    );
    assert_eq!(shop.reviews().await, before);
    for file in [file, app] {
        let other = Setup::new(setup.database().kind()).await;
        other.shop(KEY, &[ORIGIN]).await;
        other.import_catalogue(BOOKS).await;
        let sum = other.run(&["import", "reviews", file]).await;
        assert!(
            sum.starts_with("7 added, 0 changed, 0 unchanged, 0 rejected"),
            "{sum}"
        );
        let world = other.open().await;
        let told = |review: &Review| {
            let answer = review.answer.clone();
            (
                review.title.clone(),
                review.body.clone(),
                review.author.clone(),
                review.rating,
                answer,
            )
        };
        let read = shown(&world).await;
        assert_eq!(
            read.iter().map(told).collect::<Vec<_>>(),
            before.iter().map(told).collect::<Vec<_>>()
        );
        // A label is told in either, and all else in ours.
        let more = |review: &Review| (review.notes.clone(), review.edited_at);
        for (read, before) in read.iter().zip(&before) {
            assert_eq!(read.incentivised, before.incentivised);
            let same = more(read) == more(before) && read.language == before.language;
            assert!(same || file != ours, "{read:?} was {before:?}");
        }
    }
}

async fn a_review_apps_file_brings_answers_and_authors(setup: Setup) {
    let shop = Shop::open(setup).await;
    let setup = shop.world.setup();
    // She is known by her address; nobody is known by the other one, and of it nothing is kept.
    let lin = shop.customer("lin").await;
    let file = format!(
        "title,body,rating,review_date,reviewer_name,reviewer_email,product_handle,reply\n\
         A joy,Wit.,5,2024-01-01,Lin,Lin@Example.com,pride-and-prejudice-{PRIDE},Thank you!\n\
         Slow,Balls.,2,2024-01-02,Ben,ben@example.com,pride-and-prejudice-{PRIDE},\n"
    );
    let sum = setup.import_reviews(&file).await;
    assert!(sum.starts_with("2 added"), "{sum}");
    let answers: Vec<_> = shop
        .reviews()
        .await
        .into_iter()
        .map(|review| review.answer)
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers, ["", "Thank you!"]);
    let own: OwnReviews = lin.get("/v1/customer/reviews").await.json();
    assert_eq!(own.reviews.len(), 1);
    assert_eq!(own.reviews[0].title, "A joy");
    shop.sell("A-1", json!({ "external_id": "lin" }), PRIDE)
        .await;
    shop.verified(1).await;
    // Ben becomes a customer, and reading the file again finds him.
    let ben = shop.customer("ben").await;
    let own: OwnReviews = ben.get("/v1/customer/reviews").await.json();
    assert!(own.reviews.is_empty());
    let sum = setup.import_reviews(&file).await;
    assert!(sum.starts_with("0 added, 1 changed, 1 unchanged"), "{sum}");
    let own: OwnReviews = ben.get("/v1/customer/reviews").await.json();
    assert_eq!(own.reviews.len(), 1);
    shop.doctor().await;
}

async fn the_staff_takes_the_reviews_along(setup: Setup) {
    let desk = Desk::open(setup).await;
    desk.world.setup().import_reviews(REVIEWS).await;
    let olga = desk.olga().await;
    let mo = olga.hire(&desk.world, "mo@shop.example", Role::Agent).await;
    let refused = mo.browser.get(&mo.path("reviews/export")).await;
    refused.expect_status(403);
    let page = format!("/console/shops/{}/reviews", mo.shop());
    mo.browser
        .get(&format!("{page}.csv"))
        .await
        .expect_status(403);
    assert!(!mo.browser.get(&page).await.html().contains("reviews.csv"));
    assert!(
        olga.browser
            .get(&page)
            .await
            .html()
            .contains(&format!("{page}.csv?layout=app"))
    );
    for path in [
        olga.path("reviews/export?layout=app"),
        format!("{page}.csv?layout=app"),
    ] {
        let file = olga.browser.get(&path).await;
        file.expect_status(200);
        assert!(file.header("content-type").starts_with("text/csv"));
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; filename=\"reviews-2")
        );
        assert_eq!(file.header("cache-control"), "no-store");
        assert_eq!(file.text().lines().count(), 6);
    }
    let problem = olga
        .browser
        .get(&olga.path("reviews/export?layout=pdf"))
        .await
        .problem();
    assert_eq!(problem.field.as_deref(), Some("layout"));
    let log: AuditPage = olga.browser.get(&olga.path("audit")).await.json();
    let taken = log
        .entries
        .iter()
        .filter(|entry| entry.action == Action::Exported);
    assert_eq!(taken.count(), 2);
}
