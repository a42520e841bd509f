//! The second factor: codes of an authenticator (RFC 6238), and recovery codes for the day on which it is lost.

use super::hash;
use crate::qr;
use crate::reply::Failure;
use bookplate_wire::staff::SecondFactor;
use bookplate_wire::{Code, PasskeyId};
use data_encoding::BASE32_NOPAD;
use totp_rs::{Builder, Secret, Totp};

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;
/// What authenticators call us.
const ISSUER: &str = "Bookplate";

/// What somebody shows besides the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    /// A code that fits this step of 30 seconds.
    Step(i64),
    /// A recovery code, by its SHA-256.
    Recovery(String),
    /// A passkey that has signed, with what is to be kept of that.
    Passkey(PasskeyId, String),
}

/// A new secret for an authenticator, in base 32.
pub(super) fn new_secret() -> String {
    // As long as SHA-1, as RFC 4226 advises.
    BASE32_NOPAD.encode(&random::<20>())
}

/// Reads what somebody has typed as the second factor at the time `now`, in milliseconds since 1970 UTC. `None`
/// when it cannot be right.
pub(super) fn read(typed: &str, secret: &str, now: i64) -> Option<Proof> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if typed.len() == 6 && typed.bytes().all(|b| b.is_ascii_digit()) {
        return step(&typed, secret, now).map(Proof::Step);
    }
    let code = typed.replace('-', "").to_ascii_uppercase();
    (code.len() == 16).then(|| Proof::Recovery(hash(&code)))
}

/// The step of 30 seconds whose code this is: the present one, or for clocks that differ the one before or after.
pub(super) fn step(code: &str, secret: &str, now: i64) -> Option<i64> {
    let seconds = u64::try_from(now.div_euclid(1_000)).ok()?;
    let step = totp(secret, "")?.check(code, seconds)?;
    i64::try_from(step).ok()
}

/// What an authenticator needs, for somebody with this `email` address.
pub(super) fn set_up(secret: &str, email: &str) -> Result<SecondFactor, Failure> {
    let otpauth_uri = totp(secret, email).and_then(|totp| totp.to_url().ok());
    let otpauth_uri = otpauth_uri.ok_or(Code::Internal)?;
    Ok(SecondFactor {
        secret: secret.to_owned(),
        qr_svg: qr::picture(&otpauth_uri)?,
        otpauth_uri,
    })
}

fn totp(secret: &str, email: &str) -> Option<Totp> {
    let builder = Builder::new()
        .with_secret(Secret::try_from_base32(secret).ok()?)
        .with_skew(1)
        .with_issuer(Some(ISSUER))
        // A colon would end the name.
        .with_account_name(email.replace(':', " "));
    builder.build().ok()
}

/// New recovery codes, and the SHA-256 of each.
pub(super) fn recovery_codes() -> (Vec<String>, Vec<String>) {
    let code = || {
        let code = BASE32_NOPAD.encode(&random::<10>());
        let groups: Vec<_> = code.as_bytes().chunks(4).collect();
        let shown = groups.join(&b'-').to_ascii_lowercase();
        (String::from_utf8_lossy(&shown).into_owned(), hash(&code))
    };
    std::iter::repeat_with(code).take(RECOVERY_CODES).unzip()
}

/// Bytes that nobody can guess.
///
/// # Panics
/// When the system has no source of randomness: nothing could be safe then.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's source of randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the secret of its test vectors, in base 32.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_standard() {
        // 94287082 and 14050471 there, of which six digits are used.
        for (seconds, code) in [(59, "287082"), (1_111_111_111, "050471")] {
            let proof = read(code, SECRET, seconds * 1_000);
            assert_eq!(proof, Some(Proof::Step(seconds / 30)));
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off() {
        let at = |seconds: i64| step("287082", SECRET, seconds * 1_000);
        assert_eq!([0, 29].map(at), [Some(1); 2]);
        assert_eq!([30, 59, 60, 89].map(at), [Some(1); 4]);
        assert_eq!(at(90), None);
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let (codes, hashes) = recovery_codes();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let typed = codes[0].to_uppercase().replace('-', " ");
        for typed in [codes[0].as_str(), &typed] {
            let proof = read(typed, SECRET, 0);
            assert_eq!(proof, Some(Proof::Recovery(hashes[0].clone())), "{typed}");
        }
        for bad in ["", "123", "12345a", "abcd-efgh"] {
            assert_eq!(read(bad, SECRET, 0), None, "{bad}");
        }
    }

    #[test]
    fn an_authenticator_is_set_up_by_a_picture() {
        let secret = new_secret();
        let set_up = set_up(&secret, "lin:x@example.com").unwrap();
        assert_eq!(
            set_up.otpauth_uri,
            format!(
                "otpauth://totp/Bookplate:lin%20x%40example.com?secret={secret}&issuer=Bookplate"
            )
        );
        assert!(set_up.qr_svg.starts_with("<svg"), "{}", set_up.qr_svg);
    }
}
