const HEX = '[0-9a-fA-F]'
const OCTET = '( "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9] )'
const IPV4 = `${OCTET} "." ${OCTET} "." ${OCTET} "." ${OCTET}`
const LEAP_YEAR =
  '( [0-9]{2} ( "0" [48] | [2468] [048] | [13579] [26] ) | ( [02468] [048] | [13579] [26] ) "00" )'
const LONG_MONTH = '( "0" [13578] | "1" [02] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )'
const SHORT_MONTH = '( "0" [469] | "11" ) "-" ( "0" [1-9] | [12] [0-9] | "30" )'
const FEBRUARY = '"02-" ( "0" [1-9] | "1" [0-9] | "2" [0-8] )'
const DATE = `( [0-9]{4} "-" ( ${LONG_MONTH} | ${SHORT_MONTH} | ${FEBRUARY} ) | ${LEAP_YEAR} "-02-29" )`
const TIME =
  '( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{1,9} )? ( "Z" | [-+] ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] )'
const LABEL = '[a-zA-Z0-9] ( [-a-zA-Z0-9]{0,61} [a-zA-Z0-9] )?'
const COUNT = '[0-9]{1,4}'
const MINUTES = `${COUNT} "M" ( ${COUNT} "S" )?`
const TIME_DURATION = `"T" ( ${COUNT} "H" ( ${MINUTES} )? | ${MINUTES} | ${COUNT} "S" )`
const MONTHS = `${COUNT} "M" ( ${COUNT} "D" )?`
const DATE_DURATION = `( ${COUNT} "Y" ( ${MONTHS} )? | ${MONTHS} | ${COUNT} "D" )`
const EMAIL_CHARACTER = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]"
const EMAIL_NAME = `( ${EMAIL_CHARACTER}{1,64} | ${EMAIL_CHARACTER}{1,20} ( "." ${EMAIL_CHARACTER}{1,20} ){1,2} )`

/** The supported values of `format`, as their RFCs define them. None of their strings needs an escape in JSON. */
export const STRING_FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    date: DATE,
    time: TIME,
    'date-time': `${DATE} "T" ${TIME}`,
    duration: `"P" ( ${DATE_DURATION} ( ${TIME_DURATION} )? | ${TIME_DURATION} | ${COUNT} "W" )`,
    email: `${EMAIL_NAME} "@" ${LABEL} ( "." ${LABEL} ){1,8}`,
    hostname: `${LABEL} ( "." ${LABEL} ){0,8}`,
    uri: '[a-zA-Z] [-+.a-zA-Z0-9]{0,31} ":" [-a-zA-Z0-9._~:/?#@!$&\'()*+,;=%\\[\\]]{1,1000}',
    ipv4: IPV4,
    ipv6: ipv6(),
    uuid: `${HEX}{8} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{12}`,
  }),
)

/** The forms of RFC 3986: the groups before `::` are optional up to a number, those after it are counted. */
function ipv6(): string {
  const group = `${HEX}{1,4}`
  const last = `( ${group} ":" ${group} | ${IPV4} )`
  const groups = (count: number) => (count === 0 ? '' : `( ${group} ":" ){${count}}`)
  const before = (most: number) => (most === 0 ? '' : `( ( ${group} ":" ){0,${most - 1}} ${group} )?`)
  const forms = [`${groups(6)} ${last}`]
  for (let most = 0; most <= 5; most++) forms.push(`${before(most)} "::" ${groups(5 - most)} ${last}`)
  return [...forms, `${before(6)} "::" ${group}`, `${before(7)} "::"`].join(' | ')
}
