//! Passkeys as pages show and change them, of customers and of the staff alike.

use super::forms::Form;
use crate::reply::Failure;
use bookplate_site::page::{Done, PasskeyLine, Passkeys};
use bookplate_wire::passkeys::{NewPasskey, Passkey, PasskeyChallenge};
use bookplate_wire::{Code, PasskeyId, Problem, contacts};

/// What somebody wants of the own passkeys.
pub(super) enum Wish {
    /// To have another one made, with a proof of who that is.
    Ask {
        /// What it is to be called.
        name: String,
        /// A password, or a code.
        proof: String,
    },
    /// To add the one that was made.
    Add(NewPasskey),
    /// To take the one of this id away.
    Remove(String),
}

/// What became of it.
pub(super) enum Outcome {
    /// It is done.
    Done(Done),
    /// The browser is to make the passkey.
    Make(Passkeys),
    /// The form once more, with what is wrong, and for how many seconds to wait where that helps.
    Again(Passkeys, Option<u64>),
}

impl Wish {
    /// What a form asks for, if it is about passkeys.
    pub(super) fn of(form: &Form) -> Option<Self> {
        let text = |name| form.text(name).to_owned();
        match form.text("form") {
            "passkey" => Some(Self::Ask {
                name: text("name"),
                proof: text("proof"),
            }),
            "new-passkey" => Some(Self::Add(NewPasskey {
                name: text("name"),
                credential: text("credential"),
            })),
            _ => Some(text("passkey"))
                .filter(|id| !id.is_empty())
                .map(Self::Remove),
        }
    }

    /// Does it, as far as it is the same for all: `ask` takes the proof.
    ///
    /// # Errors
    /// When it is nothing that the reader could mend.
    pub(super) async fn grant(
        self,
        ask: impl AsyncFnOnce(String) -> Result<PasskeyChallenge, Failure>,
        add: impl AsyncFnOnce(NewPasskey) -> Result<Passkey, Failure>,
        remove: impl AsyncFnOnce(PasskeyId) -> Result<bool, Failure>,
    ) -> Result<Outcome, Failure> {
        match self {
            Self::Ask { name, proof } => {
                if let Err(wrong) = contacts::name(&name) {
                    return again(name, wrong.into());
                }
                match ask(proof).await {
                    Ok(challenge) => Ok(Outcome::Make(Passkeys {
                        name,
                        options: Some(challenge.options),
                        ..Passkeys::default()
                    })),
                    Err(failure) => again(name, failure),
                }
            }
            Self::Add(new) => {
                let name = new.name.clone();
                match add(new).await {
                    Ok(_) => Ok(Outcome::Done(Done::PasskeyAdded)),
                    Err(failure) => again(name, failure),
                }
            }
            Self::Remove(id) => {
                let id = id.parse().map_err(|_| Failure::from(Code::NotFound))?;
                // One that has gone meanwhile is what was wanted.
                remove(id).await?;
                Ok(Outcome::Done(Done::PasskeyRemoved))
            }
        }
    }
}

fn again(name: String, failure: Failure) -> Result<Outcome, Failure> {
    let Failure(Problem {
        code,
        field,
        retry_after,
        ..
    }) = &failure;
    let fault = match (code, field.as_deref()) {
        (Code::RateLimited, _) => code.as_str(),
        // The password, or the code.
        (_, Some("current" | "code")) => "proof",
        (_, Some(field @ ("name" | "credential"))) => field,
        _ => return Err(failure),
    };
    let shown = Passkeys {
        name,
        faults: vec![fault.to_owned()],
        ..Passkeys::default()
    };
    Ok(Outcome::Again(shown, *retry_after))
}

/// The lines of the list; `day` is the day of a moment, where the reader is.
pub(super) fn lines(passkeys: Vec<Passkey>, day: impl Fn(i64) -> String) -> Vec<PasskeyLine> {
    let lines = passkeys.into_iter().map(|passkey| PasskeyLine {
        id: passkey.id,
        name: Some(passkey.name)
            .filter(|name| !name.is_empty())
            .unwrap_or(passkey.device),
        since: day(passkey.created_at),
        used: passkey.used_at.map(&day),
    });
    lines.collect()
}
