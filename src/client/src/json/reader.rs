//! JSON's own grammar (RFC 8259).

use super::Unreadable;

/// A place in a JSON text.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not white space, not taken yet; 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        while let Some(&byte) = self.text.as_bytes().get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return byte;
            }
            self.at += 1;
        }
        0
    }

    /// Takes `byte`, after white space, if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }

    /// Takes `byte`, which has to be the next one.
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(Unreadable)
        }
    }

    /// Takes the word `word` if it is next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.peek();
        let found = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Nothing but white space may be left.
    pub(super) fn end(&mut self) -> Result<(), Unreadable> {
        self.peek();
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(Unreadable)
        }
    }

    /// A whole number: whether it is negative, and its size.
    pub(super) fn integer(&mut self) -> Result<(bool, u64), Unreadable> {
        let negative = self.take(b'-');
        let mut size = 0_u64;
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.text.as_bytes().get(self.at) {
            size = size
                .checked_mul(10)
                .and_then(|size| size.checked_add(u64::from(digit - b'0')))
                .ok_or(Unreadable)?;
            self.at += 1;
        }
        let fraction = matches!(self.text.as_bytes().get(self.at), Some(b'.' | b'e' | b'E'));
        if self.at == start || fraction {
            Err(Unreadable)
        } else {
            Ok((negative, size))
        }
    }

    /// A string, unescaped.
    pub(super) fn string(&mut self) -> Result<String, Unreadable> {
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.text.as_bytes().get(self.at..).ok_or(Unreadable)?;
            let plain = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
                .ok_or(Unreadable)?;
            // Both ends are next to ASCII, so they are character boundaries.
            out.push_str(self.text.get(self.at..self.at + plain).ok_or(Unreadable)?);
            self.at += plain + 1;
            match rest[plain] {
                b'"' => return Ok(out),
                b'\\' => out.push(self.escape()?),
                _ => return Err(Unreadable),
            }
        }
    }

    /// The character that an escape stands for, after its backslash.
    fn escape(&mut self) -> Result<char, Unreadable> {
        let byte = *self.text.as_bytes().get(self.at).ok_or(Unreadable)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = self.hex()?;
                // Outside the first plane a character is two escapes (UTF-16 surrogates).
                if (0xd800..0xdc00).contains(&code) {
                    if !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                        return Err(Unreadable);
                    }
                    self.at += 2;
                    let low = self.hex()?.wrapping_sub(0xdc00);
                    if low >= 0x400 {
                        return Err(Unreadable);
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + low;
                }
                char::from_u32(code).ok_or(Unreadable)?
            }
            _ => return Err(Unreadable),
        })
    }

    fn hex(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = *self.text.as_bytes().get(self.at).ok_or(Unreadable)?;
            code = code * 16 + char::from(byte).to_digit(16).ok_or(Unreadable)?;
            self.at += 1;
        }
        Ok(code)
    }

    /// Takes a value of any kind and forgets it: a loop, because a recursion could exhaust the stack.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'"' => _ = self.string()?,
                b'{' | b'[' => {
                    self.at += 1;
                    depth += 1;
                }
                b'}' | b']' => {
                    self.at += 1;
                    depth = depth.checked_sub(1).ok_or(Unreadable)?;
                }
                0 => return Err(Unreadable),
                // The grammar between the brackets does not matter for what is not used.
                _ => self.at += 1,
            }
            let next = self.text.as_bytes().get(self.at);
            if depth == 0
                && matches!(
                    next,
                    None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
                )
            {
                return Ok(());
            }
        }
    }
}
