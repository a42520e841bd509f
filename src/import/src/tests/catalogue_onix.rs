use super::{catalogue, refused, told};
use crate::{BookRecord, RejectCode};
use bookplate_wire::catalogue::Format;

/// A product with all that is read, and with much that must not be taken for it.
const REFERENCE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ONIXMessage SYSTEM "onix.dtd">
<ONIXMessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/reference">
  <Header><Sender><SenderName>Northern Books</SenderName></Sender></Header>
  <!-- the only product -->
  <Product>
    <RecordReference>northern.1</RecordReference>
    <NotificationType>03</NotificationType>
    <ProductIdentifier><ProductIDType>01</ProductIDType><IDTypeName>Own</IDTypeName><IDValue>77</IDValue></ProductIdentifier>
    <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9784101010137</IDValue></ProductIdentifier>
    <DescriptiveDetail>
      <ProductForm>BC</ProductForm>
      <Collection><TitleDetail><TitleType>01</TitleType><TitleElement>
        <TitleElementLevel>01</TitleElementLevel><TitleText>Not this one</TitleText>
      </TitleElement></TitleDetail></Collection>
      <TitleDetail><TitleType>01</TitleType><TitleElement>
        <TitleElementLevel>01</TitleElementLevel>
        <TitlePrefix>The</TitlePrefix>
        <TitleWithoutPrefix textcase="01">Heart of
          H<sub>2</sub>O &amp; <![CDATA[<Salt>]]>&#x2014;&nbsp;AT&T</TitleWithoutPrefix>
        <Subtitle>Caf&eacute; tales</Subtitle>
      </TitleElement></TitleDetail>
      <Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A01</ContributorRole>
        <KeyNames>夏目</KeyNames><NamesAfterKey>漱石</NamesAfterKey></Contributor>
      <Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>
        <NameIdentifier><NameIDType>16</NameIDType><IDValue>1</IDValue></NameIdentifier>
        <NamesBeforeKey>Maj</NamesBeforeKey><KeyNames>Sjöwall</KeyNames>
        <AlternativeName><PersonName>Not her</PersonName></AlternativeName>
        <BiographicalNote textformat="05"><p><strong>Maj</strong> was &unknown; born.</p></BiographicalNote>
      </Contributor>
      <Contributor><SequenceNumber>3</SequenceNumber><ContributorRole>B06</ContributorRole><PersonName>Lois Roth</PersonName></Contributor>
      <Language><LanguageRole>02</LanguageRole><LanguageCode>swe</LanguageCode></Language>
      <Language><LanguageRole>01</LanguageRole><LanguageCode>chi</LanguageCode><ScriptCode>Hant</ScriptCode></Language>
    </DescriptiveDetail>
    <CollateralDetail>
      <SupportingResource><ResourceContentType>15</ResourceContentType><ResourceVersion>
        <ResourceLink>https://pictures.example/author.jpg</ResourceLink></ResourceVersion></SupportingResource>
      <SupportingResource><ResourceContentType>01</ResourceContentType><ResourceMode>03</ResourceMode>
        <ResourceVersion><ResourceLink>ftp://pictures.example/cover.tif</ResourceLink></ResourceVersion>
        <ResourceVersion><ResourceLink> https://pictures.example/cover.jpg </ResourceLink></ResourceVersion></SupportingResource>
    </CollateralDetail>
    <PublishingDetail>
      <Imprint><ImprintName>Perennial</ImprintName></Imprint>
      <Publisher><PublishingRole>01</PublishingRole><PublisherName>Northern Publishers</PublisherName></Publisher>
      <PublishingDate><PublishingDateRole>11</PublishingDateRole><Date dateformat="05">1968</Date></PublishingDate>
      <PublishingDate><PublishingDateRole>01</PublishingDateRole><Date dateformat="01">200608</Date></PublishingDate>
    </PublishingDetail>
    <RelatedMaterial>
      <RelatedWork><WorkRelationCode>01</WorkRelationCode>
        <WorkIdentifier><WorkIDType>11</WorkIDType><IDValue>A0220090000154FA</IDValue></WorkIdentifier></RelatedWork>
      <RelatedProduct><ProductRelationCode>06</ProductRelationCode>
        <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780007324378</IDValue></ProductIdentifier></RelatedProduct>
    </RelatedMaterial>
  </Product>
</ONIXMessage>"#;

fn heart() -> BookRecord {
    BookRecord {
        line: 6,
        isbn: "9784101010137".parse().unwrap(),
        repaired: false,
        work: Some("onix:11:A0220090000154FA".into()),
        title: "The Heart of H2O & <Salt>—\u{a0}AT&T".into(),
        subtitle: "Café tales".into(),
        authors: vec!["Maj Sjöwall".into(), "夏目漱石".into()],
        publisher: "Perennial".into(),
        published_on: "2006-08".into(),
        format: Format::Paperback,
        language: "zh-Hant".into(),
        language_unknown: false,
        cover_url: "https://pictures.example/cover.jpg".into(),
        series: String::new(),
        categories: Vec::new(),
    }
}

/// A message with one product for each of `products`, each on a line of its own from line 2 on.
pub(super) fn message(products: &[&str]) -> String {
    let products: String = products
        .iter()
        .map(|inner| format!("<Product>{inner}</Product>\n"))
        .collect();
    format!("<ONIXMessage release=\"3.1\">\n{products}</ONIXMessage>\n")
}

/// The inside of a product with this ISBN.
pub(super) fn product(isbn: &str, more: &str) -> String {
    format!(
        "<RecordReference>r.{isbn}</RecordReference><ProductIdentifier><ProductIDType>15</ProductIDType>\
         <IDValue>{isbn}</IDValue></ProductIdentifier><DescriptiveDetail><TitleDetail><TitleType>01</TitleType>\
         <TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Title</TitleText></TitleElement>\
         </TitleDetail></DescriptiveDetail>{more}"
    )
}

#[test]
fn a_product_in_reference_names_is_read() {
    assert_eq!(catalogue(REFERENCE).all(), [heart()]);
}

#[test]
fn a_namespace_prefix_changes_nothing() {
    let prefixed = REFERENCE
        .replace("xmlns=", "xmlns:o=")
        .replace("</", "</o:");
    let mut out = String::new();
    for (at, part) in prefixed.split('<').enumerate() {
        let is_name = part.starts_with(|c: char| c.is_ascii_alphabetic())
            && !part.starts_with("o:")
            && !part.starts_with("Salt");
        out.push_str(if at == 0 { "" } else { "<" });
        out.push_str(if is_name { "o:" } else { "" });
        out.push_str(part);
    }
    assert_eq!(catalogue(out).all(), [heart()]);
}

#[test]
fn a_product_in_short_tags_is_read() {
    let file = r#"<?xml version="1.0"?>
<ONIXmessage release="3.0" xmlns="http://ns.editeur.org/onix/3.0/short">
<header><sender><x298>Northern Books</x298></sender></header>
<product><a001>northern.1</a001><a002>03</a002>
<productidentifier><b221>02</b221><b244>4-10-101013-7</b244></productidentifier>
<descriptivedetail><b012>ED</b012><b333>E101</b333>
<titledetail><b202>01</b202><titleelement><x409>01</x409><x501/><b031>Kokoro</b031><b029>A novel</b029></titleelement></titledetail>
<contributor><b034>1</b034><b035>A01</b035><b037>Natsume, Soseki</b037></contributor>
<language><b253>01</b253><b252>jpn</b252></language></descriptivedetail>
<collateraldetail><supportingresource><x436>01</x436><resourceversion><x435>http://p.example/c.jpg</x435></resourceversion></supportingresource></collateraldetail>
<publishingdetail><publisher><b291>01</b291><b081>Shinchosha</b081></publisher>
<publishingdate><x448>01</x448><b306>20040301</b306></publishingdate></publishingdetail>
<relatedmaterial><relatedproduct><x455>06</x455><x455>27</x455><productidentifier><b221>15</b221><b244>9780007324378</b244></productidentifier></relatedproduct></relatedmaterial>
</product></ONIXmessage>"#;
    let book = &catalogue(file).all()[0];
    assert_eq!((book.line, book.isbn.as_str()), (4, "9784101010137"));
    assert_eq!((&*book.title, &*book.subtitle), ("Kokoro", "A novel"));
    assert_eq!(book.authors, ["Soseki Natsume"]);
    assert_eq!((book.format, &*book.language), (Format::Ebook, "ja"));
    assert_eq!(
        (&*book.publisher, &*book.published_on),
        ("Shinchosha", "2004-03-01")
    );
    assert_eq!(book.cover_url, "http://p.example/c.jpg");
    assert_eq!(book.work.as_deref(), Some("isbn:9780007324378"));
}

#[test]
fn formats_that_name_each_other_are_one_work() {
    let related = |isbn: &str| {
        format!(
            "<RelatedMaterial><RelatedProduct><ProductRelationCode>06</ProductRelationCode>\
             <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>{isbn}</IDValue></ProductIdentifier>\
             </RelatedProduct></RelatedMaterial>"
        )
    };
    let books = catalogue(message(&[
        &product("9780439023481", &related("9780141439518")),
        &product("9780141439518", &related("9780439023481")),
        &product("9784101010137", &related("9780141439518")),
    ]))
    .all();
    assert!(
        books
            .iter()
            .all(|book| book.work_key() == "isbn:9780141439518"),
        "{books:?}"
    );
}

#[test]
fn a_senders_own_work_number_counts_with_its_name_only() {
    let work = |name: &str| {
        format!(
            "<RelatedMaterial><RelatedWork><WorkRelationCode>01</WorkRelationCode><WorkIdentifier>\
             <WorkIDType>01</WorkIDType>{name}<IDValue>1234</IDValue></WorkIdentifier></RelatedWork></RelatedMaterial>"
        )
    };
    let books = catalogue(message(&[
        &product("9780439023481", &work("<IDTypeName>Northern</IDTypeName>")),
        &product("9780141439518", &work("")),
    ]))
    .all();
    assert_eq!(books[0].work.as_deref(), Some("onix:01:Northern:1234"));
    assert_eq!(books[1].work, None);
}

#[test]
fn bad_records_are_reported_and_good_ones_kept() {
    let bad_entity =
        product("9780439023481", "").replace("Title</TitleText>", "T&foo;</TitleText>");
    let untitled = product("9780439023481", "").replace("TitleText", "TitleTxet");
    let no_number = "<RecordReference>r.none</RecordReference>";
    let outcome = catalogue(message(&[
        &product("9780141439518", ""),
        &product("9780141439517", ""),
        no_number,
        &untitled,
        &bad_entity,
        "<RecordReference>gone</RecordReference><NotificationType>05</NotificationType>",
        &product("978-0-14-143951-8", ""),
        &product("9780439023481", ""),
    ]));
    assert_eq!(
        outcome.reasons(),
        [
            (3, Some("isbn"), RejectCode::Invalid),
            (4, Some("isbn"), RejectCode::Missing),
            (5, Some("title"), RejectCode::Missing),
            (6, None, RejectCode::Entity),
            (7, None, RejectCode::Deletion),
            (8, Some("isbn"), RejectCode::Duplicate),
        ]
    );
    assert_eq!(
        outcome
            .taken
            .iter()
            .map(|book| book.line)
            .collect::<Vec<_>>(),
        [2, 9]
    );
    assert!(
        outcome.rejected[0].detail.contains("r.9780141439517"),
        "{}",
        outcome.rejected[0]
    );
    assert!(outcome.ended_by.is_none());
}

#[test]
fn duplicates_are_noticed_in_a_file_of_one_line() {
    let file = message(&[&product("9780141439518", ""), &product("9780141439518", "")]);
    let outcome = catalogue(file.replace('\n', ""));
    assert_eq!((outcome.taken.len(), outcome.rejected.len()), (1, 1));
}

#[test]
fn the_encoding_of_the_xml_declaration_counts() {
    for (label, title) in [
        ("GB18030", "活着"),
        ("Shift_JIS", "こころ"),
        ("ISO-8859-1", "Café"),
    ] {
        let file =
            message(&[&product("9780141439518", "").replace(">Title<", &format!(">{title}<"))]);
        let file = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n{file}");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        assert_eq!(catalogue(encoding.encode(&file).0).all()[0].title, title);
    }
    let file = message(&[&product("9780141439518", "").replace(">Title<", ">こころ<")]);
    let file = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?>{file}");
    let utf_16: Vec<u8> = file.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(catalogue(utf_16).all()[0].title, "こころ");
}

#[test]
fn columns_cannot_be_mapped_in_onix() {
    let error = refused(message(&[]), &told(&["isbn=b244"], None)).to_string();
    assert!(error.contains("ONIX"), "{error}");
}

#[test]
fn a_message_without_products_has_no_books() {
    assert_eq!(
        catalogue("<ONIXMessage release='3.0'><Header/><NoProduct/></ONIXMessage>").all(),
        []
    );
}
