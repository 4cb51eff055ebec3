import type { GrammarRules } from './grammar-rules.ts'
import type { StringEncoding } from './pattern-grammar.ts'

const DIGIT = '[0-9]'
const HEX = '[0-9a-fA-F]'
const OCTET = '( "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9] )'
const IPV4 = `${OCTET} "." ${OCTET} "." ${OCTET} "." ${OCTET}`
const LEAP_YEAR =
  '( [0-9]{2} ( "0" [48] | [2468] [048] | [13579] [26] ) | ( [02468] [048] | [13579] [26] ) "00" )'
const LONG_MONTH = '( "0" [13578] | "1" [02] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )'
const SHORT_MONTH = '( "0" [469] | "11" ) "-" ( "0" [1-9] | [12] [0-9] | "30" )'
const FEBRUARY = '"02-" ( "0" [1-9] | "1" [0-9] | "2" [0-8] )'
const DATE = `( [0-9]{4} "-" ( ${LONG_MONTH} | ${SHORT_MONTH} | ${FEBRUARY} ) | ${LEAP_YEAR} "-02-29" )`
const FRACTION = '( "." [0-9]{1,18} )?'
const OFFSET = '( [Zz] | [-+] ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] )'
/** A leap second is 23:59:60 in UTC, and is allowed only as that. */
const TIME = `( ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ${FRACTION} ${OFFSET} | "23:59:60" ${FRACTION} ( [Zz] | [-+] "00:00" ) )`
const COUNT = '[0-9]{1,15}'
const MINUTES = `${COUNT} "M" ( ${COUNT} "S" )?`
const TIME_DURATION = `"T" ( ${COUNT} "H" ( ${MINUTES} )? | ${MINUTES} | ${COUNT} "S" )`
const MONTHS = `${COUNT} "M" ( ${COUNT} "D" )?`
const DATE_DURATION = `( ${COUNT} "Y" ( ${MONTHS} )? | ${MONTHS} | ${COUNT} "D" )`

type FormatBody = (rules: GrammarRules, encoding: StringEncoding) => string

/** The supported values of `format`, as their RFCs define them: bodies of rules for the content of a string. */
export const STRING_FORMATS: ReadonlyMap<string, FormatBody> = new Map(
  Object.entries<FormatBody>({
    date: () => DATE,
    time: () => TIME,
    'date-time': () => `${DATE} [Tt] ${TIME}`,
    duration: () => `"P" ( ${DATE_DURATION} ( ${TIME_DURATION} )? | ${TIME_DURATION} | ${COUNT} "W" )`,
    email: (rules, encoding) =>
      `${mailboxName(rules, encoding)} "@" ( ${domain(rules)} | ${mailAddress(rules)} )`,
    hostname: (rules) => domain(rules),
    uri,
    ipv4: () => IPV4,
    ipv6: (rules) => ipv6(rules),
    uuid: () => `${HEX}{8} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{12}`,
  }),
)

/** The forms of RFC 3986: the groups before `::` are optional up to a number, those after it are counted. */
function ipv6(rules: GrammarRules): string {
  const group = rules.add(`${HEX}{1,4}`)
  const last = rules.add(`${group} ":" ${group} | ${IPV4}`)
  const groups = (count: number) => (count === 0 ? '' : `( ${group} ":" ){${count}}`)
  const before = (most: number) => (most === 0 ? '' : `( ( ${group} ":" ){0,${most - 1}} ${group} )?`)
  const forms = [`${groups(6)} ${last}`]
  for (let most = 0; most <= 5; most++) forms.push(`${before(most)} "::" ${groups(5 - most)} ${last}`)
  return rules.add([...forms, `${before(6)} "::" ${group}`, `${before(7)} "::"`].join(' | '))
}

/**
 * A name of RFC 1123. Labels with `--` after two characters are left out: they would have to be Punycode (RFC 5891). A name
 * has 253 characters at most, so the more labels it has, the shorter they are.
 */
function domain(rules: GrammarRules): string {
  const forms = [
    [63, 3],
    [30, 8],
    [14, 16],
    [6, 36],
    [1, 127],
  ].map(([units = 1, labels = 1]) => {
    const label = rules.add(labelBody(units))
    return `${label} ( "." ${label} ){0,${labels - 1}}`
  })
  return rules.add(forms.join(' | '))
}

/** A label of at most a number of characters. */
function labelBody(units: number): string {
  const [end, inner] = ['[a-zA-Z0-9]', '[-a-zA-Z0-9]']
  const forms = [end, `${end} ${end}`, `${end} ${inner} ${end}`, `${end} ${inner} ${inner} ${end}`]
  if (units < 5) return forms.slice(0, units).join(' | ')
  return [...forms, `${end} ${inner} ( ${end} ${inner} | "-" ${end} ) ${inner}{0,${units - 5}} ${end}`].join(
    ' | ',
  )
}

/** The part of an address before its `@`, as in RFC 5321: 64 characters at most. */
function mailboxName(rules: GrammarRules, encoding: StringEncoding): string {
  const character = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]"
  // From the last character back: each may be followed by another, or by a dot and another.
  let [rest, shorter] = ['""', '""']
  for (let left = 1; left < 64; left++) {
    const dotted = left > 1 ? ` | "." ${character} ${shorter}` : ''
    const next = rules.add(`"" | ${character} ${rest}${dotted}`)
    shorter = rest
    rest = next
  }
  if (encoding === 'raw') return rules.add(`${character} ${rest}`)
  const plain = '[ !#-[\\]-~]'
  const escaped = '"\\\\\\\\" | "\\\\\\""'
  const quote = '"\\\\\\""'
  const quoted = `${quote} ( ${plain} | "\\\\\\\\" ( ${plain} | ${escaped} ) ){0,31} ${quote}`
  return rules.add(`${character} ${rest} | ${quoted}`)
}

function mailAddress(rules: GrammarRules): string {
  return rules.add(`"[" ( ${IPV4} | "IPv6:" ${ipv6(rules)} ) "]"`)
}

/** RFC 3986. */
function uri(rules: GrammarRules): string {
  const encoded = `"%" ${HEX} ${HEX}`
  const named = rules.add(`[-a-zA-Z0-9._~!$&'()*+,;=] | ${encoded}`)
  const inPath = rules.add(`[-a-zA-Z0-9._~!$&'()*+,;=:@] | ${encoded}`)
  const user = rules.add(`[-a-zA-Z0-9._~!$&'()*+,;=:] | ${encoded}`)
  const future = `"v" ${HEX}{1,4} "." [-a-zA-Z0-9._~!$&'()*+,;=:]{1,64}`
  const host = `( "[" ( ${ipv6(rules)} | ${future} ) "]" | ${named}{0,255} )`
  const authority = `( ${user}{0,255} "@" )? ${host} ( ":" ${DIGIT}{0,5} )?`
  const path = `( "/" ${inPath}* )*`
  const hierarchy = `( "//" ${authority} ${path} | "/" ( ${inPath} ${inPath}* ${path} )? | ${inPath} ${inPath}* ${path} )?`
  const after = `( ${inPath} | [/?] )*`
  return `[a-zA-Z] [-+.a-zA-Z0-9]{0,63} ":" ${hierarchy} ( "?" ${after} )? ( "#" ${after} )?`
}
