//! Texts that look like a language from afar: its words, its punctuation, its lengths.

use crate::chance::Chance;
use std::sync::LazyLock;

/// The shortest and the longest body, in characters.
const BODY: [i32; 2] = [80, 600];

/// The longest that a sentence can get, in characters: a text ends with the sentence that makes it long
/// enough.
const SENTENCE_MAX: i32 = 200;

/// Words of one language, and how they are put together.
pub struct Language {
    /// BCP 47.
    pub tag: &'static str,
    words: Vec<&'static str>,
    names: Vec<&'static str>,
    between_words: &'static str,
    comma: &'static str,
    full_stop: &'static str,
    between_sentences: &'static str,
}

/// The languages that reviews are written in.
pub static LANGUAGES: LazyLock<[Language; 3]> = LazyLock::new(|| {
    let list = |text: &'static str| text.split_whitespace().collect();
    [
        Language {
            tag: "en",
            words: list(
                "the a of and to in it was I that her his with story chapter character ending slowly \
                 beautifully never always read finished page translation prose quiet funny sad long \
                 again because but house sea winter mother brother journey night train library paper \
                 cover weekend friend book author second half dialogue believable patience worth gift \
                 remembered",
            ),
            names: list("Margaret Tom Aisha Kofi Elena Ravi Siobhan Peter Grace Lars"),
            between_words: " ",
            comma: ", ",
            full_stop: ".",
            between_sentences: " ",
        },
        Language {
            tag: "zh-CN",
            words: list(
                "故事 人物 结尾 作者 翻译 文字 非常 细腻 喜欢 读完 一口气 有点 失望 纸张 装帧 推荐 朋友 孩子 \
                 周末 夜里 火车上 的 了 是 在 和 但是 因为 所以 还是 真的 慢慢 章节 情节 对话 想起 母亲 冬天 \
                 大海 图书馆 第二遍 值得 安静 好笑 难过 耐心 一本书 我 他 她",
            ),
            names: list("小林 书虫 阿青 陈一 老周 月半 南风 木子 拾光 北野"),
            between_words: "",
            comma: "，",
            full_stop: "。",
            between_sentences: "",
        },
        Language {
            tag: "ja",
            words: list(
                "物語 登場人物 結末 作者 翻訳 文章 とても 静かな 好き 読み終え 一気に 少し 残念 紙 装丁 \
                 おすすめ 友人 子ども 週末 夜中 電車で の は が を に でも だから やはり 本当に ゆっくり 章 \
                 会話 思い出す 母 冬 海 図書館 二度目 価値 笑える 悲しい 一冊 わたし 彼 彼女 です ます \
                 だった ながら",
            ),
            names: list("清水 さくら 本の虫 ハナ 中村 ゆき たけし 月子 森の人 あおい"),
            between_words: "",
            comma: "、",
            full_stop: "。",
            between_sentences: "",
        },
    ]
});

impl Language {
    /// A title of two to five words.
    pub fn title(&self, chance: &mut Chance) -> String {
        let words: Vec<&str> = (0..chance.between(2, 5))
            .map(|_| *chance.pick(&self.words))
            .collect();
        words.join(self.between_words)
    }

    /// A name; a number makes it one of many.
    pub fn author(&self, chance: &mut Chance) -> String {
        let name = *chance.pick(&self.names);
        format!("{name}{}{}", self.between_words, chance.between(1, 99_999))
    }

    /// Writes a text of 80 to 600 characters into `out`, in one paragraph or several.
    pub fn body(&self, chance: &mut Chance, out: &mut String) {
        out.clear();
        let [shortest, longest] = BODY;
        // Short texts are the more frequent ones.
        let extra = chance.share().powi(2) * f64::from(longest - shortest - SENTENCE_MAX);
        let wanted = shortest as usize + extra as usize;
        let mut length = 0;
        while length < wanted {
            if length > 0 {
                let paragraph_ends = chance.once_in(5);
                length += push(
                    out,
                    if paragraph_ends {
                        "\n"
                    } else {
                        self.between_sentences
                    },
                );
            }
            length += self.sentence(chance, out);
        }
    }

    /// Adds a sentence and returns its length in characters.
    fn sentence(&self, chance: &mut Chance, out: &mut String) -> usize {
        let words = chance.between(4, 14);
        let comma = chance.between(3, words);
        let mut length = 0;
        for at in 0..words {
            if at > 0 {
                length += push(
                    out,
                    if at == comma {
                        self.comma
                    } else {
                        self.between_words
                    },
                );
            }
            length += push(out, chance.pick::<&str>(&self.words));
        }
        length + push(out, self.full_stop)
    }
}

fn push(out: &mut String, text: &str) -> usize {
    out.push_str(text);
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_is_longer_than_the_room_left_for_it() {
        for language in LANGUAGES.iter() {
            let words = language.words.iter().map(|word| word.chars().count());
            let longest = words.max().unwrap();
            assert!(
                14 * (longest + 2) < SENTENCE_MAX as usize,
                "{}",
                language.tag
            );
        }
    }
}
