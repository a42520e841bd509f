//! The customer's profile, and what may be sent.

use super::Member;
use crate::accounts::{checked, write};
use crate::app::App;
use crate::consents;
use crate::reply::Failure;
use crate::shops::day;
use crate::site::forms::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use bookplate_site::page::{BIRTHDAY_FIXED, Content, Done, Profile};
use bookplate_store::shops::Shop;
use bookplate_store::{Db, StoreError};
use bookplate_wire::Code;
use bookplate_wire::accounts::{CustomerChange, Genre};
use bookplate_wire::consents::{ConsentChannel, ConsentPurpose, NewConsent};

/// `GET /shops/{key}/member/profile`
pub(crate) async fn show_profile(
    State(app): State<App>,
    member: Member,
) -> Result<Response, Failure> {
    let profile = Profile {
        name: member.customer.name.clone(),
        phone: member.customer.phone.clone(),
        birthday: member.customer.birthday.clone(),
        language: member.customer.language.clone(),
        genres: member.customer.genres.clone(),
        authors: member.customer.authors.join("\n"),
        ..Profile::default()
    };
    show(&app, &member, StatusCode::OK, profile).await
}

/// The page around what the form holds.
async fn show(
    app: &App,
    member: &Member,
    status: StatusCode,
    form: Profile,
) -> Result<Response, Failure> {
    let access = member.access.clone();
    let read = move |db: &mut Db| {
        let free_on = db.birthday_fixed_until(&access.shop, &access.customer)?;
        Ok::<_, StoreError>((consents::read(db, &access.customer)?, free_on))
    };
    let (known, free_on) = app.store.read(read).await?;
    let changes = known.changes.into_iter();
    let mut profile = Profile {
        email: member.customer.email.clone(),
        of_shop: !member.customer.external_id.is_empty(),
        member_card: member.customer.member_card.clone(),
        birthday_free_on: free_on.unwrap_or_default(),
        consents: known.consents,
        changes: changes
            .map(|change| (day(&member.shop, change.changed_at), change))
            .collect(),
        ..form
    };
    if profile.of_shop {
        profile.phone.clone_from(&member.customer.phone);
    }
    Ok(member.show(app, status, Content::Profile(Box::new(profile))))
}

/// `POST /shops/{key}/member/profile`: one of its two forms.
pub(crate) async fn change_profile(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    if form.text("form") == "consents" {
        return change_consents(&app, &member, &form).await;
    }
    let sent = read(&form);
    let change = CustomerChange {
        name: Some(sent.name.clone()),
        phone: Some(sent.phone.clone()).filter(|_| member.customer.external_id.is_empty()),
        birthday: Some(sent.birthday.clone()),
        // A language can be exchanged for another one, but not be taken away.
        language: Some(sent.language.clone()).filter(|tag| !tag.is_empty()),
        genres: Some(sent.genres.clone()),
        authors: Some(sent.authors.lines().map(str::to_owned).collect()),
    };
    let faults = faults(&change, &member.shop);
    if !faults.is_empty() {
        let form = Profile { faults, ..sent };
        return show(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    }
    let change = checked(change, &member.shop)?;
    let chosen = change.language.as_ref();
    let other_language = chosen.is_some_and(|tag| *tag != member.customer.language);
    let access = member.access.clone();
    let written = app.store.write(move |db| write(db, &access, &change)).await;
    match written {
        Ok(_) => {}
        Err(Failure(problem)) if problem.code == Code::BirthdayFixed => {
            let faults = vec![BIRTHDAY_FIXED.to_owned()];
            let form = Profile { faults, ..sent };
            return show(&app, &member, StatusCode::CONFLICT, form).await;
        }
        Err(failure) => return Err(failure),
    }
    let mut visit = member.visit.clone();
    // From here on the pages are in the new language, whatever the address has said before.
    visit.lang_chosen &= !other_language;
    Ok(visit.go(&member.path("profile"), Done::Saved))
}

/// What the form holds, as it was typed.
fn read(form: &Form) -> Profile {
    let text = |name| form.text(name).trim().to_owned();
    Profile {
        name: text("name"),
        phone: text("phone"),
        birthday: text("birthday"),
        language: text("language"),
        genres: form.all("genre").filter_map(Genre::from_word).collect(),
        authors: text("authors").replace("\r\n", "\n"),
        ..Profile::default()
    }
}

/// All fields that break a rule, and not only the first: nobody wants to learn of them one by one.
fn faults(change: &CustomerChange, shop: &Shop) -> Vec<String> {
    let none = CustomerChange::default;
    let each = [
        CustomerChange {
            name: change.name.clone(),
            ..none()
        },
        CustomerChange {
            phone: change.phone.clone(),
            ..none()
        },
        CustomerChange {
            birthday: change.birthday.clone(),
            ..none()
        },
        CustomerChange {
            language: change.language.clone(),
            ..none()
        },
        CustomerChange {
            authors: change.authors.clone(),
            ..none()
        },
    ];
    let each = each.into_iter();
    each.filter_map(|one| checked(one, shop).err()?.field)
        .collect()
}

async fn change_consents(app: &App, member: &Member, form: &Form) -> Result<Response, Failure> {
    // A box that is not ticked is not sent.
    let said = ConsentPurpose::ALL.into_iter().flat_map(|purpose| {
        ConsentChannel::ALL
            .into_iter()
            .map(move |channel| NewConsent {
                channel,
                purpose,
                granted: form
                    .all(purpose.as_str())
                    .any(|ticked| ticked == channel.as_str()),
            })
    });
    let said: Vec<NewConsent> = said.collect();
    let customer = member.access.customer.clone();
    let write = move |db: &mut Db| db.set_consents(&customer, &said);
    app.store.write(write).await?;
    Ok(member.visit.go(&member.path("profile"), Done::Saved))
}
