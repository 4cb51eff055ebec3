import type { Replacement } from './replace-sources.ts'

/** Names the variable with the regression that a server's processes are to have. */
export const REGRESSION_VARIABLE = 'CONTINUO_REGRESSION'

/** Bounds that the server once lacked, taken out again: the fuzzer must find each. */
export const REGRESSIONS = {
  'uncounted combinations': [
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: 'this.#budget.spend(known.length * further.length)',
      to: '',
    },
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: 'this.#budget.spend(known.reduce((sum, together) => sum + together.length, 0) * further.length)',
      to: '',
    },
  ],
  'unbounded grammar steps': [
    {
      file: '/engines/llama/grammar/grammar-budget.ts',
      from: 'MAX_POSITIONS = 8192',
      to: 'MAX_POSITIONS = Number.POSITIVE_INFINITY',
    },
    { file: '/engines/llama/grammar/grammar-budget.ts', from: 'this.#left -= steps', to: '' },
  ],
  'a copy for each message': [
    { file: '/wire/openai/chat-messages.ts', from: '    if (slices.isOver) await slices.next()\n', to: '' },
    {
      file: '/wire/openai/turn-builder.ts',
      from: 'joinTexts(turn.parts, next.parts)',
      to: 'turn.parts = joinTexts(turn.parts.slice(), next.parts)',
    },
  ],
  'uncounted turns': [
    {
      file: '/completion/human-assistant-prompt.ts',
      from: 'checkTurnCount(text, [HUMAN_MARKER, ASSISTANT_MARKER])',
      to: '',
    },
  ],
  'a search for each private character': [
    { file: '/completion/refuse-long-prompt.ts', from: '!mayBeLong(units, limits)', to: 'units > 0' },
    {
      file: '/engines/llama/chat/render-threads.ts',
      from: '    const thread = isShort(prompt)',
      to: '    for (let at = 0xf0000; prompt.text.includes(String.fromCodePoint(at)); at += 16);\n    const thread = isShort(prompt)',
    },
  ],
  'an error for each wrong entry': [
    {
      file: '/wire/body-schema.ts',
      from: 'list.max(maxItems',
      to: 'list.max(Number.POSITIVE_INFINITY',
    },
    { file: '/wire/body-schema.ts', from: 'return z.NEVER', to: 'continue' },
  ],
  'a long prompt before others': [
    { file: '/completion/refuse-long-prompt.ts', from: '!mayBeLong(units, limits)', to: 'units > 0' },
    {
      file: '/engines/llama/process/prompt-tokenizer.ts',
      from: 'if (unitsOf(prompt.parts) + prompt.parts.length * UNITS_PER_CALL <= SHORT_UNITS) {',
      to: '{',
    },
  ],
  'a scan for each required name': [
    {
      file: '/engines/llama/grammar/object-rules.ts',
      from: '  rules.budget.spend(Object.keys(listed).length + demanded.length)\n',
      to: '',
    },
    {
      file: '/engines/llama/grammar/object-rules.ts',
      from: 'Object.hasOwn(listed, name)',
      to: 'properties.some((one) => one.name === name)',
    },
  ],
  'a copy for each part of all': [
    {
      file: '/engines/llama/grammar/schema-resolver.ts',
      from: '    this.#budget.spend(PART_STEPS)\n',
      to: '',
    },
    {
      file: '/engines/llama/grammar/schema-resolver.ts',
      from: '      this.#budget.spend(1)\n      if (isJsonObject(part))',
      to: '      if (isJsonObject(part))',
    },
    {
      file: '/engines/llama/grammar/schema-resolver.ts',
      from: '    this.#budget.spendCopy(schema)\n',
      to: '',
    },
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: '    this.#budget.spend(keywords.length)\n',
      to: '',
    },
    {
      file: '/engines/llama/grammar/merged-schema.ts',
      from: '    this.#budget.spend(names.length)\n    for (const name of names) this.#required.add(name)',
      to: '    for (const name of [...this.#required, ...names]) this.#required.add(name)',
    },
  ],
  'endless chains of references': [
    {
      file: '/engines/llama/grammar/schema-resolver.ts',
      from: '    this.#budget.spend(PART_STEPS)\n    if (followed.size > MAX_CHAIN) throw new SchemaError(TOO_COMPLEX)\n',
      to: '',
    },
  ],
  'uncounted patterns': [
    {
      file: '/engines/llama/grammar/schema-budget.ts',
      from: 'this.spend(pattern.length * STEPS_OF_A_PATTERN_UNIT)',
      to: '',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Replacement[]>>

/** One of {@link REGRESSIONS}. */
export type RegressionName = keyof typeof REGRESSIONS

/** How a server is started that has a regression; without a name, one that has none. */
export function withRegression(name: RegressionName | null): {
  readonly preloads: readonly string[]
  readonly environment: Readonly<Record<string, string>>
} {
  if (name === null) return { preloads: [], environment: {} }
  return {
    preloads: [new URL('./seed-regression.ts', import.meta.url).href],
    environment: { [REGRESSION_VARIABLE]: name },
  }
}
