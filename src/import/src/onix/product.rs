//! The values of one product, gathered by their paths.

use super::codes;
use super::contributors::{self, Contributor};
use super::tags::Tag;
use super::titles::{self, Element, Title};
use crate::categories;
use crate::language;
use crate::record::{AUTHORS_MAX, BOOK_TITLE_MAX, BookRecord, KEY_MAX, NAME_MAX, URL_MAX};
use crate::reject::{RejectCode, Rejected, quoted};
use crate::text::{self, limited};
use bookplate_wire::Isbn;
use std::mem::take;

/// The scheme of keywords by code list 27.
const KEYWORDS: &str = "20";

/// One identifier of a product or of a work: its kind by code list 5 or 16, and its value.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Identifier {
    kind: String,
    /// The name of a kind that the sender made up (code 01).
    name: String,
    value: String,
}

/// One `RelatedProduct` or `RelatedWork` composite.
#[derive(Default)]
struct Related {
    codes: Vec<String>,
    identifiers: Vec<Identifier>,
}

/// A dated, named or otherwise qualified value: its role, and what has that role.
#[derive(Default)]
struct Qualified {
    role: String,
    value: String,
    /// A date's format by code list 55.
    format: String,
}

/// What was read of a product so far. A composite that is not at its end yet stands in a field of its own.
#[derive(Default)]
pub(super) struct Product {
    reference: String,
    notification: String,
    identifiers: Vec<Identifier>,
    identifier: Identifier,
    form: String,
    form_details: Vec<String>,
    titles: Vec<Title>,
    title: Title,
    element: Element,
    /// Of a collection that the product is a part of.
    collection: Element,
    series: String,
    contributors: Vec<Contributor>,
    contributor: Contributor,
    language: String,
    language_unknown: bool,
    spoken: Spoken,
    categories: Vec<String>,
    subject: Subject,
    cover: String,
    resource: Resource,
    imprint: String,
    publishers: Vec<Qualified>,
    publisher: Qualified,
    published_on: String,
    date: Qualified,
    works: Vec<Identifier>,
    alternatives: Vec<Isbn>,
    related: Related,
}

/// One `Language` composite.
#[derive(Default)]
struct Spoken {
    role: String,
    code: String,
    country: String,
    script: String,
}

/// One `Subject` composite.
#[derive(Default)]
struct Subject {
    scheme: String,
    code: String,
    headings: Vec<String>,
}

/// One `SupportingResource` composite.
#[derive(Default)]
struct Resource {
    content: String,
    mode: String,
    links: Vec<String>,
}

impl Product {
    /// Takes the text of the element at the end of `path`, which begins below `Product`.
    ///
    /// Only whole paths count: a `PersonName` in an `AlternativeName`,
    /// is something else than the one that is looked for, and ends up nowhere.
    pub(super) fn value(&mut self, path: &[Tag], text: &str) {
        use Tag::*;
        let value = text::line(text);
        match path {
            [RecordReference] => self.reference = value,
            [NotificationType] => self.notification = value,
            [ProductIdentifier, ProductIdType]
            | [
                RelatedMaterial,
                RelatedProduct,
                ProductIdentifier,
                ProductIdType,
            ]
            | [RelatedMaterial, RelatedWork, WorkIdentifier, WorkIdType] => {
                self.identifier.kind = value;
            }
            [ProductIdentifier, IdValue]
            | [RelatedMaterial, RelatedProduct, ProductIdentifier, IdValue]
            | [RelatedMaterial, RelatedWork, WorkIdentifier, IdValue] => {
                self.identifier.value = value;
            }
            [RelatedMaterial, RelatedWork, WorkIdentifier, IdTypeName] => {
                self.identifier.name = value;
            }
            [RelatedMaterial, RelatedProduct, ProductRelationCode]
            | [RelatedMaterial, RelatedWork, WorkRelationCode] => self.related.codes.push(value),
            [DescriptiveDetail, ProductForm] => self.form = value,
            [DescriptiveDetail, ProductFormDetail] => self.form_details.push(value),
            [DescriptiveDetail, TitleDetail, rest @ ..] => self.title_value(rest, value),
            [
                DescriptiveDetail,
                Collection,
                TitleDetail,
                TitleElement,
                leaf,
            ] => {
                element_value(&mut self.collection, *leaf, value);
            }
            [DescriptiveDetail, Contributor, leaf] => self.contributor_value(*leaf, value),
            [DescriptiveDetail, Language, LanguageRole] => self.spoken.role = value,
            [DescriptiveDetail, Language, LanguageCode] => self.spoken.code = value,
            [DescriptiveDetail, Language, CountryCode] => self.spoken.country = value,
            [DescriptiveDetail, Language, ScriptCode] => self.spoken.script = value,
            [DescriptiveDetail, Subject, SubjectScheme] => self.subject.scheme = value,
            [DescriptiveDetail, Subject, SubjectCode] => self.subject.code = value,
            [DescriptiveDetail, Subject, SubjectHeading] => self.subject.headings.push(value),
            [CollateralDetail, SupportingResource, ResourceContentType] => {
                self.resource.content = value;
            }
            [CollateralDetail, SupportingResource, ResourceMode] => self.resource.mode = value,
            [
                CollateralDetail,
                SupportingResource,
                ResourceVersion,
                ResourceLink,
            ] => {
                self.resource.links.push(value);
            }
            [PublishingDetail, Imprint, ImprintName] => self.imprint = value,
            [PublishingDetail, Publisher, PublishingRole] => self.publisher.role = value,
            [PublishingDetail, Publisher, PublisherName] => self.publisher.value = value,
            [PublishingDetail, PublishingDate, PublishingDateRole] => self.date.role = value,
            [PublishingDetail, PublishingDate, Date] => self.date.value = value,
            [PublishingDetail, PublishingDate, DateFormat] => self.date.format = value,
            _ => {}
        }
    }

    fn title_value(&mut self, path: &[Tag], value: String) {
        match path {
            [Tag::TitleType] => self.title.kind = value,
            [Tag::TitleElement, leaf] => element_value(&mut self.element, *leaf, value),
            _ => {}
        }
    }

    fn contributor_value(&mut self, leaf: Tag, value: String) {
        let contributor = &mut self.contributor;
        match leaf {
            Tag::SequenceNumber => contributor.sequence = value.parse().ok(),
            Tag::ContributorRole => contributor.roles.push(value),
            Tag::PersonName => contributor.person = value,
            Tag::PersonNameInverted => contributor.inverted = value,
            Tag::NamesBeforeKey => contributor.parts[0] = value,
            Tag::PrefixToKey => contributor.parts[1] = value,
            Tag::KeyNames => contributor.parts[2] = value,
            Tag::NamesAfterKey => contributor.parts[3] = value,
            Tag::SuffixToKey => contributor.parts[4] = value,
            Tag::CorporateName => contributor.corporate = value,
            _ => {}
        }
    }

    /// Takes note that the composite at the end of `path` is complete.
    pub(super) fn close(&mut self, path: &[Tag]) {
        use Tag::*;
        match path {
            [ProductIdentifier] => self.identifiers.push(take(&mut self.identifier)),
            [RelatedMaterial, RelatedProduct, ProductIdentifier]
            | [RelatedMaterial, RelatedWork, WorkIdentifier] => {
                self.related.identifiers.push(take(&mut self.identifier));
            }
            [RelatedMaterial, RelatedProduct] => {
                let related = take(&mut self.related);
                // Other formats of the same text: alternative format, electronic version, printed version.
                if related
                    .codes
                    .iter()
                    .any(|code| matches!(code.as_str(), "06" | "27" | "13"))
                {
                    self.alternatives.extend(isbn(&related.identifiers));
                }
            }
            [RelatedMaterial, RelatedWork] => {
                let work = take(&mut self.related);
                // This product is a manifestation of the work.
                if work.codes.iter().any(|code| code == "01") {
                    self.works.extend(work.identifiers);
                }
            }
            [DescriptiveDetail, Collection, TitleDetail, TitleElement] => {
                let element = take(&mut self.collection);
                if self.series.is_empty() && matches!(element.level.as_str(), "02" | "") {
                    self.series = element.title();
                }
            }
            [DescriptiveDetail, TitleDetail] => self.titles.push(take(&mut self.title)),
            [DescriptiveDetail, TitleDetail, TitleElement] => {
                self.title.elements.push(take(&mut self.element));
            }
            [DescriptiveDetail, Contributor] => {
                self.contributors.push(take(&mut self.contributor));
            }
            [DescriptiveDetail, Language] => {
                let spoken = take(&mut self.spoken);
                if spoken.role == "01" && self.language.is_empty() {
                    self.language = codes::language(&spoken.code, &spoken.country, &spoken.script);
                    self.language_unknown = language::is_unknown(&spoken.code);
                }
            }
            [DescriptiveDetail, Subject] => {
                let subject = take(&mut self.subject);
                self.categories
                    .extend(categories::coded(&subject.scheme, &subject.code));
                // A list of keywords is none of categories.
                if subject.scheme != KEYWORDS {
                    self.categories.extend(subject.headings);
                }
            }
            [CollateralDetail, SupportingResource] => {
                let resource = take(&mut self.resource);
                // A front cover, as an image unless the mode says otherwise.
                if resource.content == "01" && matches!(resource.mode.as_str(), "03" | "") {
                    let mut links = resource
                        .links
                        .into_iter()
                        .filter(|link| text::is_web_address(link));
                    let link = links.next().filter(|_| self.cover.is_empty());
                    self.cover = link.unwrap_or(take(&mut self.cover));
                }
            }
            [PublishingDetail, Publisher] => self.publishers.push(take(&mut self.publisher)),
            [PublishingDetail, PublishingDate] => {
                let date = take(&mut self.date);
                if date.role == "01" && self.published_on.is_empty() {
                    self.published_on = codes::date(&date.format, &date.value);
                }
            }
            _ => {}
        }
    }

    /// The book that was read.
    pub(super) fn book(self, line: u64) -> Result<BookRecord, Rejected> {
        if self.notification == "05" {
            let detail = format!(
                "the record asks to delete the book, which an import does not do {}",
                quoted(&self.reference)
            );
            return Err(Rejected::whole(line, RejectCode::Deletion, detail));
        }
        let isbn = self.isbn(line)?;
        let (title, subtitle) = titles::title(&self.titles);
        if title.is_empty() {
            let detail = format!("there is no title for {isbn}");
            return Err(Rejected::field(line, "title", RejectCode::Missing, detail));
        }
        let authors = contributors::authors(self.contributors);
        if authors.len() > AUTHORS_MAX {
            let detail = format!("more than {AUTHORS_MAX} authors");
            return Err(Rejected::field(
                line,
                "authors",
                RejectCode::TooLong,
                detail,
            ));
        }
        Ok(BookRecord {
            line,
            isbn,
            repaired: false,
            language_unknown: self.language_unknown,
            work: work(isbn, self.works, &self.alternatives)
                .map(|key| limited(line, "work", key, KEY_MAX))
                .transpose()?,
            title: limited(line, "title", title, BOOK_TITLE_MAX)?,
            subtitle: limited(line, "subtitle", subtitle, BOOK_TITLE_MAX)?,
            authors: authors
                .into_iter()
                .map(|name| limited(line, "authors", name, NAME_MAX))
                .collect::<Result<_, _>>()?,
            publisher: limited(
                line,
                "publisher",
                publisher(self.imprint, self.publishers),
                NAME_MAX,
            )?,
            published_on: self.published_on,
            format: codes::format(&self.form, &self.form_details),
            language: self.language,
            cover_url: limited(line, "cover_url", self.cover, URL_MAX)?,
            series: limited(line, "series", self.series, NAME_MAX)?,
            categories: categories::kept(self.categories),
        })
    }

    fn isbn(&self, line: u64) -> Result<Isbn, Rejected> {
        if let Some(isbn) = isbn(&self.identifiers) {
            return Ok(isbn);
        }
        let record = quoted(&self.reference);
        let (code, detail) = match isbn_values(&self.identifiers).next() {
            Some(value) => {
                let error = value.parse::<Isbn>().err().map(|error| error.to_string());
                let error = error.unwrap_or_default();
                (
                    RejectCode::Invalid,
                    format!("{error} {}, in record {record}", quoted(value)),
                )
            }
            None => (
                RejectCode::Missing,
                format!("there is no ISBN in record {record}"),
            ),
        };
        Err(Rejected::field(line, "isbn", code, detail))
    }
}

/// Takes the text of a part of a title.
fn element_value(element: &mut Element, leaf: Tag, value: String) {
    match leaf {
        Tag::TitleElementLevel => element.level = value,
        Tag::PartNumber => element.part = value,
        Tag::TitleText => element.text = value,
        Tag::TitlePrefix => element.prefix = value,
        Tag::TitleWithoutPrefix => element.without_prefix = value,
        Tag::Subtitle => element.subtitle = value,
        _ => {}
    }
}

/// The values that should be ISBNs: first those of type 15 (ISBN-13), then 03 (GTIN-13), then 02 (ISBN-10).
fn isbn_values(identifiers: &[Identifier]) -> impl Iterator<Item = &str> {
    ["15", "03", "02"].into_iter().flat_map(|kind| {
        identifiers
            .iter()
            .filter(move |one| one.kind == kind)
            .map(|one| one.value.as_str())
    })
}

fn isbn(identifiers: &[Identifier]) -> Option<Isbn> {
    isbn_values(identifiers).find_map(|value| value.parse().ok())
}

/// The imprint, under whose name readers know the book, or else the publisher (role 01).
fn publisher(imprint: String, publishers: Vec<Qualified>) -> String {
    if !imprint.is_empty() {
        return imprint;
    }
    let at = publishers
        .iter()
        .position(|one| matches!(one.role.as_str(), "01" | ""));
    publishers
        .into_iter()
        .nth(at.unwrap_or(0))
        .map(|one| one.value)
        .unwrap_or_default()
}

/// The key of the work: one of its identifiers, or else the smallest ISBN among the formats of the book.
///
/// Of several identifiers the smallest counts, so that their order does not. One of a sender's own kind
/// (01) counts only with the name of that kind: two publishers' "1234" would join strangers' reviews.
/// Keys of related products lead together where each record names all other formats, or the one with the
/// smallest ISBN; a file where they form a chain has more works than it should.
fn work(isbn: Isbn, works: Vec<Identifier>, alternatives: &[Isbn]) -> Option<String> {
    let is_usable = |one: &Identifier| {
        !one.value.is_empty() && !one.kind.is_empty() && (one.kind != "01" || !one.name.is_empty())
    };
    if let Some(Identifier { kind, name, value }) = works.into_iter().filter(is_usable).min() {
        let name = if kind == "01" {
            format!("{name}:")
        } else {
            String::new()
        };
        return Some(format!("onix:{kind}:{name}{value}"));
    }
    let smallest = alternatives.iter().copied().min()?.min(isbn);
    Some(format!("isbn:{smallest}"))
}
