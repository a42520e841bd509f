//! A phone with a passkey: what a browser and its authenticator do, as far as the server sees it.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One passkey, in a page of one origin.
pub struct Authenticator {
    origin: String,
    id: Vec<u8>,
    key: SigningKey,
    user: String,
    uses: u32,
}

fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// What the page was given, as it reads it.
fn read(options: &str) -> Value {
    serde_json::from_str(options).unwrap()
}

impl Authenticator {
    /// Makes a passkey for what the server asks, and gives what the page sends. `seed` makes it another one.
    pub fn create(origin: &str, seed: &str, options: &str) -> (Self, String) {
        let asked = read(options);
        let new = Self {
            origin: origin.to_owned(),
            id: Sha256::digest(format!("id {seed}")).to_vec(),
            key: SigningKey::from_slice(&Sha256::digest(format!("key {seed}"))).unwrap(),
            user: asked["user"]["id"].as_str().unwrap().to_owned(),
            uses: 0,
        };
        let client = new.client_data("webauthn.create", &asked);
        // Present, verified, and with a key.
        let mut data = authenticator_data(asked["rp"]["id"].as_str().unwrap(), 0x45, 0);
        data.extend([0; 16]);
        data.extend((new.id.len() as u16).to_be_bytes());
        data.extend(&new.id);
        data.extend(new.public_key());
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": data }
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(data.len() as u8);
        attestation.extend(&data);
        let response = json!({
            "clientDataJSON": text(client.as_bytes()),
            "attestationObject": text(&attestation),
            "transports": ["internal"],
        });
        let sent = new.credential(response);
        (new, sent)
    }

    /// Signs what the server asks, and gives what the page sends.
    pub fn sign(&mut self, options: &str) -> String {
        let asked = read(options);
        self.uses += 1;
        let client = self.client_data("webauthn.get", &asked);
        let domain = asked["rpId"].as_str().unwrap();
        let data = authenticator_data(domain, 0x05, self.uses);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(client.as_bytes()));
        let signature: Signature = self.key.sign(&signed);
        self.credential(json!({
            "clientDataJSON": text(client.as_bytes()),
            "authenticatorData": text(&data),
            "signature": text(signature.to_der().as_bytes()),
            "userHandle": self.user,
        }))
    }

    /// The same in a page of another origin.
    pub fn at(mut self, origin: &str) -> Self {
        self.origin = origin.to_owned();
        self
    }

    fn client_data(&self, kind: &str, asked: &Value) -> String {
        let challenge = asked["challenge"].as_str().unwrap();
        format!(
            "{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{}\",\"crossOrigin\":false}}",
            self.origin
        )
    }

    fn credential(&self, response: Value) -> String {
        json!({
            "id": text(&self.id), "rawId": text(&self.id), "type": "public-key",
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }

    /// As COSE writes it: { 1: 2, 3: -7, -1: 1, -2: x, -3: y }
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut key = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".to_vec();
        key.extend(point.x().unwrap());
        key.extend(b"\x22\x58\x20");
        key.extend(point.y().unwrap());
        key
    }
}

fn authenticator_data(domain: &str, flags: u8, uses: u32) -> Vec<u8> {
    let mut data = Sha256::digest(domain).to_vec();
    data.push(flags);
    data.extend(uses.to_be_bytes());
    data
}
