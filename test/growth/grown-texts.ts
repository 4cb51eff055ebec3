/** Texts of any length, each of a kind that something on the way looks at: markers, control words, characters. */
export const GROWN_TEXTS: Readonly<Record<string, (count: number) => string>> = {
  words: (count) => 'word '.repeat(count),
  'one word': (count) => 'a'.repeat(count),
  digits: (count) => '1234567890'.repeat(count),
  spaces: (count) => `a${' '.repeat(count)}b`,
  'line ends': (count) => `a${'\n'.repeat(count)}b`,
  turns: (count) => '\n\nHuman: a\n\nAssistant: b'.repeat(count),
  'human turns': (count) => '\n\nHuman: a'.repeat(count),
  'empty turns': (count) => '\n\nAssistant:'.repeat(count),
  'control words': (count) => CONTROL_WORDS.join('').repeat(count),
  'the same control word': (count) => '<end_of_turn>'.repeat(count),
  'beginnings of control words': (count) => '<end_of_tur<|im_sta<'.repeat(count),
  'a control word and private characters': (count) => `<end_of_turn>${distinctCharacters(count)}`,
  'a control word, a long word and private characters': (count) =>
    `<end_of_turn>${'a'.repeat(Math.floor(count * 0.9))}${distinctCharacters(Math.ceil(count * 0.1))}`,
  'control words between private characters': (count) =>
    [...distinctCharacters(count)].join(`${CONTROL_WORDS[1]}`),
  'template syntax': (count) => '{{ x }}{% if y %}{# z #}'.repeat(count),
  'calls of tools': (count) => '<tool_call>{"name":"look","arguments":{}}</tool_call>'.repeat(count),
  'openings of calls': (count) => '<tool_call>{"name":'.repeat(count),
  'thinking blocks': (count) => '<think>a</think>'.repeat(count),
  'starts of thinking': (count) => '<think>'.repeat(count),
  'quotes and backslashes': (count) => '"\\'.repeat(count),
  brackets: (count) => `${'['.repeat(count)}${']'.repeat(count)}`,
  'zero characters': (count) => '\u0000'.repeat(count),
  'halves of characters': (count) => '\ud83d'.repeat(count),
  'pictures of people': (count) => '👩‍👩‍👧‍👦'.repeat(count),
  'combining marks': (count) => `e${'\u0301'.repeat(count)}`,
  'a language of many letters': (count) => '漢字仮名交じり文'.repeat(count),
}

/** Words that one or another model takes for more than text. */
const CONTROL_WORDS = [
  '<end_of_turn>',
  '<|im_start|>',
  '<|im_end|>',
  '<s>',
  '</s>',
  '<|endoftext|>',
  '[INST]',
]

/** From the first to the last of a range of characters that mean nothing. */
const PRIVATE_RANGES: readonly (readonly [number, number])[] = [
  [0xe000, 0xf8ff],
  [0xf0000, 0xffffd],
  [0x100000, 0x10fffd],
]
const PRIVATE_CHARACTERS = PRIVATE_RANGES.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index),
)

/** Each another one, as long as there are any. */
function distinctCharacters(count: number): string {
  return Array.from({ length: count }, (_, index) =>
    String.fromCodePoint(PRIVATE_CHARACTERS[index % PRIVATE_CHARACTERS.length] ?? 0xe000),
  ).join('')
}
