/** A token of C++; the text of a string is its value. */
export interface CppToken {
  readonly type: 'name' | 'string' | 'number' | 'mark'
  readonly text: string
}

const SPACE_AND_COMMENTS = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^[ \t]*#[^\n]*)+/my
const RAW_STRING = /R"([^()\\\s]*)\(([\s\S]*?)\)\1"/y
const STRING = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])+)'/y
const NAME = /[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*/y
const NUMBER = /-?\d[\w.]*/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' }

/** Cuts a source text of C++ in tokens, without comments and the preprocessor's lines. */
export function cppTokens(source: string): CppToken[] {
  const tokens: CppToken[] = []
  let at = 0
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  for (;;) {
    match(SPACE_AND_COMMENTS)
    if (at >= source.length) return tokens
    tokens.push(nextToken(match) ?? { type: 'mark', text: source.charAt(at++) })
  }
}

function nextToken(match: (pattern: RegExp) => RegExpExecArray | null): CppToken | null {
  const raw = match(RAW_STRING)
  if (raw !== null) return { type: 'string', text: raw[2] ?? '' }
  const string = match(STRING)
  if (string !== null) return { type: 'string', text: unescaped(string[1] ?? string[2] ?? '') }
  const name = match(NAME)
  if (name !== null) return { type: 'name', text: name[0] }
  const number = match(NUMBER)
  return number === null ? null : { type: 'number', text: number[0] }
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char)
}
