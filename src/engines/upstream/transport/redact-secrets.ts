import { writtenForms } from './written-forms.ts'

/** Removes secrets from a text of an upstream. */
export type Redact = (text: string) => string

/** Replaces a secret. */
export const REDACTED = '[redacted]'
/** The rest of a longer text is dropped without examining it. */
const MAX_TEXT_CHARACTERS = 8_192
/** Shorter secrets are recognized only as a whole. */
const MIN_FRAGMENT_CHARACTERS = 8
const MAX_FRAGMENT_CHARACTERS = 12
/** A shorter secret cannot be distinguished from a word. */
const MIN_SECRET_CHARACTERS = 4
/** A partly masked secret shows at least this many of its first or last characters. */
const MIN_SHOWN_CHARACTERS = 3

/**
 * Makes a function that redacts secrets: known ones, whole or in part and in any encoding, and whatever looks like one.
 *
 * @param secrets the credentials that upstreams are sent
 */
export function secretRedactor(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARACTERS).map(knownSecret)
  return function redact(text) {
    const short = text.slice(0, MAX_TEXT_CHARACTERS)
    return redactLikely(known.reduce((redacted, take) => take(redacted), short))
  }
}

function knownSecret(secret: string): Redact {
  if (secret.length < MIN_FRAGMENT_CHARACTERS) return wholeWord(secret)
  const isFragment = fragmentsOf(secret)
  const folded = foldCase(secret)
  return (text) => redactMasked(redactRuns(text, isFragment), folded)
}

function wholeWord(secret: string): Redact {
  const escaped = secret.replace(
    /[^A-Za-z0-9]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const word = new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g')
  return (text) => text.replace(word, REDACTED)
}

/** The length of the part of a secret that begins at an index; 0 where none does. */
type FragmentLength = (folded: string, index: number) => number

function fragmentsOf(secret: string): FragmentLength {
  const usual = Math.floor(secret.length / 3)
  const ofSecret = Math.min(Math.max(usual, MIN_FRAGMENT_CHARACTERS), MAX_FRAGMENT_CHARACTERS)
  const byLength = new Map<number, Set<string>>()
  for (const form of writtenForms(secret).map(foldCase)) {
    const length = Math.max(ofSecret, Math.round((ofSecret * form.length) / secret.length))
    const fragments = byLength.get(length) ?? new Set()
    byLength.set(length, fragments)
    for (let start = 0; start + length <= form.length; start++)
      fragments.add(form.slice(start, start + length))
  }
  const lengths = [...byLength].sort(([one], [other]) => other - one)
  return (folded, index) => {
    for (const [length, fragments] of lengths) {
      if (fragments.has(folded.slice(index, index + length))) return length
    }
    return 0
  }
}

/** Replaces every run of fragments, together with the rest of the word around it. */
function redactRuns(text: string, fragmentLength: FragmentLength): string {
  const folded = foldCase(text)
  let redacted = ''
  let end = 0
  for (let index = 0; index < text.length; index++) {
    const length = fragmentLength(folded, index)
    if (length === 0) continue
    let start = index
    while (start > end && isWordPart(text, start - 1)) start--
    redacted += text.slice(end, start) + REDACTED
    end = runEnd(folded, index, fragmentLength)
    index = end - 1
  }
  return redacted + text.slice(end)
}

function runEnd(folded: string, start: number, fragmentLength: FragmentLength): number {
  let end = start + 1
  for (let index = start; index < end; index++) end = Math.max(end, index + fragmentLength(folded, index))
  // Include what a mask leaves of it.
  const rest = /[\w+/=%*\u2022\u2026-]*(?:\.{2,}[\w+/=%*\u2022\u2026-]*)?/y
  rest.lastIndex = end
  return end + (rest.exec(folded)?.[0].length ?? 0)
}

function isWordPart(text: string, index: number): boolean {
  return /[\w+/=%*\u2022\u2026-]/.test(text.charAt(index))
}

/** Redacts forms such as `sk-a****1234`, which show too little for a fragment. */
function redactMasked(text: string, folded: string): string {
  return text.replace(
    /([\w-]{0,64})(?:[*\u2022\u2026]+|\.{2,}|x{4,})([\w-]{0,64})/gi,
    (masked, before: string, after: string) => {
      const isOurs =
        (before.length >= MIN_SHOWN_CHARACTERS && folded.startsWith(foldCase(before))) ||
        (after.length >= MIN_SHOWN_CHARACTERS && folded.endsWith(foldCase(after)))
      return isOurs ? REDACTED : masked
    },
  )
}

/** Keeps the length, unlike `toLowerCase`. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Prefixes of the secrets of well-known providers. */
const LIKELY_SECRETS =
  /(?<![A-Za-z0-9])(?:(?:[spr]k|gsk|hf|gh[oprsu]|github_pat|xai|pplx|nvapi|glpat|xox[abp]|r8)[-_]|AIza|AKIA|eyJ)[\w*\u2022\u2026.-]{8,}/g
const URL_USER = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,256}@/gi
const COOKIE = /\b((?:set-)?cookie\\?["']?\s{0,4}[:=]\s{0,4})[^\r\n"]+/gi
const CREDENTIALS = /\b(bearer|basic)((?:\s|%20|\+){1,4}\\?["'`]?)([\w.~+/=*%-]{6,})/gi
const NAMED_SECRET =
  /((?:api[-_ ]?key|authorization|[?&]key|access[-_]?token|auth[-_]?token|secret|password)[\w ]{0,24}\\?["'`]?\s{0,4}[:=]\s{0,4}\\?["'`]?)([^\s"'`,;&<>\\]{6,})/gi

function redactLikely(text: string): string {
  const unlessWord = (all: string, ...[before, between, value]: [string, string, string]) =>
    looksSecret(value) ? before + between + REDACTED : all
  return text
    .replace(URL_USER, `$1${REDACTED}@`)
    .replace(COOKIE, `$1${REDACTED}`)
    .replace(LIKELY_SECRETS, REDACTED)
    .replace(CREDENTIALS, unlessWord)
    .replace(NAMED_SECRET, (all, before: string, value: string) => unlessWord(all, before, '', value))
}

/** A value that is no ordinary word: words are letters in usual case, possibly joined by hyphens. */
function looksSecret(value: string): boolean {
  return (
    !value.includes(REDACTED) && !/^(?:[A-Z]?[a-z]+|[A-Z]+)(?:-(?:[A-Z]?[a-z]+|[A-Z]+))*[.:]?$/.test(value)
  )
}
