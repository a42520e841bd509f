//! A shop's reviews as CSV: in our own layout, which `bookplate import reviews` reads, and in that of review apps.

use crate::api::{read_query, unknown_parameter};
use crate::app::App;
use crate::audit::note_export;
use crate::reply::Failure;
use crate::staff::access::Here;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::Method;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bookplate_import::{APP_COLUMNS, guarded};
use bookplate_store::reviews::{ExportPlace, ExportedReview};
use bookplate_store::{Db, Store, StoreError};
use bookplate_wire::reviews::moderation::ExportLayout;
use bookplate_wire::reviews::notes::Pace;
use bookplate_wire::{Code, Problem, ShopId};
use jiff::Timestamp;

/// How many reviews are read at a time.
const BATCH: u32 = 500;

/// All reviews of a shop that readers see, in lines of CSV.
pub(crate) struct Export {
    store: Store,
    shop: ShopId,
    layout: ExportLayout,
    /// The server's address, which those of photos begin with.
    public_url: Option<String>,
    next: Next,
}

enum Next {
    Header,
    Reviews(Option<ExportPlace>),
    Nothing,
}

impl Export {
    /// Nothing has been read yet. Without the server's address the file names no photos.
    pub(crate) fn new(
        store: Store,
        shop: ShopId,
        layout: ExportLayout,
        public_url: Option<String>,
    ) -> Self {
        let next = Next::Header;
        Self {
            store,
            shop,
            layout,
            public_url,
            next,
        }
    }

    /// The next lines, if there are any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn lines(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let begins = matches!(self.next, Next::Header);
        match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Header => {
                write(
                    &mut out,
                    header(self.layout).iter().map(|name| (*name).to_owned()),
                );
                self.next = Next::Reviews(None);
            }
            Next::Reviews(after) => {
                let shop = self.shop.clone();
                let read = move |db: &mut Db| db.export_reviews(&shop, after.as_ref(), BATCH);
                let (reviews, place) = self.store.read(read).await?;
                for review in &reviews {
                    let pictures = self.pictures(review);
                    let cells = row(self.layout, review, pictures);
                    write(&mut out, cells.into_iter());
                }
                if place.is_some() {
                    self.next = Next::Reviews(place);
                }
            }
            Next::Nothing => return Ok(None),
        }
        let mut lines = out.into_inner().unwrap_or_default();
        if begins && self.layout == ExportLayout::Bookplate {
            // By this mark alone a spreadsheet takes a file for UTF-8. Review apps might take it for a part of the
            // first column's name.
            lines.splice(0..0, *b"\xef\xbb\xbf");
        }
        Ok(Some(lines))
    }

    /// The addresses of a review's photos.
    fn pictures(&self, review: &ExportedReview) -> String {
        let Some(public_url) = &self.public_url else {
            return String::new();
        };
        let photos = review.photos.iter();
        let addresses = photos.map(|photo| format!("{public_url}{}", photo.url));
        addresses.collect::<Vec<_>>().join(",")
    }
}

fn write(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) {
    // Writing into memory does not fail, and all rows are as long as the header.
    let _ = out.write_record(cells);
}

fn header(layout: ExportLayout) -> &'static [&'static str] {
    match layout {
        ExportLayout::Bookplate => &[
            "id",
            "isbn",
            "book",
            "rating",
            "title",
            "body",
            "language",
            "author",
            "customer",
            "email",
            "created_at",
            "verified",
            "helpful",
            "votes",
            "helpful_here",
            "votes_here",
            "incentivised",
            "answer",
            "answered_at",
            "picture_urls",
            "picture_alts",
            "warnings",
            "moods",
            "pace",
            "edited_at",
        ],
        ExportLayout::App => &APP_COLUMNS,
    }
}

fn row(layout: ExportLayout, review: &ExportedReview, pictures: String) -> Vec<String> {
    let text = |text: &str| guarded(text).into_owned();
    let answered_at = review.answered_at.map(instant).unwrap_or_default();
    match layout {
        ExportLayout::Bookplate => vec![
            text(&review.source_id),
            review.isbn.to_string(),
            text(&review.book),
            rating(review.rating),
            text(&review.title),
            text(&review.body),
            review.language.clone(),
            text(&review.author),
            text(&review.customer),
            text(&review.email),
            instant(review.created_at),
            u8::from(review.verified).to_string(),
            review.helpful.to_string(),
            review.votes.to_string(),
            review.here.helpful.to_string(),
            review.here.votes.to_string(),
            review.incentivised.to_string(),
            text(&review.answer),
            answered_at,
            pictures,
            text(&alts(review)),
            review.notes.warnings.join(","),
            review.notes.moods.join(","),
            review.notes.pace.map_or("", Pace::as_str).to_owned(),
            review.edited_at.map(instant).unwrap_or_default(),
        ],
        ExportLayout::App => vec![
            text(&review.title),
            text(&review.body),
            rating(review.rating),
            instant(review.created_at),
            text(&review.author),
            text(&review.email),
            review.isbn.to_string(),
            review.isbn.to_string(),
            text(&review.answer),
            answered_at,
            pictures,
            text(&review.source_id),
            review.incentivised.to_string(),
        ],
    }
}

/// What is to be seen on its photos, a line each; nothing where nobody has said it of any.
fn alts(review: &ExportedReview) -> String {
    let alts: Vec<&str> = review
        .photos
        .iter()
        .map(|photo| photo.alt.as_str())
        .collect();
    if alts.iter().all(|alt| alt.is_empty()) {
        return String::new();
    }
    alts.join("\n")
}

/// Stars with halves: `4`, `4.5`.
fn rating(tenths: u8) -> String {
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        half => format!("{}.{half}", tenths / 10),
    }
}

/// RFC 3339 in UTC.
fn instant(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .unwrap_or_default()
        .to_string()
}

/// All reviews that readers see as CSV, with the names and addresses of their authors as far as the shop knows them.
#[utoipa::path(
    get, path = "/v1/console/shops/{shop}/reviews/export", tag = "reviews", operation_id = "export_reviews",
    params(
        ("shop" = String, Path, description = "The shop's id"),
        ("layout" = inline(Option<ExportLayout>), Query, description = "Which columns; usually our own"),
    ),
    security(("staff_session" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
        (status = "5XX", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn export_reviews(
    State(app): State<App>,
    Extension(here): Extension<Here>,
    method: Method,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let mut layout = ExportLayout::default();
    read_query(raw.as_deref(), |name, value| {
        if name != "layout" {
            return Err(unknown_parameter(name));
        }
        layout = ExportLayout::from_word(value).ok_or_else(|| {
            Problem::new(Code::BadRequest, "layout is bookplate or app").at("layout")
        })?;
        Ok(())
    })?;
    download(&app, here, &method, layout).await
}

/// The file, which is read while it is sent.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn download(
    app: &App,
    here: Here,
    method: &Method,
    layout: ExportLayout,
) -> Result<Response, Failure> {
    note_export(app, &here, method, "reviews").await?;
    let export = Export::new(
        app.store.clone(),
        here.shop,
        layout,
        Some(app.public_url.clone()),
    );
    let lines = futures_util::stream::try_unfold(export, |mut export| async move {
        let lines = export.lines().await?;
        Ok::<_, StoreError>(lines.map(|lines| (Bytes::from(lines), export)))
    });
    let today = Timestamp::now().strftime("%Y-%m-%d");
    let name = format!("attachment; filename=\"reviews-{today}.csv\"");
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, name.as_str()),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}
