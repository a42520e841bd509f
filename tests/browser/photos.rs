//! Photos on reviews in `<bookplate-reviews>`: chosen, dropped, sent, and looked at in large.

use crate::stage::Build;
use crate::writing::{Shop, expect_to_fit};
use bookplate_tests::browser::{Browser, Key, Shadow};
use bookplate_tests::pictures::{file, from_a_phone, picture};
use bookplate_tests::wait_until;
use data_encoding::BASE64;
use image::ImageFormat;
use tempfile::TempDir;

bookplate_tests::browser_stories!(
    photos_are_chosen_dropped_and_sent_and_readers_look_at_them,
    photos_fit_a_phone_and_stay_in_the_draft,
);

/// A shop whose pages allow pictures of their own and of the server, and no others.
pub async fn open() -> Shop {
    let shop = Shop::open(Build::Release).await;
    let pages = &shop.stage.pages;
    pages.change_policy(|policy| policy.replace(" data:", ""));
    shop
}

pub fn put(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Lets something fall into the form, as it does when it is dragged there from a folder.
async fn let_fall(reviews: &Shadow, name: &str, content: &[u8]) {
    let content = BASE64.encode(content);
    let fall = format!(
        "void ((data) => {{ \
           data.items.add(new File([Uint8Array.from(atob('{content}'), (c) => c.charCodeAt())], '{name}', {{ type: 'image/png' }})); \
           root.querySelector('.drop').dispatchEvent(new DragEvent('drop', {{ dataTransfer: data, bubbles: true, cancelable: true }})); \
         }})(new DataTransfer())"
    );
    reviews.evaluate::<()>(&fall).await;
}

/// Waits until so many pictures that `css` finds are there to be seen.
pub async fn wait_for_pictures(reviews: &Shadow, css: &str, count: usize) {
    let seen = format!(
        "((all) => all.length === {count} && all.every((one) => one.naturalWidth > 0))\
         ([...root.querySelectorAll('{css}')].map((one) => (one.loading = 'eager', one)))"
    );
    reviews.wait_for(&seen).await;
}

async fn focus(reviews: &Shadow, css: &str) {
    reviews
        .evaluate::<()>(&format!("void root.querySelector('{css}').focus()"))
        .await;
}

async fn photos_are_chosen_dropped_and_sent_and_readers_look_at_them(browser: Browser) {
    let shop = open().await;
    let folder = TempDir::new().unwrap();
    let reviews = shop.sign_in(&browser).await;
    reviews.click(".writing > summary").await;
    reviews.wait_for_count(".write [type=file]", 1).await;
    let two = [
        put(&folder, "notes.jpg", b"only words"),
        put(&folder, "spine.jpg", &from_a_phone(600, 400)),
    ];
    reviews
        .type_into(".write [type=file]", &two.join("\n"))
        .await;
    wait_for_pictures(&reviews, ".chosen img", 1).await;
    let words = "notes.jpg: This is not a picture that we can read. Please use JPEG, PNG or WebP.";
    reviews.wait_for_text(".chosen .fault", words).await;
    let png = file(&picture(300, 300), ImageFormat::Png);
    let_fall(&reviews, "page.png", &png).await;
    wait_for_pictures(&reviews, ".chosen img", 2).await;
    // What was refused takes no photo's place.
    reviews
        .wait_for_count(".chosen li:nth-child(3) [data-photo]", 1)
        .await;
    reviews
        .click(".chosen li:nth-child(3) [data-photo=remove]")
        .await;
    reviews.wait_for_count(".chosen li", 2).await;
    reviews
        .type_into(".chosen li:nth-child(2) [name=alt]", "My favourite page")
        .await;
    // By the keyboard to the front.
    focus(&reviews, ".chosen li:nth-child(2) [data-photo=earlier]").await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for("root.querySelector('.chosen li [name=alt]').value === 'My favourite page'")
        .await;
    reviews
        .wait_for("root.activeElement.closest('li') === root.querySelector('.chosen li')")
        .await;
    reviews.click(".rate label:nth-child(4)").await;
    reviews.type_into("#title", "Beautifully bound").await;
    reviews.click(".write button[type=submit]").await;
    reviews.wait_for_count(".writing-news .sent", 1).await;
    wait_for_pictures(&reviews, ".own .photo img", 2).await;
    assert_eq!(shop.approve().await, 1);
    let seen = async || {
        shop.visit(&browser).await;
        let sorted = "void (root.querySelector('[name=sort]').value = 'newest', \
                      root.querySelector('[name=sort]').dispatchEvent(new Event('change', { bubbles: true })))";
        reviews.evaluate::<()>(sorted).await;
        reviews
            .wait_for("root.querySelector('.results').ariaBusy !== 'true'")
            .await;
        reviews.count(".results .photo").await == 2
    };
    wait_until("readers see the photos", seen).await;
    wait_for_pictures(&reviews, ".results .photo img", 2).await;
    focus(&reviews, ".results .photo").await;
    browser.press(Key::Enter).await;
    reviews
        .wait_for_text(".lightbox[open] .place", "1 / 2")
        .await;
    reviews
        .wait_for_text(".lightbox .caption", "My favourite page")
        .await;
    wait_for_pictures(&reviews, ".lightbox img", 1).await;
    for (key, place) in [
        (Key::Right, "2 / 2"),
        (Key::Right, "1 / 2"),
        (Key::Left, "2 / 2"),
    ] {
        browser.press(key).await;
        reviews.wait_for_text(".lightbox .place", place).await;
    }
    // The one from the phone stands upright.
    reviews
        .wait_for("((one) => one.naturalHeight === 600 && one.naturalWidth === 400)(root.querySelector('.lightbox img'))")
        .await;
    // Focus stays inside.
    for _ in 0..5 {
        browser.press(Key::Tab).await;
        let inside = "!root.activeElement || !!root.activeElement.closest('.lightbox')";
        assert!(reviews.evaluate::<bool>(inside).await);
    }
    let swipe = "void ['pointerdown', 'pointerup'].forEach((kind, at) => root.querySelector('.lightbox img').dispatchEvent(\
                   new PointerEvent(kind, { clientX: 200 - 90 * at, pointerType: 'touch', bubbles: true })))";
    reviews.evaluate::<()>(swipe).await;
    reviews.wait_for_text(".lightbox .place", "1 / 2").await;
    browser.press(Key::Escape).await;
    reviews.wait_for_count(".lightbox", 0).await;
    reviews
        .wait_for("root.activeElement === root.querySelector('.results .photo')")
        .await;
    assert_eq!(browser.violations().await, [] as [String; 0]);
    // Last, because axe puts styles into the page that its policy refuses.
    browser.press(Key::Enter).await;
    reviews.wait_for_count(".lightbox[open]", 1).await;
    assert_eq!(browser.axe("bookplate-reviews").await, "");
}

async fn photos_fit_a_phone_and_stay_in_the_draft(browser: Browser) {
    let shop = open().await;
    browser.viewport(390, 844).await;
    let folder = TempDir::new().unwrap();
    let reviews = shop.sign_in(&browser).await;
    reviews.click(".writing > summary").await;
    reviews.wait_for_count(".write [type=file]", 1).await;
    let many: Vec<String> = (0..5)
        .map(|at| put(&folder, &format!("{at}.jpg"), &from_a_phone(600, 400)))
        .collect();
    reviews
        .type_into(".write [type=file]", &many.join("\n"))
        .await;
    wait_for_pictures(&reviews, ".chosen img", 5).await;
    let_fall(&reviews, "sixth.jpg", &from_a_phone(600, 400)).await;
    reviews
        .wait_for_text("#photos-fault", "A review has at most 5 photos.")
        .await;
    reviews
        .type_into(".chosen li [name=alt]", "The cover")
        .await;
    let targets = "[...root.querySelectorAll('.writing-photos :is(button, label.button)')]";
    expect_to_fit(&reviews, ".writing-photos *", targets).await;
    assert_eq!(browser.axe("bookplate-reviews").await, "");
    shop.visit(&browser).await;
    reviews.click(".writing > summary").await;
    wait_for_pictures(&reviews, ".chosen img", 5).await;
    reviews
        .wait_for("root.querySelector('.chosen [name=alt]').value === 'The cover'")
        .await;
    reviews.click("[data-discard]").await;
    reviews.wait_for_count(".chosen li", 0).await;
}
