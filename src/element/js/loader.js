console.log(WORDS, '__VERSION__');
