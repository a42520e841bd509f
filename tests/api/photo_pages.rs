//! Photos on the hosted page where a review is written, as a browser without any script sends them.

use crate::members::{LIN, PASSWORD};
use crate::review_pages::{open, own_in, reviews, submit, write_at};
use crate::shelf::PRIDE;
use bookplate_tests::actors::{Actor, Setup};
use bookplate_tests::pictures::{file, picture};
use bookplate_tests::reply::Reply;
use bookplate_tests::stories;
use image::ImageFormat;
use reqwest::Method;

stories!(
    photos_are_added_described_and_taken_out_without_any_script,
    a_form_with_files_is_taken_from_our_own_page_alone,
);

const BOUNDARY: &str = "------a-browsers-own";

/// Sends the form as a browser does that has files in it.
async fn send(
    browser: &Actor<'_>,
    site: &str,
    fields: &[(&str, &str)],
    files: &[(&str, Vec<u8>)],
) -> Reply {
    let mut body = Vec::new();
    let mut part = |head: &str, content: &[u8]| {
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n");
        body.extend(head.as_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    for (name, content) in files {
        part(&format!("name=\"files\"; filename=\"{name}\""), content);
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    let form = browser
        .clone()
        .with(
            "content-type",
            &format!("multipart/form-data; boundary={BOUNDARY}"),
        )
        .with("origin", browser.server())
        .with("sec-fetch-site", site);
    form.send_bytes(Method::POST, &write_at(PRIDE), body).await
}

fn jpeg() -> Vec<u8> {
    file(&picture(60, 40), ImageFormat::Jpeg)
}

/// The ids of the photos that stand in a form.
fn photos_in(html: &str) -> Vec<String> {
    let before = "name=\"photo\" value=\"";
    let ids = html.split(before).skip(1);
    ids.map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

async fn photos_are_added_described_and_taken_out_without_any_script(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    // Whoever is not signed in does that first, and what was written stays.
    let password = PASSWORD.replace(' ', "+");
    let form = format!("title=A+joy&body=Wit.&email={LIN}&password={password}&then=photos");
    let shown = submit(&guest, &write_at(PRIDE), "same-origin", &form).await;
    let html = shown.html();
    assert!(
        html.contains("value=\"A joy\"") && html.contains("type=\"file\""),
        "{html}"
    );
    assert!(html.contains("enctype=\"multipart/form-data\""), "{html}");
    let cookie = shown.header("set-cookie").split(';').next().unwrap();
    let lin = world.anonymous().with("cookie", cookie);
    // What is wrong with one of the files takes nothing of the others away.
    let fields = [
        ("title", "A joy"),
        ("body", "Wit."),
        ("author", "Lin"),
        ("language", "en"),
    ];
    let files = [
        ("a.jpg", jpeg()),
        ("notes.jpg", b"only words".to_vec()),
        ("", Vec::new()),
    ];
    let again = send(&lin, "same-origin", &fields, &files).await;
    let html = again.expect_status(422).text();
    assert!(
        html.contains("notes.jpg") && html.contains("rating-fault"),
        "{html}"
    );
    let [first] = &photos_in(html)[..] else {
        panic!("{html}")
    };
    // The first one as it is described now, and another one.
    let mut fields = fields.to_vec();
    fields.extend([("rating", "40"), ("photo", first), ("alt", "The spine")]);
    let sent = send(&lin, "same-origin", &fields, &[("b.png", jpeg())]).await;
    assert_eq!(sent.expect_status(303).status(), 303);
    let seen = reviews(&world).await.reviews;
    let alts: Vec<&str> = seen[0].photos.iter().map(|photo| &*photo.alt).collect();
    assert_eq!(alts, ["The spine", ""]);
    let own = lin.get(&write_at(PRIDE)).await;
    assert_eq!(photos_in(own.html()).len(), 2);
    let list = lin.get(&write_at("").replace("/?", "?")).await;
    assert_eq!(
        list.html().matches("class=\"photo\"").count(),
        2,
        "{}",
        list.text()
    );
    // A form of the shop's page has no photos, and takes none away.
    let other = submit(
        &lin,
        &write_at(PRIDE),
        "cross-site",
        "rating=30&title=Other",
    )
    .await;
    assert_eq!(photos_in(other.html()).len(), 2);
    let second = seen[0].photos[1].url.split('/').nth(2).unwrap();
    fields.extend([("photo", second), ("alt", ""), ("remove", first)]);
    fields.push(("own", own_in(&own)));
    send(&lin, "same-origin", &fields, &[])
        .await
        .expect_status(303);
    let seen = reviews(&world).await.reviews;
    assert_eq!(
        (seen[0].photos.len(), seen[0].photos[0].url.contains(second)),
        (1, true)
    );
    // Six are too many; those for which there is room are not lost.
    let files: Vec<_> = (0..5).map(|_| ("c.jpg", jpeg())).collect();
    let mut fields = fields[..5].to_vec();
    fields.extend([("photo", second), ("alt", "")]);
    let refused = send(&lin, "same-origin", &fields, &files).await;
    let html = refused.expect_status(422).text();
    assert!(html.contains("A review has at most 5 photos."), "{html}");
    assert_eq!(photos_in(html).len(), 5);
}

async fn a_form_with_files_is_taken_from_our_own_page_alone(setup: Setup) {
    let world = open(setup).await;
    let guest = world.anonymous();
    for site in ["cross-site", "same-site", "none"] {
        let sent = send(&guest, site, &[("title", "Bought")], &[("a.jpg", jpeg())]).await;
        assert_eq!(sent.status(), 403, "{site}");
    }
    // The file of a guest is nobody's.
    let shown = send(
        &guest,
        "same-origin",
        &[("title", "Mine")],
        &[("a.jpg", jpeg())],
    )
    .await;
    let html = shown.expect_status(422).text();
    assert!(html.contains("value=\"Mine\"") && photos_in(html).is_empty());
    let large = vec![0; 48 * 1024 * 1024];
    let refused = send(&guest, "same-origin", &[], &[("a.jpg", large)]).await;
    assert_eq!(refused.status(), 413);
}
