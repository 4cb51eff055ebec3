/** Differences that no rule of narrowing-rules.ts tells from a fault: a part of the case's name and instance, and why. */
export const KNOWN_SCHEMA_DIFFERENCES: readonly (readonly [part: RegExp, reason: string])[] = [
  [/format\.json: .*annotation/, 'formats are enforced'],
  [/leap second, .*offset/, 'leap seconds only in UTC'],
  [/punycode/, 'host names without Punycode'],
  [/ref overrides any sibling keywords|\$ref siblings/, 'keywords beside $ref'],
  [/vocabulary\.json/, 'keywords of every vocabulary'],
  [/property order is valid/, 'listed values as they are written'],
  // Valid by one alternative, beside which stands what only another names.
  [
    /^(Github_medium---o71550|Github_hard---o7573|JsonSchemaStore---sourcemap-v3)\.json/,
    'alternatives at once',
  ],
  [/^Handwritten---test\.NoType\.json/, 'patterns of two parts'],
  // Its invalid value has 12345.0 for 12345, which is the same number.
  [/o14485\.json/, 'the same number'],
]

export function knownReason(text: string): string | undefined {
  return KNOWN_SCHEMA_DIFFERENCES.find(([part]) => part.test(text))?.[1]
}
