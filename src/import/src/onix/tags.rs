//! The elements that are read, by reference name and by short tag.

macro_rules! tags {
    (
        composites { $($composite:ident = $composite_reference:literal $composite_short:literal;)* }
        values { $($value:ident = $value_reference:literal $value_short:literal;)* }
    ) => {
        /// An ONIX element.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Tag {
            $($composite,)*
            $($value,)*
            /// Any element that is not read.
            Other,
        }

        impl Tag {
            /// The element with this name, in whichever of the two styles.
            pub(super) fn named(name: &str) -> Self {
                match name {
                    $($composite_reference | $composite_short => Self::$composite,)*
                    $($value_reference | $value_short => Self::$value,)*
                    _ => Self::Other,
                }
            }

            /// Whether it holds a text that is read, rather than other elements.
            pub(super) fn is_value(self) -> bool {
                matches!(self, $(Self::$value)|*)
            }
        }
    };
}

tags! {
    composites {
        Message = "ONIXMessage" "ONIXmessage";
        Header = "Header" "header";
        NoProduct = "NoProduct" "x507";
        Product = "Product" "product";
        ProductIdentifier = "ProductIdentifier" "productidentifier";
        DescriptiveDetail = "DescriptiveDetail" "descriptivedetail";
        Collection = "Collection" "collection";
        TitleDetail = "TitleDetail" "titledetail";
        TitleElement = "TitleElement" "titleelement";
        Contributor = "Contributor" "contributor";
        Language = "Language" "language";
        Subject = "Subject" "subject";
        CollateralDetail = "CollateralDetail" "collateraldetail";
        SupportingResource = "SupportingResource" "supportingresource";
        ResourceVersion = "ResourceVersion" "resourceversion";
        PublishingDetail = "PublishingDetail" "publishingdetail";
        Imprint = "Imprint" "imprint";
        Publisher = "Publisher" "publisher";
        PublishingDate = "PublishingDate" "publishingdate";
        RelatedMaterial = "RelatedMaterial" "relatedmaterial";
        RelatedWork = "RelatedWork" "relatedwork";
        WorkIdentifier = "WorkIdentifier" "workidentifier";
        RelatedProduct = "RelatedProduct" "relatedproduct";
    }
    values {
        RecordReference = "RecordReference" "a001";
        NotificationType = "NotificationType" "a002";
        ProductIdType = "ProductIDType" "b221";
        IdTypeName = "IDTypeName" "b233";
        IdValue = "IDValue" "b244";
        ProductForm = "ProductForm" "b012";
        ProductFormDetail = "ProductFormDetail" "b333";
        TitleType = "TitleType" "b202";
        TitleElementLevel = "TitleElementLevel" "x409";
        PartNumber = "PartNumber" "x410";
        TitleText = "TitleText" "b203";
        TitlePrefix = "TitlePrefix" "b030";
        TitleWithoutPrefix = "TitleWithoutPrefix" "b031";
        Subtitle = "Subtitle" "b029";
        SequenceNumber = "SequenceNumber" "b034";
        ContributorRole = "ContributorRole" "b035";
        PersonName = "PersonName" "b036";
        PersonNameInverted = "PersonNameInverted" "b037";
        NamesBeforeKey = "NamesBeforeKey" "b039";
        PrefixToKey = "PrefixToKey" "b247";
        KeyNames = "KeyNames" "b040";
        NamesAfterKey = "NamesAfterKey" "b041";
        SuffixToKey = "SuffixToKey" "b248";
        CorporateName = "CorporateName" "b047";
        LanguageRole = "LanguageRole" "b253";
        LanguageCode = "LanguageCode" "b252";
        CountryCode = "CountryCode" "b251";
        ScriptCode = "ScriptCode" "x420";
        SubjectScheme = "SubjectSchemeIdentifier" "b067";
        SubjectCode = "SubjectCode" "b069";
        SubjectHeading = "SubjectHeadingText" "b070";
        ResourceContentType = "ResourceContentType" "x436";
        ResourceMode = "ResourceMode" "x437";
        ResourceLink = "ResourceLink" "x435";
        ImprintName = "ImprintName" "b079";
        PublishingRole = "PublishingRole" "b291";
        PublisherName = "PublisherName" "b081";
        PublishingDateRole = "PublishingDateRole" "x448";
        Date = "Date" "b306";
        DateFormat = "DateFormat" "j260";
        WorkRelationCode = "WorkRelationCode" "x454";
        WorkIdType = "WorkIDType" "b201";
        ProductRelationCode = "ProductRelationCode" "x455";
    }
}
