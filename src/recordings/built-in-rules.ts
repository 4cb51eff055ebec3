import type { TextRule } from './text-rules.ts'

/** What differs from run to run. None takes more than linear time. */
export const NORMALIZING_RULES: readonly TextRule[] = [
  { pattern: '\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b', replacement: '<uuid>' },
  {
    pattern:
      '\\b\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?:Z|[+\\-]\\d{2}:?\\d{2})?)?\\b',
    replacement: '<date>',
  },
  {
    pattern:
      '\\b(?:toolu|srvtoolu|msg|msgbatch|req|call|compl|chatcmpl|resp|fc|file)[_\\-](?=[A-Za-z]*\\d)[A-Za-z0-9]{12,}\\b',
    replacement: '<id>',
  },
  {
    pattern:
      '(?<![\\w.\\-])(?:\\/private)?\\/(?:tmp|var\\/tmp|var\\/folders\\/\\w+\\/\\w+\\/T)\\/[\\w.+\\-]+',
    replacement: '<tmp>',
  },
  {
    pattern: '(?<!\\w)[A-Za-z]:\\\\Users\\\\[^\\\\\\s"\']{1,64}\\\\AppData\\\\Local\\\\Temp\\\\[\\w.+\\-]+',
    replacement: '<tmp>',
  },
]

/** What no recording may hold. None takes more than linear time. */
export const REDACTING_RULES: readonly TextRule[] = [
  { pattern: '(?<![\\w\\-])sk-ant-[\\w\\-]{8,}', replacement: '<api-key>' },
  { pattern: '(?<![\\w\\-])sk-(?:proj-)?[\\w\\-]{20,}', replacement: '<api-key>' },
  { pattern: '(?<!\\w)(?:gh[pousr]|github_pat)_\\w{20,}', replacement: '<api-key>' },
  { pattern: '(?<!\\w)AKIA[0-9A-Z]{16}(?!\\w)', replacement: '<api-key>' },
  { pattern: '(?<![\\w\\-])AIza[\\w\\-]{35}', replacement: '<api-key>' },
  { pattern: '(?<!\\w)xox[abprs]-[\\w\\-]{10,}', replacement: '<api-key>' },
  { pattern: '(?<![\\w\\-])eyJ[\\w\\-]{10,}\\.[\\w\\-]{10,}\\.[\\w\\-]{5,}', replacement: '<api-key>' },
  { pattern: '(?<!\\w)[Bb]earer {1,4}[\\w.~+\\/\\-]{8,}={0,2}', replacement: 'Bearer <api-key>' },
  {
    pattern:
      '-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[^\\-]{0,16384}(?:-----END [A-Z ]{0,32}PRIVATE KEY-----)?',
    replacement: '<private-key>',
  },
  { pattern: '(?<![\\w.\\-])\\/(?:home|Users)\\/[^\\/\\s"\'<>:\\\\]{1,64}', replacement: '<home>' },
  { pattern: '(?<!\\w)[A-Za-z]:\\\\Users\\\\[^\\\\\\s"\'<>]{1,64}', replacement: '<home>' },
]
