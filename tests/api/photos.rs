//! Photos on reviews: what is taken, what is kept of it, and who sees it.

use crate::desk::{Desk, decide, decision, one, own, show_at_once};
use crate::shelf::{KEY, ORIGIN, PRIDE, shopper};
use bookplate_store::reviews::{NewPhoto, PhotoRefusal};
use bookplate_store::{Db, Store};
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::pictures::{file, from_a_phone, head_of_png, picture, with_a_script};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use bookplate_tests::wait_until;
use bookplate_wire::privacy::Archive;
use bookplate_wire::reviews::holds::HoldReason;
use bookplate_wire::reviews::photos::{BYTES_MAX, Photo, WAITING_MAX};
use bookplate_wire::reviews::writing::{OwnReview, ReviewState};
use bookplate_wire::reviews::{ReviewPage, Summary};
use bookplate_wire::{Code, PhotoId};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::{Value, json};

stories!(
    a_photo_is_written_anew_and_nothing_else_of_the_file_is_kept,
    what_is_no_photo_or_too_large_is_refused_before_it_is_decoded,
    readers_see_a_photo_as_long_as_they_see_the_review,
    a_review_has_few_photos_and_only_its_authors_own,
    what_is_said_of_a_photo_is_looked_at_like_any_other_words,
    photos_go_with_their_authors_account,
    what_no_review_names_is_bounded_and_forgotten,
);

async fn send(customer: &Actor<'_>, kind: &str, file: Vec<u8>) -> Reply {
    let sender = customer.clone().with("content-type", kind);
    sender
        .send_bytes(Method::POST, "/v1/customer/photos", file)
        .await
}

async fn photo(customer: &Actor<'_>) -> Photo {
    let jpeg = file(&picture(60, 40), ImageFormat::Jpeg);
    send(customer, "image/jpeg", jpeg)
        .await
        .expect_status(201)
        .json()
}

fn text(photos: &[&Photo]) -> Value {
    let photos: Vec<Value> = photos
        .iter()
        .map(|photo| json!({ "id": photo.id, "alt": "My copy" }))
        .collect();
    json!({ "rating": 40, "body": "Beautifully bound.", "author": "Lin", "photos": photos })
}

async fn write(customer: &Actor<'_>, photos: &[&Photo]) -> OwnReview {
    let path = format!("/v1/books/{PRIDE}/reviews");
    customer
        .post(&path, &text(photos))
        .await
        .expect_status(201)
        .json()
}

async fn rewrite(customer: &Actor<'_>, review: &OwnReview, photos: &[&Photo]) -> Reply {
    let path = format!("/v1/customer/reviews/{}", review.id);
    customer.send_json(Method::PUT, &path, &text(photos)).await
}

fn has(bytes: &[u8], part: &str) -> bool {
    bytes
        .windows(part.len())
        .any(|window| window == part.as_bytes())
}

async fn a_photo_is_written_anew_and_nothing_else_of_the_file_is_kept(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    let anybody = desk.world.anonymous();
    let mut glass = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
    glass.put_pixel(0, 0, Rgba([9, 9, 9, 255]));
    let jpeg = ImageFormat::Jpeg;
    // What a file is called does not matter.
    for (kind, sent, size) in [
        (
            "image/jpeg",
            file(&picture(3_000, 1_500), jpeg),
            (2_048, 1_024),
        ),
        ("image/jpeg", from_a_phone(60, 40), (40, 60)),
        ("image/jpeg", with_a_script(60, 40), (60, 40)),
        (
            "image/jpeg",
            file(&glass.into(), ImageFormat::Png),
            (40, 40),
        ),
        (
            "image/png",
            file(&picture(60, 40), ImageFormat::WebP),
            (60, 40),
        ),
        (
            "application/octet-stream",
            file(&picture(60, 40), ImageFormat::Png),
            (60, 40),
        ),
    ] {
        let photo: Photo = send(&lin, kind, sent.clone())
            .await
            .expect_status(201)
            .json();
        assert_eq!((photo.width, photo.height), size);
        let seen = anybody.get(&photo.url).await;
        for (header, value) in [
            ("content-type", "image/jpeg"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("cache-control", "private, max-age=600"),
        ] {
            assert_eq!(seen.expect_status(200).header(header), value);
        }
        for part in ["Exif", "GPS", "<script", "ICC_PROFILE"] {
            assert!(!has(seen.bytes(), part), "{part}");
        }
        let shown = image::load_from_memory_with_format(seen.bytes(), jpeg).unwrap();
        assert_eq!((shown.width(), shown.height()), size);
        let shown = shown.into_rgb8();
        let colours = [
            shown[(1, 1)].0,
            shown[(1, size.1 - 2)].0,
            shown[(size.0 - 2, 1)].0,
        ];
        let name = |[red, green, blue]: [u8; 3]| match (red, green, blue) {
            (150.., ..100, ..100) => "red",
            (..100, ..100, 150..) => "blue",
            (200.., 200.., 200..) => "white",
            _ => "other",
        };
        let expected = if has(&sent, "GPS") {
            ["red", "blue", "red"]
        } else if size == (40, 40) {
            ["white"; 3]
        } else {
            ["red", "red", "blue"]
        };
        assert_eq!(colours.map(name), expected, "{colours:?}");
        let square = anybody.get(&photo.thumbnail).await;
        let square = image::load_from_memory(square.expect_status(200).bytes()).unwrap();
        assert_eq!(square.width(), square.height());
        assert!(square.width() <= 256);
        // Who has it need not fetch it again.
        let tag = seen.header("etag").to_owned();
        let again = anybody.clone().with("if-none-match", &tag);
        assert_eq!(again.get(&photo.url).await.status(), 304);
    }
}

async fn what_is_no_photo_or_too_large_is_refused_before_it_is_decoded(setup: Setup) {
    let desk = Desk::open(setup).await;
    let jpeg = file(&picture(60, 40), ImageFormat::Jpeg);
    let mut long = jpeg.clone();
    long.resize(BYTES_MAX + 1, 0);
    let unreadable = Code::PhotoUnreadable;
    let wrong: [(&str, Vec<u8>, Code); 11] = [
        ("image/jpeg", Vec::new(), unreadable),
        (
            "image/jpeg",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".into(),
            unreadable,
        ),
        (
            "image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".into(),
            unreadable,
        ),
        (
            "image/jpeg",
            b"<!doctype html><script>alert(1)</script>".into(),
            unreadable,
        ),
        ("image/gif", b"GIF89a\x01\0\x01\0\0\0\0;".into(), unreadable),
        ("image/jpeg", jpeg[..30].into(), unreadable),
        ("image/png", head_of_png(100, 100, 8), unreadable),
        (
            "image/png",
            head_of_png(8_200, 5_000, 8),
            Code::PhotoTooLarge,
        ),
        (
            "image/png",
            head_of_png(u32::MAX >> 1, u32::MAX >> 1, 8),
            Code::PhotoTooLarge,
        ),
        ("image/jpeg", long, Code::PhotoTooLarge),
        ("text/plain", jpeg.clone(), Code::MediaTypeUnsupported),
    ];
    let (first, second) = (desk.customer("lin").await, desk.customer("ben").await);
    // A customer can send only so many at once.
    for (at, (kind, file, code)) in wrong.into_iter().enumerate() {
        let customer = if at < 6 { &first } else { &second };
        let problem = send(customer, kind, file).await.problem();
        assert_eq!(problem.code, code, "{at}: {kind}");
    }
    // As many pixels as can be, and more of each than any camera's file has.
    let deep = send(&second, "image/png", head_of_png(6_300, 6_300, 16)).await;
    assert_eq!(deep.problem().code, Code::PhotoTooLarge);
    let nobody = shopper(&desk.world);
    let refused = send(&nobody, "image/jpeg", jpeg.clone()).await.problem();
    assert_eq!(refused.code, Code::SessionRequired);
    let kept = "DELETE FROM review_photos WHERE id <> ''";
    assert_eq!(desk.say(kept).await.unwrap(), 0);
    // Who sends very many has to wait.
    let dan = desk.customer("dan").await;
    let too_fast = async || {
        let problem = send(&dan, "image/jpeg", b"none".into()).await.problem();
        problem.code == Code::RateLimited && problem.retry_after.is_some()
    };
    wait_until("a customer has sent too many", too_fast).await;
}

async fn readers_see_a_photo_as_long_as_they_see_the_review(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    let lin = desk.customer("lin").await;
    let (first, second) = (photo(&lin).await, photo(&lin).await);
    let review = write(&lin, &[&second, &first]).await;
    let ids = |photos: &[Photo]| -> Vec<PhotoId> {
        photos.iter().map(|photo| photo.id.clone()).collect()
    };
    let in_order = [second.id.clone(), first.id.clone()];
    assert_eq!(ids(&review.photos), in_order);
    assert_eq!(review.photos[0].alt, "My copy");
    let public = format!("/photos/{}/photo", first.id);
    let status = async |path: &str| desk.world.anonymous().get(path).await.status();
    // While it waits, its author and the staff see it, by addresses that nobody can guess.
    assert_eq!(status(&public).await, 404);
    let looked_at = one(&olga, &review.id).await;
    assert_eq!(ids(&looked_at.photos), in_order);
    assert_eq!(status(&looked_at.photos[1].url).await, 200);
    assert_eq!(looked_at.photos[1].url, first.url);
    let guess = format!("/photos/{}/{}/photo", first.id, "0".repeat(32));
    assert_eq!(status(&guess).await, 404);
    let approve = [decision(&review.id, 1, "approve")];
    decide(&olga, &approve).await.expect_status(204);
    let seen = desk.seen(PRIDE).await;
    assert_eq!((seen[0].photos.len(), &seen[0].photos[1].url), (2, &public));
    let shown = desk.world.anonymous().get(&public).await;
    assert_eq!(
        shown.expect_status(200).header("cache-control"),
        "public, max-age=600"
    );
    let path = format!("/v1/books/{PRIDE}/reviews?photos=true");
    let filtered: ReviewPage = shopper(&desk.world).get(&path).await.json();
    assert_eq!(filtered.reviews.len(), 1);
    let summary = async || -> Summary {
        let path = format!("/v1/books/{PRIDE}/rating");
        shopper(&desk.world).get(&path).await.json()
    };
    assert_eq!(summary().await.photos, 1);
    let fragment = format!("/v1/fragments.html?lang=en&w=reviews/{PRIDE}");
    let html = shopper(&desk.world).get(&fragment).await;
    assert!(html.text().contains(&public), "{}", html.text());
    // Another version without it waits; readers still see the one before.
    rewrite(&lin, &review, &[&second]).await.expect_status(200);
    assert_eq!(status(&public).await, 200);
    let looked_at = one(&olga, &review.id).await;
    assert_eq!(
        (looked_at.photos.len(), looked_at.earlier[0].photos.len()),
        (1, 2)
    );
    decide(&olga, &[decision(&review.id, 2, "approve")])
        .await
        .expect_status(204);
    assert_eq!(status(&public).await, 404);
    let public = format!("/photos/{}/photo", second.id);
    assert_eq!(status(&public).await, 200);
    // Refused, it is gone at once, but for its author and the staff.
    decide(&olga, &[decision(&review.id, 2, "refuse")])
        .await
        .expect_status(204);
    assert_eq!(
        (status(&public).await, status(&second.url).await),
        (404, 200)
    );
    assert_eq!(summary().await.photos, 0);
    desk.recount().await;
    let path = format!("/v1/customer/reviews/{}", review.id);
    lin.send(Method::DELETE, &path).await.expect_status(204);
    for gone in [&first.url, &second.url, &second.thumbnail] {
        assert_eq!(status(gone).await, 404);
    }
    desk.recount().await;
}

async fn a_review_has_few_photos_and_only_its_authors_own(setup: Setup) {
    let desk = Desk::open(setup).await;
    let (lin, ben) = (desk.customer("lin").await, desk.customer("ben").await);
    let path = format!("/v1/books/{PRIDE}/reviews");
    let mut six = Vec::new();
    for _ in 0..6 {
        six.push(photo(&lin).await);
    }
    let all: Vec<&Photo> = six.iter().collect();
    for wrong in [&all[..], &[all[0], all[0]]] {
        let problem = lin.post(&path, &text(wrong)).await.problem();
        let found = (problem.code, problem.field.as_deref());
        assert_eq!(found, (Code::FieldInvalid, Some("photos")));
    }
    // Another's photo, and one that is none.
    let bens = photo(&ben).await;
    let mut none = bens.clone();
    none.id = PhotoId::from_digits("0".repeat(32)).unwrap();
    for other in [&bens, &none] {
        let problem = lin.post(&path, &text(&[all[0], other])).await.problem();
        let found = (problem.code, problem.field.as_deref());
        assert_eq!(found, (Code::PhotoNotFound, Some("photos[1].id")));
    }
    let others = format!("/v1/customer/photos/{}", bens.id);
    assert_eq!(lin.send(Method::DELETE, &others).await.status(), 404);
    // Nothing of what was refused is kept: the photo can still be used.
    let review = write(&lin, &all[..5]).await;
    let same: OwnReview = rewrite(&lin, &review, &all[..5]).await.json();
    assert_eq!(same, review);
    let fewer: OwnReview = rewrite(&lin, &review, &[all[4], all[0]]).await.json();
    assert_eq!((fewer.photos.len(), &fewer.photos[0].id), (2, &all[4].id));
    // One of a review is deleted with that, and by nothing else.
    let used = format!("/v1/customer/photos/{}", all[1].id);
    assert_eq!(lin.send(Method::DELETE, &used).await.status(), 404);
    let unused = format!("/v1/customer/photos/{}", all[5].id);
    lin.send(Method::DELETE, &unused).await.expect_status(204);
    assert_eq!(desk.world.anonymous().get(&all[5].url).await.status(), 404);
    // Of another review of hers it cannot become a part either.
    let emma = format!("/v1/books/{}/reviews", crate::shelf::EMMA);
    let problem = lin.post(&emma, &text(&[all[0]])).await.problem();
    assert_eq!(problem.code, Code::PhotoNotFound);
}

async fn what_is_said_of_a_photo_is_looked_at_like_any_other_words(setup: Setup) {
    let desk = Desk::open(setup).await;
    let olga = desk.olga().await;
    show_at_once(&olga).await;
    let lin = desk.customer("lin").await;
    let mut text = text(&[&photo(&lin).await, &photo(&lin).await]);
    text["photos"][1]["alt"] = json!("More <b>at</b> shop.example.com");
    let path = format!("/v1/books/{PRIDE}/reviews");
    let written = lin.post(&path, &text).await;
    let review: OwnReview = written.expect_status(201).json();
    assert_eq!(review.state, ReviewState::Pending);
    let holds = one(&olga, &review.id).await.holds;
    assert_eq!(
        (holds[0].reason, &*holds[0].found[0]),
        (HoldReason::Link, "shop.example.com")
    );
    // The staff reads it, in this version and once it is an earlier one.
    let words =
        "<p class=\"on-photo\" dir=\"auto\">More &lt;b&gt;at&lt;/b&gt; shop.example.com</p>";
    let console = format!("/console/shops/{}/reviews", olga.shop());
    for _ in 0..2 {
        let page = olga.browser.get(&console).await;
        assert!(page.html().contains(words), "{}", page.text());
        text["photos"][1]["alt"] = json!("");
        let path = format!("/v1/customer/reviews/{}", review.id);
        let again = lin.send_json(Method::PUT, &path, &text).await;
        again.expect_status(200);
    }
}

async fn photos_go_with_their_authors_account(setup: Setup) {
    let desk = Desk::open(setup).await;
    show_at_once(&desk.olga().await).await;
    let lin = desk.customer("lin").await;
    let (used, unused) = (photo(&lin).await, photo(&lin).await);
    write(&lin, &[&used]).await;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.photos.len(), 2);
    let server = lin.server().to_owned();
    for photo in archive.photos.iter().chain(&archive.reviews[0].photos) {
        let path = photo.url.strip_prefix(&server).unwrap();
        desk.world.anonymous().get(path).await.expect_status(200);
    }
    let wish = json!({ "reviews": "keep_anonymous" });
    let gone = lin.send_json(Method::DELETE, "/v1/customer", &wish).await;
    gone.expect_status(204);
    // The words stay, and the pictures, which can show a person, do not.
    let seen = desk.seen(PRIDE).await;
    assert_eq!((seen.len(), seen[0].photos.len()), (1, 0));
    let public = format!("/photos/{}/photo", used.id);
    for path in [&public, &used.url, &unused.url] {
        assert_eq!(desk.world.anonymous().get(path).await.status(), 404);
    }
    desk.recount().await;
}

async fn what_no_review_names_is_bounded_and_forgotten(setup: Setup) {
    let desk = Desk::open(setup).await;
    let lin = desk.customer("lin").await;
    let used = photo(&lin).await;
    write(&lin, &[&used]).await;
    let customer = own_id(&lin).await;
    let store = Store::open(desk.world.setup().database_url())
        .await
        .unwrap();
    let fill = move |db: &mut Db| {
        let shop = db.shop_by_key(KEY)?.unwrap().id;
        for _ in 0..WAITING_MAX {
            let small = NewPhoto {
                width: 1,
                height: 1,
                photo: vec![0, 255, 0],
                thumbnail: Vec::new(),
            };
            db.put_photo(&shop, &customer, small)?.unwrap();
        }
        Ok::<_, bookplate_store::StoreError>(PhotoRefusal::TooMany)
    };
    store.write(fill).await.unwrap();
    let jpeg = file(&DynamicImage::new_rgb8(9, 9), ImageFormat::Jpeg);
    let refused = send(&lin, "image/jpeg", jpeg).await.problem();
    assert_eq!(refused.code, Code::PhotoLimit);
    // A day later.
    desk.say("UPDATE review_photos SET uploaded_at = uploaded_at - 86400001")
        .await
        .unwrap();
    store.write(Db::forget_what_has_ended).await.unwrap();
    store.close().await;
    let archive: Archive = lin.get("/v1/customer/archive").await.json();
    assert_eq!(archive.photos.len(), 1);
    assert_eq!(own(&lin).await.photos[0].id, used.id);
    assert_eq!(
        desk.world.page(ORIGIN, KEY).get(&used.url).await.status(),
        200
    );
}

async fn own_id(customer: &Actor<'_>) -> bookplate_wire::CustomerId {
    let said: Value = customer.get("/v1/customer").await.json();
    said["id"].as_str().unwrap().parse().unwrap()
}
