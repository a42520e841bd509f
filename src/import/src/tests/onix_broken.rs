use super::catalogue_onix::{message, product};
use super::{catalogue, refused};
use crate::{ImportError, Options, RejectCode};

#[track_caller]
fn refusal(file: impl AsRef<[u8]>) -> ImportError {
    refused(file, &Options::default())
}

#[test]
fn onix_2_is_refused_with_clear_words() {
    for root in [
        "<ONIXMessage release='2.1'>",
        "<ONIXmessage>",
        "<ONIXMessage release='2.0'>",
    ] {
        let error = refusal(format!("{root}<Product/></ONIXMessage>"));
        assert!(matches!(error, ImportError::OnixRelease { .. }));
        assert!(
            error
                .to_string()
                .contains("ask whoever sends it for an ONIX 3.0 feed"),
            "{error}"
        );
    }
    let dtd = "<!DOCTYPE ONIXMessage SYSTEM \"http://www.editeur.org/onix/2.1/reference/onix-international.dtd\">";
    assert!(
        refusal(format!("{dtd}<ONIXMessage/>"))
            .to_string()
            .contains("2.1")
    );
}

#[test]
fn other_xml_is_refused() {
    let error = refusal("<!DOCTYPE html><html><body>Sign in</body></html>").to_string();
    assert!(error.contains("<html>"), "{error}");
}

#[test]
fn records_under_a_name_that_is_not_read_are_reported_each() {
    let good = product("9780141439518", "");
    let file = message(&[&good, &good])
        .replace("<Product>", "<ProductRecord>")
        .replace("</Product>", "</ProductRecord>");
    let outcome = catalogue(&file);
    assert_eq!(
        outcome.reasons(),
        [(2, None, RejectCode::Unread), (3, None, RejectCode::Unread)]
    );
    assert_eq!(
        outcome.rejected[0].to_string(),
        "line 2: the element is not read: a record is a <Product> (\"<ProductRecord>\")"
    );
    assert!(outcome.taken.is_empty() && outcome.ended_by.is_none());
    // One that holds all the records is said once, and so is an empty one; those beside it are read.
    let wrapped = format!("<Products>\n<Product>{good}</Product></Products>\n<Extra/>");
    let file = message(&[&good]).replacen("<Product>", &format!("{wrapped}<Product>"), 1);
    let outcome = catalogue(&file);
    assert_eq!(
        outcome.reasons(),
        [(2, None, RejectCode::Unread), (4, None, RejectCode::Unread)]
    );
    assert_eq!(outcome.taken.len(), 1);
}

#[test]
fn what_a_message_has_besides_records_is_not_reported() {
    for beside in ["<Header/>", "<header/>", "<NoProduct/>", "<x507/>"] {
        let file = format!("<ONIXMessage release='3.0'>{beside}</ONIXMessage>");
        assert_eq!(catalogue(file).all(), [], "{beside}");
    }
}

#[test]
fn definitions_of_entities_are_refused_before_anything_expands() {
    let bomb = "<?xml version='1.0'?>\n<!DOCTYPE ONIXMessage [\n<!ENTITY a \"aaaaaaaaaa\">\n\
        <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\n]>\n\
        <ONIXMessage release='3.0'><Product>&c;</Product></ONIXMessage>";
    assert!(matches!(
        refusal(bomb),
        ImportError::EntityDefinitions { line: 2 }
    ));
}

#[test]
fn a_cut_off_file_gives_its_good_records_and_says_where_it_breaks() {
    let whole = message(&[&product("9780141439518", ""), &product("9780439023481", "")]);
    let second = whole.rfind("<Product>").unwrap();
    for cut in second + 9..whole.len() - 1 {
        let outcome = catalogue(&whole[..cut]);
        let is_complete = cut >= whole.rfind("</Product>").unwrap() + "</Product>".len();
        assert_eq!(
            outcome.taken.len(),
            if is_complete { 2 } else { 1 },
            "cut at {cut}"
        );
        assert_eq!(outcome.rejected, [], "cut at {cut}");
        // Inside of the second product it is the product that is unfinished, behind it the message.
        let expected = if is_complete { 1 } else { 3 };
        assert!(
            matches!(outcome.ended_by, Some(ImportError::CutOff { began, .. }) if began == expected),
            "cut at {cut}: {:?}",
            outcome.ended_by
        );
    }
    assert_eq!(catalogue(whole).all().len(), 2);
    assert!(matches!(
        refusal("<?xml version='1.0'?>\n"),
        ImportError::CutOff { .. }
    ));
}

#[test]
fn bad_bytes_spoil_one_record() {
    let products = ["9780141439518", "9780439023481", "9787020008735"];
    let whole = message(
        &products
            .map(|isbn| product(isbn, ""))
            .each_ref()
            .map(String::as_str),
    );
    let second = whole.match_indices("<Product>").nth(1).unwrap().0;
    let end = second + whole[second..].find("</Product>").unwrap();
    // In tags and texts alike, apart from the product's own, which show where it ends.
    for at in second + "<Product>".len()..end {
        let mut file = whole.clone().into_bytes();
        // A line end or a bracket that is gone is another fault.
        if b"<>/\n".contains(&file[at]) {
            continue;
        }
        file[at] = 0xff;
        let outcome = catalogue(&file);
        assert!(outcome.ended_by.is_none(), "{at}: {:?}", outcome.ended_by);
        assert_eq!(outcome.reasons(), [(3, None, RejectCode::Encoding)], "{at}");
        assert_eq!(outcome.taken.len(), 2, "{at}");
    }
}

/// The file with the record of the ISBN 9780439023481 lacking a tag.
fn without(file: &str, tag: &str) -> String {
    let record = file.find("r.9780439023481").unwrap();
    let (before, broken) = file.split_at(record);
    before.to_owned() + &broken.replacen(tag, "", 1)
}

#[test]
fn an_unclosed_tag_spoils_one_record() {
    let good = [product("9780141439518", ""), product("9787020008735", "")];
    for lost in [
        "</TitleText>",
        "</TitleElement>",
        "</DescriptiveDetail>",
        "</Product>",
        "<TitleText>",
    ] {
        let file = message(&[&good[0], &product("9780439023481", ""), &good[1]]);
        let outcome = catalogue(without(&file, lost));
        assert!(outcome.ended_by.is_none(), "{lost}: {:?}", outcome.ended_by);
        assert_eq!(outcome.reasons(), [(3, None, RejectCode::Xml)], "{lost}");
        assert_eq!(outcome.taken.len(), 2, "{lost}");
    }
    // The last one, too.
    let file = message(&[&good[0], &good[1], &product("9780439023481", "")]);
    let outcome = catalogue(without(&file, "</Product>"));
    assert_eq!(outcome.reasons(), [(4, None, RejectCode::Xml)]);
    assert!(outcome.ended_by.is_none(), "{:?}", outcome.ended_by);
}

#[test]
fn damage_everywhere_ends_the_import() {
    let broken = product("9780439023481", "").replacen("</TitleText>", "", 1);
    let outcome = catalogue(message(&[broken.as_str(); 100]));
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::Xml { line: 2, .. })
    ));
    assert!(outcome.rejected.len() < 20);
}

#[test]
fn what_is_not_well_formed_ends_the_import_with_its_line() {
    // Within a product it would spoil that product only.
    let file = message(&[&product("9780141439518", "")]);
    let outcome = catalogue(file.replace("</ONIXMessage>", "</b></ONIXMessage>"));
    assert_eq!(outcome.taken.len(), 1);
    assert!(matches!(
        outcome.ended_by,
        Some(ImportError::Xml { line: 3, .. })
    ));
}

#[test]
fn a_reader_that_fails_ends_the_import_after_the_good_records() {
    struct Failing(std::io::Cursor<Vec<u8>>);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(std::io::Error::other("the disk is gone")),
                read => Ok(read),
            }
        }
    }
    let file = message(&[&product("9780141439518", "")]);
    let file = file
        .trim_end()
        .trim_end_matches("</ONIXMessage>")
        .as_bytes()
        .to_vec();
    let items = crate::catalogue(Failing(std::io::Cursor::new(file)), &Options::default()).unwrap();
    let outcome = super::Outcome::of(items);
    assert_eq!(outcome.taken.len(), 1);
    let Some(ImportError::Io(reason)) = outcome.ended_by else {
        panic!("{:?}", outcome.ended_by);
    };
    assert_eq!(reason.to_string(), "the disk is gone");
}
